"""Recovery cases: opened once for a wish, seven stages with dates, closed with the last."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from regard.core import clock
from regard.core.models import AuditEntry, Store
from regard.core.registry import ActionCall, actions, data_holders
from regard.listen.models import Response
from regard.task.domain.cases import finish_stage, recommendations_around, reopen_stage, steps_of
from regard.task.models import CaseStage, RecoveryCase
from tests.act.queueing import facts
from tests.score.people import identity_of, new_customer
from tests.task.test_pages import owner
from tests.web.rows import add_case, add_customer

pytestmark = pytest.mark.django_db
__all__ = ["owner"]
ADA = "ada@acme.example"


def test_a_journey_opens_a_case_once(store: Store) -> None:
    customer = new_customer(store, "u-1")
    call = ActionCall(
        identity_of(customer).pk,
        customer.pk,
        "e:1",
        "journey:recovery",
        {"reason": "2 of 10", "owner": "lead"},
    )
    action = actions.get("recovery_case")
    (first,), (second,) = action.perform(store, [call]), action.perform(store, [call])
    case = RecoveryCase.objects.get()
    assert first.values == second.values == {"case_id": case.pk, "case_key": "e:1"}
    assert [fact["key"] for fact in facts("CaseOpened")] == ["e:1"]
    steps = steps_of([case])[case.pk]
    assert [step.stage for step in steps] == list(CaseStage)
    assert [step.done_at is not None for step in steps] == [True, *[False] * 6]
    assert steps[1].due_at - case.opened_at == timedelta(hours=4)
    assert action.check(store, {}) == ["“What went wrong” is missing."]


def test_a_case_is_taken_through_its_stages_and_closed(store: Store) -> None:
    case = add_case(store, add_customer(store))
    assert finish_stage(case, "empathise", note="Wrote to her", actor=ADA)
    assert not finish_stage(case, "empathise", note="", actor=ADA)
    with pytest.raises(ValidationError):
        finish_stage(case, "transform", note=" ", skip=True, actor=ADA)
    assert finish_stage(case, "transform", note="A small thing", skip=True, actor=ADA)
    for stage in ("solve", "optimise", "retain"):
        finish_stage(case, stage, note="", actor=ADA)
        assert case.state == "open"
    finish_stage(case, "elevate", note="", actor=ADA)
    assert (case.state, len(facts("CaseClosed")), len(facts("CaseStageDone"))) == ("closed", 1, 6)
    assert reopen_stage(case, "retain", actor=ADA)
    assert (case.state, case.closed_at) == ("open", None)
    actions_ = AuditEntry.objects.filter(action__startswith="case.").values_list("action", flat=True)
    assert set(actions_) == {"case.opened", "case.stage_done", "case.stage_skipped", "case.stage_reopened"}


def test_it_shows_what_the_customer_said_before_and_since(store: Store) -> None:
    customer = add_customer(store)
    case = add_case(store, customer)
    for number, (hours, value) in enumerate(((-48, 9), (-1, 2), (24, 6), (48, 8))):
        Response.objects.create(
            store=store, identity=case.identity, external_id=str(number), measure="nps", topic="relationship",
            value=value, answered_at=clock.now() + timedelta(hours=hours), history=False, event_id=number,
        )  # fmt: skip
    around = recommendations_around(case)
    assert (around.before, around.after) == (2, 8)


def test_a_case_on_its_page(store: Store, owner: Client) -> None:
    customer = add_customer(store)
    base = f"/s/{store.slug}/cases"
    owner.post(f"{base}/open/{customer.pk}/", {"reason": "The parcel was late"})
    case = RecoveryCase.objects.get()
    owner.post(f"{base}/{case.pk}/change/", {"owner": "", "cost": "12.50"})
    skipped = owner.post(f"{base}/{case.pk}/solve/finish/", {"skip": "1"}, follow=True).content.decode()
    assert "Say why the stage is skipped." in skipped
    owner.post(f"{base}/{case.pk}/solve/finish/", {"note": "Sent a new one"})
    page = owner.get(f"{base}/{case.pk}/").content.decode()
    assert ("Sent a new one" in page, 'value="12.50"' in page) == (True, True)
    assert owner.post(f"{base}/{case.pk}/cake/finish/").status_code == 404
    assert [row.pk for row, _step in owner.get(f"{base}/").context["rows"]] == [case.pk]
    holder = data_holders.get("tasks")
    assert holder.export(store, customer.pk)["recovery_cases"][0]["cost_minor"] == 1250
    holder.erase(store, customer.pk)
    held = holder.export(store, customer.pk)
    assert (held["recovery_cases"][0]["state"], [stage["note"] for stage in held["recovery_stages"]]) == (
        "closed", [""] * 7,
    )  # fmt: skip
