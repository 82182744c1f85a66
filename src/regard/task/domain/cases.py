"""Recovery cases: opened by journeys or people, taken through seven stages, closed with the last of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from regard.capture.domain.record import new_fact, record, record_all
from regard.core import clock
from regard.core.domain.audit import changed_fields, record_audit
from regard.core.edges.keyset import KeysetPage, keyset_page
from regard.core.models import Store, User
from regard.core.registry import Fact
from regard.listen.models import Response
from regard.listen.models.response import Measure
from regard.profile.domain.customers import name_customers
from regard.profile.domain.notes import strongest_identity
from regard.profile.models import Customer
from regard.score.domain.subjects import user_ids_by_identity
from regard.task.domain.making import (
    BY_PERSON,
    LONGEST_TEXT,
    clean_text,
    member_id,
)
from regard.task.facts import CaseClosed, CaseOpened, CaseStageDone
from regard.task.models import CaseStage, CaseState, CaseStep, RecoveryCase

LARGEST_COST = 10**12
# Proposal, but for three: a detractor is called within four hours, after 14 days satisfaction is asked, and week 8
# is that of advocacy (specification, act, sections 2, 4 and 6).
DUE_AFTER: Mapping[CaseStage, timedelta] = {
    CaseStage.RECOGNISE: timedelta(hours=1),
    CaseStage.EMPATHISE: timedelta(hours=4),
    CaseStage.SOLVE: timedelta(days=2),
    CaseStage.TRANSFORM: timedelta(days=7),
    CaseStage.OPTIMISE: timedelta(days=10),
    CaseStage.RETAIN: timedelta(days=14),
    CaseStage.ELEVATE: timedelta(days=56),
}
DONE_WHEN: Mapping[CaseStage, Promise] = {
    CaseStage.RECOGNISE: _lazy("The issue is known and somebody has it."),
    CaseStage.EMPATHISE: _lazy("A sincere acknowledgement of what it meant for them is sent."),
    CaseStage.SOLVE: _lazy("The root cause is resolved in full."),
    CaseStage.TRANSFORM: _lazy("The customer has seen what you stand for in how it was handled."),
    CaseStage.OPTIMISE: _lazy("The change that prevents it from now on is noted."),
    CaseStage.RETAIN: _lazy("A follow-up confirms that they are satisfied."),
    CaseStage.ELEVATE: _lazy("They had a chance to speak for you."),
}


@dataclass(frozen=True, kw_only=True)
class NewCase:
    """A wish for a case. key: the same for every attempt, unique in the store."""

    key: str
    origin: str
    identity_id: int
    reason: str
    owner_id: int | None = None


@dataclass(frozen=True)
class Recommendations:
    """What the customer answered last before the case was opened, and last since; 0 to 10, None: nothing."""

    before: float | None
    after: float | None


def open_cases(store: Store, wishes: Sequence[NewCase]) -> dict[str, RecoveryCase]:
    """Open what is wished; gives the cases by key, of which some may have been there before.

    In the caller's transaction, in a few statements for all.
    """
    wanted = {wish.key: wish for wish in wishes}
    there = set(RecoveryCase.objects.filter(store=store, key__in=wanted).values_list("key", flat=True))
    new = [
        RecoveryCase(
            store=store, identity_id=wish.identity_id, reason=wish.reason[:LONGEST_TEXT], key=key,
            owner_id=wish.owner_id, origin=wish.origin,
        )
        for key, wish in wanted.items()
        if key not in there
    ]  # fmt: skip
    RecoveryCase.objects.bulk_create(new, ignore_conflicts=True)
    rows = RecoveryCase.objects.filter(store=store, key__in=wanted).select_related("identity", "owner")
    cases = {case.key: case for case in rows}
    opened = [cases[case.key] for case in new]
    steps = [step for case in opened for step in _steps(case)]
    CaseStep.objects.bulk_create(steps, ignore_conflicts=True)
    _record_opened(store, opened)
    return cases


@transaction.atomic
def open_case(*, customer: Customer, reason: str, owner: User | None, actor: str) -> RecoveryCase:
    """By a person. Raises ValidationError, by field."""
    why = clean_text(reason, "reason")
    if not why:
        raise ValidationError({"reason": _("Say what went wrong.")})
    wish = NewCase(
        key=f"{BY_PERSON}:{uuid4()}", origin=BY_PERSON, identity_id=strongest_identity(customer).pk, reason=why,
        owner_id=member_id(customer.store, owner) if owner else None,
    )  # fmt: skip
    case = open_cases(customer.store, [wish])[wish.key]
    record_audit(store=customer.store, actor=actor, action="case.opened", target=f"case {case.pk}")
    return case


@transaction.atomic
def finish_stage(case: RecoveryCase, stage: str, *, note: str, skip: bool = False, actor: str) -> bool:
    """Note that a stage is done, or skipped, which needs a reason; False when it was before.

    With the last of them the case is closed. Raises ValidationError, by field.
    """
    words = clean_text(note, "note")
    if skip and not words:
        raise ValidationError({"note": _("Say why the stage is skipped.")})
    now = clock.now()
    RecoveryCase.objects.select_for_update().get(
        pk=case.pk
    )  # two who finish the last two stages close it once
    waiting = CaseStep.objects.filter(case=case, stage=stage, done_at=None)
    if not waiting.update(done_at=now, is_skipped=skip, note=words):
        return False
    _tell(case, CaseStageDone(case_id=case.pk, key=case.key, stage=stage, is_skipped=skip, actor=actor))
    record_audit(
        store=case.store, actor=actor, action="case.stage_skipped" if skip else "case.stage_done",
        target=f"case {case.pk}", stage=stage,
    )  # fmt: skip
    if not CaseStep.objects.filter(case=case, done_at=None).exists():
        _close(case, now)
    return True


@transaction.atomic
def reopen_stage(case: RecoveryCase, stage: str, *, actor: str) -> bool:
    """Take back that a stage was done or skipped; a closed case is open again. False when it is not done."""
    RecoveryCase.objects.select_for_update().get(pk=case.pk)
    done = CaseStep.objects.filter(case=case, stage=stage, done_at__isnull=False)
    if not done.update(done_at=None, is_skipped=False):
        return False
    RecoveryCase.objects.filter(pk=case.pk).update(state=CaseState.OPEN, closed_at=None)
    case.refresh_from_db(fields=["state", "closed_at"])
    record_audit(
        store=case.store, actor=actor, action="case.stage_reopened", target=f"case {case.pk}", stage=stage
    )
    return True


@transaction.atomic
def change_case(case: RecoveryCase, *, owner: User | None, cost_minor: int, actor: str) -> None:
    """Whose it is, and what it has cost so far. Raises ValidationError, by field."""
    if not 0 <= cost_minor <= LARGEST_COST:
        raise ValidationError({"cost_minor": _("It must be from %(least)s to %(most)s.") % {
            "least": 0, "most": LARGEST_COST}})  # fmt: skip
    owner_id = member_id(case.store, owner) if owner else None
    before = {"owner": case.owner.email if case.owner else None, "cost_minor": case.cost_minor}
    after = {"owner": owner.email if owner else None, "cost_minor": cost_minor}
    changes = changed_fields(before, after)
    if changes:
        RecoveryCase.objects.filter(pk=case.pk).update(owner=owner_id, cost_minor=cost_minor)
        case.refresh_from_db(fields=["owner", "cost_minor"])
        record_audit(
            store=case.store, actor=actor, action="case.changed", target=f"case {case.pk}", changes=changes
        )


def cases_for_viewer(
    store: Store, *, state: str = "", cursor: str = "", limit: int = 50
) -> KeysetPage[RecoveryCase]:
    """With customer and owner, the latest first. Two queries at most. Raises CursorInvalid."""
    rows = _cases(store).filter(state=state) if state else _cases(store)
    page = keyset_page(rows, order=("-id",), cursor=cursor, limit=limit)
    name_customers(case.customer for case in page.rows)
    return page


def case_for_viewer(store: Store, case_id: int) -> RecoveryCase:
    """Raises RecoveryCase.DoesNotExist, also for one of another store."""
    return _cases(store).get(pk=case_id)


def cases_of_customer(store: Store, customer_id: int, *, limit: int = 5) -> list[RecoveryCase]:
    """The latest first. One query."""
    return list(_cases(store).filter(identity__customer=customer_id).order_by("-id")[:limit])


def steps_of(cases: Iterable[RecoveryCase]) -> dict[int, list[CaseStep]]:
    """By case, in their order. One query."""
    steps: dict[int, list[CaseStep]] = {}
    for step in CaseStep.objects.filter(case__in=[case.pk for case in cases]).order_by("case", "place"):
        steps.setdefault(step.case_id, []).append(step)
    return steps


def recommendations_around(case: RecoveryCase) -> Recommendations:
    """Two queries along an index."""
    answers = Response.objects.filter(
        store=case.store_id, identity__customer=case.customer_id, measure=Measure.NPS, value__isnull=False
    ).order_by("-answered_at", "-id").values_list("value", flat=True)  # fmt: skip
    before = answers.filter(answered_at__lte=case.opened_at)
    return Recommendations(before.first(), answers.filter(answered_at__gt=case.opened_at).first())


def _cases(store: Store) -> QuerySet[RecoveryCase]:
    return RecoveryCase.objects.filter(store=store).select_related("store", "identity__customer", "owner")


def _steps(case: RecoveryCase) -> list[CaseStep]:
    """Recognised is what a case was opened for: somebody or something found it."""
    return [
        CaseStep(
            case=case,
            place=place,
            stage=stage,
            due_at=case.opened_at + DUE_AFTER[stage],
            done_at=case.opened_at if stage == CaseStage.RECOGNISE else None,
        )
        for place, stage in enumerate(CaseStage, start=1)
    ]


def _close(case: RecoveryCase, now: datetime) -> None:
    RecoveryCase.objects.filter(pk=case.pk).update(state=CaseState.CLOSED, closed_at=now)
    case.refresh_from_db(fields=["state", "closed_at", "cost_minor"])
    days = (now - case.opened_at) / timedelta(days=1)
    fact = CaseClosed(
        case_id=case.pk, key=case.key, customer_id=case.customer_id, cost_minor=case.cost_minor, days=days
    )
    _tell(case, fact)


def _record_opened(store: Store, cases: Sequence[RecoveryCase]) -> None:
    """The key of the fact makes sure that of two who wish the same at once, one tells of it."""
    if not cases:
        return
    user_ids = _user_ids(store, cases)
    rows = [
        new_fact(
            CaseOpened(case_id=case.pk, origin=case.origin, key=case.key, customer_id=case.customer_id),
            store_id=store.pk,
            key=str(case.pk),
            user_id=user_ids.get(case.pk),
        )
        for case in cases
    ]
    record_all(rows)


def _tell(case: RecoveryCase, fact: Fact) -> None:
    record(fact, store_id=case.store_id, user_id=_user_ids(case.store, [case]).get(case.pk))


def _user_ids(store: Store, cases: Sequence[RecoveryCase]) -> dict[int, str]:
    """The shop's ids of whom cases are about, by case; by them their facts stand on the timeline. One query at
    most."""
    user_ids = user_ids_by_identity(store, [case.identity for case in cases])
    return {case.pk: user_ids[case.identity_id] for case in cases if case.identity_id in user_ids}
