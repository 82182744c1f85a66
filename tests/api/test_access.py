"""Who may do what: one table over all operations of the OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from regard.core.domain.keys import create_api_key, revoke_api_key
from regard.core.domain.permissions import PERMISSIONS
from regard.core.models import Store

from . import rows
from .conftest import Caller
from .operations import CASES, OPERATIONS


def test_every_operation_has_a_case() -> None:
    assert sorted(CASES) == sorted(OPERATIONS)


FOREIGN = (
    rows.add_event,
    rows.add_rejected,
    rows.add_write_key,
    rows.add_api_key,
    rows.add_audit_entry,
    rows.add_person,
    rows.add_customer_with_order,
    rows.add_alert,
    rows.add_task,
    rows.add_case,
    rows.add_offer,
    rows.add_journey,
    rows.add_survey,
    rows.add_template,
    rows.add_send,
    rows.add_hold,
    rows.add_suppressed_address,
    rows.add_parked,
    rows.add_review,
    rows.add_mention,
    rows.add_theme,
    rows.add_lesson,
    rows.add_response,
    rows.add_ticket,
    rows.add_product,
    rows.add_segment,
    rows.add_cost,
    rows.add_import,
    rows.add_model,
    rows.add_programme,
    rows.add_prompt,
    rows.add_improvement,
)


def call(caller: Caller, operation_id: str, store: Store) -> Any:
    """Call the operation, for a thing of `store` that is made for it."""
    method, path, operation = OPERATIONS[operation_id]
    case = CASES[operation_id]
    for parameter in operation["parameters"]:
        if parameter["in"] == "path" and case.thing:
            path = path.replace(f"{{{parameter['name']}}}", str(case.thing(store)))
    body = case.body(store) if callable(case.body) else case.body
    path += case.query
    return caller.upload(path, case.form()) if case.form else caller.call(method, path, body)


def scope_of(operation_id: str) -> str:
    [scope] = OPERATIONS[operation_id][2]["security"][0]["ApiKeyAuth"]
    return str(scope)


@pytest.mark.parametrize("operation_id", CASES)
def test_who_may_call(
    operation_id: str, store: Store, other_store: Store, caller_of: Callable[..., Caller]
) -> None:
    scope = scope_of(operation_id)
    assert call(Caller(None), operation_id, store).status_code == 401
    assert call(Caller("rk_unknown"), operation_id, store).status_code == 401

    key, token = create_api_key(store=store, name="Old", scopes=[scope], actor="tests")
    revoke_api_key(key, actor="tests")
    assert call(Caller(token), operation_id, store).status_code == 401

    refused = call(caller_of(store, *(PERMISSIONS - {scope})), operation_id, store)
    assert refused.status_code == 403
    assert f"“{scope}”" in refused.json()["detail"]

    if CASES[operation_id].thing:
        assert call(caller_of(other_store), operation_id, store).status_code == 404

    assert call(caller_of(store, scope), operation_id, store).status_code == CASES[operation_id].status


SAME_IN_EVERY_STORE = {
    "list_segment_fields",
    "list_ready_made_segments",
    "list_metrics",
    "list_prediction_quality",
}
LISTS = [
    name
    for name, case in CASES.items()
    if name.startswith("list_") and not case.thing and name not in SAME_IN_EVERY_STORE
]


@pytest.mark.parametrize("operation_id", LISTS)
def test_a_list_holds_the_things_of_its_store_alone(
    operation_id: str, store: Store, other_store: Store, caller_of: Callable[..., Caller]
) -> None:
    for make in FOREIGN:
        make(other_store)
    scope = scope_of(operation_id)
    theirs = call(caller_of(other_store, scope), operation_id, other_store).json()["items"]
    ours = call(caller_of(store, scope), operation_id, store).json()["items"]
    assert theirs != []  # else this would prove nothing
    assert [item for item in ours if item in theirs] == []


@pytest.mark.parametrize("operation_id", [name for name, case in CASES.items() if not case.thing])
def test_nothing_of_another_store_is_shown(
    operation_id: str, store: Store, other_store: Store, caller_of: Callable[..., Caller]
) -> None:
    for make in FOREIGN:
        make(other_store)
    answer = call(caller_of(store, scope_of(operation_id)), operation_id, store).getvalue().decode()
    for foreign in ("globex", "Globex", "Shop 1", "u-1", "Customer 1"):
        assert foreign not in answer
