"""The OpenAPI document and the page that shows it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.test import Client
from ninja import Schema

from regard.core.domain.permissions import PERMISSIONS
from regard.web.openapi import document_text

from .conftest import BASE
from .operations import OPERATIONS

KEPT = Path(__file__).parents[2] / "docs" / "openapi.json"


def test_kept_document_is_up_to_date() -> None:
    """`make openapi` writes it anew."""
    assert KEPT.read_text() == document_text()


def test_served_document_is_the_kept_one(client: Client) -> None:
    assert client.get(f"{BASE}/openapi.json").json() == json.loads(KEPT.read_text())


def test_no_two_schemas_go_by_one_name() -> None:
    """The document would describe one of them with the fields of the other."""
    document_text()  # all rooms are mounted

    def known(schema: type) -> Iterator[type]:
        for below in schema.__subclasses__():
            if below.__module__.startswith("regard."):
                yield below
            yield from known(below)

    named = {
        each.__name__: {one for one in known(Schema) if one.__name__ == each.__name__}
        for each in known(Schema)
    }
    assert {name: found for name, found in named.items() if len(found) > 1} == {}


def test_every_operation_is_described() -> None:
    for name, (_, _, operation) in OPERATIONS.items():
        assert operation["summary"], name
        assert operation["description"], name
        assert operation["tags"], name
        [security] = operation["security"]
        assert set(security["ApiKeyAuth"]) <= PERMISSIONS, name
        assert {"401", "403", "429", "503"} <= {str(status) for status in operation["responses"]}, name


def test_every_field_that_is_sent_is_described() -> None:
    schemas = json.loads(KEPT.read_text())["components"]["schemas"]
    undescribed = [
        f"{name}.{field}"
        for name, schema in schemas.items()
        if schema.get("additionalProperties") is False
        for field, details in schema["properties"].items()
        if "description" not in details
    ]
    assert undescribed == []


def test_documentation_loads_nothing_from_outside(client: Client, settings: Any) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}  # assets are collected when Regard starts
    answer = client.get(f"{BASE}/docs")
    assert answer.status_code == 200
    loaded: list[Any] = re.findall(r'(?:src|href)="([^"]*)"', answer.content.decode())
    assert loaded
    assert [address for address in loaded if not address.startswith("/static/ninja/")] == []
    assert "<script>" not in answer.content.decode()
