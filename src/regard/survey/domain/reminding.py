"""Asking once more those who have not answered, and closing what is over."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast

from regard.act.domain.outbox import queue_sends
from regard.act.models import Purpose, Send, SendState
from regard.core import clock
from regard.core.models import Store
from regard.survey.domain.asking.inviting import refuse_unsent
from regard.survey.domain.asking.messages import Unsent, reminders
from regard.survey.domain.asking.people import asked_people
from regard.survey.domain.asking.wishes import Wish
from regard.survey.domain.definition.parts import Definition
from regard.survey.domain.published import definition_of
from regard.survey.domain.quotas import is_full
from regard.survey.models import Invitation, InvitationState, Survey, SurveyState

UNANSWERED = (InvitationState.WAITING, InvitationState.OPENED)
OPEN = (InvitationState.WAITING, InvitationState.OPENED, InvitationState.PARTIAL)
MOST = 500  # of one transaction


def stores_with_due_reminders() -> list[int]:
    """By id. One query."""
    due = Invitation.objects.filter(next_reminder_at__lte=clock.now(), state__in=OPEN)
    return sorted(due.values_list("store_id", flat=True).distinct())


def remind(store: Store) -> int:
    """Ask once more whoever is due, and does not refuse it by now; gives how many messages were queued."""
    queued = 0
    while True:
        looked_at, made = _remind_some(store)
        queued += made
        if looked_at < MOST:
            return queued


@transaction.atomic
def _remind_some(store: Store) -> tuple[int, int]:
    """How many were due, MOST at the most, and how many messages were queued. None of them is due again now."""
    now = clock.now()
    due = Invitation.objects.filter(store=store, next_reminder_at__lte=now, state__in=OPEN)
    named = due.select_related("identity", "survey__current").order_by("next_reminder_at", "id")
    rows = list(named.select_for_update(of=("self",), skip_locked=True)[:MOST])
    definitions = {
        row.survey_id: definition_of(row.survey.current) for row in rows if row.survey.current is not None
    }
    told = [(row, definitions[row.survey_id]) for row in rows if row.survey_id in definitions]
    asking = _still_asking({row.survey for row, _definition in told}, definitions)
    queued = _send(
        store, [(row, each) for row, each in told if row.survey_id in asking and _is_open(row, now)]
    )
    for row in rows:
        _plan_next(row, definitions.get(row.survey_id), now)
    Invitation.objects.bulk_update(rows, ["reminded", "next_reminder_at"])
    return len(rows), queued


def expire() -> int:
    """Close the invitations whose time is over, in all stores; gives how many. Two statements.

    What was begun stays begun, for it was answered; only nobody is reminded of it.
    """
    over = Invitation.objects.filter(expires_at__lte=clock.now())
    over.filter(state=InvitationState.PARTIAL, next_reminder_at__isnull=False).update(next_reminder_at=None)
    return over.filter(state__in=UNANSWERED).update(state=InvitationState.EXPIRED, next_reminder_at=None)


@transaction.atomic
def note_unsent() -> int:
    """Whose message never left was not asked, in all stores; gives how many. What failed may be sent again by a
    person until its time is over."""
    sends = Send.objects.filter(
        store=OuterRef("store"), identity=OuterRef("identity"), purpose=Purpose.SURVEY,
        instance=Cast(OuterRef("pk"), CharField()),
    )  # fmt: skip
    never = Q(Exists(sends.filter(state__in=[SendState.CANCELLED, SendState.SUPPRESSED])))
    too_late = Q(Exists(sends.filter(state=SendState.FAILED)), expires_at__lte=clock.now())
    waiting = Invitation.objects.filter(never | too_late, state=InvitationState.WAITING)
    named = waiting.select_related("survey", "store").order_by("id")
    rows = list(named.select_for_update(of=("self",), skip_locked=True)[:MOST])
    for store in {row.store for row in rows}:
        refuse_unsent(store, [row for row in rows if row.store == store])
    return len(rows)


def _send(store: Store, told: Sequence[tuple[Invitation, Definition]]) -> int:
    wishes = {row.pk: _wish(row) for row, _definition in told}
    people = asked_people(store, list(wishes.values()), {row.survey.key: each for row, each in told})
    asked = [
        (row, wishes[row.pk], definition, people[row.key])
        for row, definition in told
        if not people[row.key].has_refused
    ]
    queued = 0
    for number in sorted({row.reminded + 1 for row, *_rest in asked}):
        these = [each for each in asked if each[0].reminded + 1 == number]
        made = [one for one in reminders(store, these, number) if not isinstance(one, Unsent)]
        queue_sends(store, made)
        queued += len(made)
    return queued


def _wish(row: Invitation) -> Wish:
    return Wish(
        key=row.key,
        origin=row.origin,
        identity_id=row.identity_id or 0,
        customer_id=row.identity.customer_id if row.identity else 0,
        survey=row.survey.key,
        channel=row.channel,
    )


def _still_asking(surveys: Collection[Survey], definitions: Mapping[int, Definition]) -> set[int]:
    """The ids of those that are live and want answers. A query for each that has a quota."""
    return {
        survey.pk
        for survey in surveys
        if survey.state == SurveyState.LIVE and not is_full(survey, definitions[survey.pk])
    }


def _is_open(row: Invitation, now: datetime) -> bool:
    is_over = row.expires_at is not None and now >= row.expires_at
    return not is_over and row.identity is not None


def _plan_next(row: Invitation, definition: Definition | None, now: datetime) -> None:
    row.reminded += 1
    spans = definition.reminders if definition else ()
    left = [row.invited_at + span for span in spans if row.invited_at + span > now]
    row.next_reminder_at = min(left, default=None)
