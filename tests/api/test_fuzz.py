"""Whatever is sent, right or wrong: no server error, and no answer that the OpenAPI document has not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from regard.core.models import Store

from .conftest import Caller
from .operations import CASES, DOCUMENT, OPERATIONS

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SETTINGS = settings(
    max_examples=20, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
SCHEMA = schemathesis.openapi.from_dict(dict(DOCUMENT))
SCHEMA.app = WSGIHandler()


@pytest.fixture(autouse=True)
def _keep_connection() -> Iterator[None]:
    """As Django's own test client does: the tests' transaction outlives the requests."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def cases_of(operation_id: str, store: Store) -> st.SearchStrategy[Any]:
    """Requests as documented and otherwise, for things that there are and for things that there are not."""
    operation = SCHEMA.find_operation_by_id(operation_id)
    things = [{}]
    for parameter in OPERATIONS[operation_id][2]["parameters"]:
        if parameter["in"] == "path":
            things.append({parameter["name"]: CASES[operation_id].thing(store)})
    return st.one_of(
        [
            operation.as_strategy(mode, path_parameters=thing)
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
            for thing in things
        ]
    )


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_answers_are_as_documented(operation_id: str, store: Store, caller: Caller) -> None:
    headers = {"Authorization": f"Bearer {caller.token}", "Accept-Encoding": "identity"}

    @settings(SETTINGS)
    @given(case=cases_of(operation_id, store))
    def check(case: Any) -> None:
        case.call_and_validate(checks=CHECKS, headers=headers)

    check()
