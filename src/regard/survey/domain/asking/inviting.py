"""Asking customers a survey: who is asked, through what, and why somebody is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from regard.act.domain.outbox import queue_sends
from regard.act.domain.outbox_control import withdraw_sends
from regard.capture.domain.log import NewEvent
from regard.capture.domain.record import new_fact, record_all
from regard.core import clock
from regard.core.models import Store
from regard.survey.domain.answering.links import hash_of, invitation_url, token_of
from regard.survey.domain.asking.earlier import (
    earlier_invitations,
    instance_of,
    intent_of,
    limits_of,
    wait_for_others,
)
from regard.survey.domain.asking.exemption import MESSAGES, is_exempt
from regard.survey.domain.asking.fatigue import Ask, Drop, Earlier, Limits, decide_asking
from regard.survey.domain.asking.levers import levers_of
from regard.survey.domain.asking.messages import Unsent, first_messages
from regard.survey.domain.asking.people import Asking, asked_people
from regard.survey.domain.asking.reasons import Why
from regard.survey.domain.asking.wishes import Asked, Wish
from regard.survey.domain.definition.parts import Definition
from regard.survey.domain.published import definition_of
from regard.survey.domain.quotas import is_full
from regard.survey.facts import SurveyInvited, SurveyNotAsked
from regard.survey.models import Invitation, InvitationState, Survey, SurveyState


@transaction.atomic
def ask_surveys(store: Store, wishes: Sequence[Wish]) -> dict[str, Asked]:
    """Ask each, or keep why not; by key, of surveys that there are. What was asked under a key stays as it is.

    A fixed number of statements, however many; one more for each that gives way to another.
    """
    surveys = _surveys(store, {wish.survey for wish in wishes})
    new = [wish for wish in wishes if wish.survey in surveys]
    if not new:
        return {}
    wait_for_others([wish.customer_id for wish in new])
    held = {row.key: row for row in _held(store, [wish.key for wish in new])}
    first = {wish.key: wish for wish in reversed(new) if wish.key not in held}
    made = _invite(store, surveys, [first[key] for key in reversed(first)])
    held |= {row.key: row for row in made}
    return {wish.key: _asked(held[wish.key], *surveys[wish.survey]) for wish in new}


def _invite(
    store: Store, surveys: Mapping[str, tuple[Survey, Definition]], wishes: Sequence[Wish]
) -> list[Invitation]:
    if not wishes:
        return []
    now, limits = clock.now(), limits_of(store)
    customers = [wish.customer_id for wish in wishes]
    earlier = earlier_invitations(store, customers, since=now - max(limits.short, limits.long))
    people = asked_people(store, wishes, {name: definition for name, (_s, definition) in surveys.items()})
    full = _full(surveys)
    decided = []
    for wish in wishes:
        survey, definition = surveys[wish.survey]
        person = people[wish.key]
        why = _why_not(wish, survey, person, is_full=survey.pk in full)
        before = earlier.setdefault(wish.customer_id, [])
        decided.append((wish, why or _decide(definition, wish.channel, before, limits)))
    rows = [_row(store, wish, surveys[wish.survey], people[wish.key], outcome) for wish, outcome in decided]
    Invitation.objects.bulk_create(rows)
    _send(store, rows, [wish for wish, _outcome in decided], surveys, people)
    for row, (_wish, outcome) in zip(rows, decided, strict=True):
        # Nothing gives way to what could not be sent.
        if isinstance(outcome, Ask) and outcome.instead_of and not row.why:
            _give_way(store, outcome.instead_of)
    _tell(store, rows, surveys)
    return rows


def _decide(definition: Definition, channel: str, before: list[Earlier], limits: Limits) -> Ask | Drop:
    """What is decided of one counts for the next in the same call."""
    now, is_free = clock.now(), is_exempt(definition, channel)
    outcome = decide_asking(definition.rank, before, limits, now, is_exempt=is_free)
    if isinstance(outcome, Ask) and not is_free:
        before[:] = [one for one in before if one.id not in outcome.instead_of]
        before.append(Earlier(0, now, definition.rank))
    return outcome


def _why_not(wish: Wish, survey: Survey, person: Asking, *, is_full: bool) -> Drop | None:
    if survey.state != SurveyState.LIVE:
        return Drop(Why.NOT_LIVE)
    if is_full:
        return Drop(Why.FULL)
    if person.has_refused:
        return Drop(Why.REFUSED)
    return Drop(Why.NO_ADDRESS) if wish.channel in MESSAGES and not person.address else None


def _row(
    store: Store, wish: Wish, asking: tuple[Survey, Definition], person: Asking, outcome: Ask | Drop
) -> Invitation:
    survey, definition = asking
    now, is_asked = clock.now(), isinstance(outcome, Ask)
    reminders = [now + span for span in definition.reminders if span < definition.expires]
    return Invitation(
        store=store,
        survey=survey,
        identity_id=wish.identity_id,
        token_hash=hash_of(token_of(store.pk, wish.key)) if is_asked else None,
        key=wish.key,
        origin=wish.origin[:100],
        about=wish.about[:20] or ("product" if wish.product_id else "order" if wish.order_id else ""),
        about_id=(wish.about_id or wish.product_id or wish.order_id)[:200],
        order_external_id=wish.order_id[:200],
        product_external_id=wish.product_id[:200],
        channel=wish.channel,
        language=person.language,
        levers=levers_of(definition, survey.pk, wish.customer_id),
        invited_at=now,
        expires_at=now + definition.expires,
        next_reminder_at=min(reminders, default=None) if is_asked and wish.channel in MESSAGES else None,
        state=InvitationState.WAITING if is_asked else InvitationState.REFUSED,
        why=outcome.why.value if isinstance(outcome, Drop) else "",
    )


def _send(
    store: Store,
    rows: Sequence[Invitation],
    wishes: Sequence[Wish],
    surveys: Mapping[str, tuple[Survey, Definition]],
    people: Mapping[str, Asking],
) -> None:
    """Queue the message of each that goes by one; where none can be made, that is the reason not to ask."""
    told = [
        (row, wish) for row, wish in zip(rows, wishes, strict=True) if not row.why and row.channel in MESSAGES
    ]
    made = first_messages(
        store, [(row, wish, surveys[wish.survey][1], people[wish.key]) for row, wish in told]
    )
    queue_sends(store, [one for one in made if not isinstance(one, Unsent)])
    lost = [row for (row, _wish), one in zip(told, made, strict=True) if isinstance(one, Unsent)]
    _refuse(lost, Why.NO_MESSAGE)


def refuse_unsent(store: Store, rows: Sequence[Invitation]) -> None:
    """Those whose message never left were not asked. Select the surveys along."""
    _refuse(rows, Why.NOT_SENT)
    _record(store, [(row, row.survey) for row in rows])


def _refuse(rows: Sequence[Invitation], why: Why) -> None:
    """Their address, which nobody was told, leads nowhere."""
    for row in rows:
        row.state, row.why = InvitationState.REFUSED, why.value
        row.next_reminder_at = row.token_hash = None
    Invitation.objects.bulk_update(rows, ["state", "why", "next_reminder_at", "token_hash"])


def _give_way(store: Store, ids: Sequence[int]) -> None:
    """To one that matters more: their message never leaves."""
    rows = list(Invitation.objects.filter(store=store, pk__in=ids).select_related("survey").order_by("id"))
    given = [
        row
        for row in rows
        if withdraw_sends(store, intent=intent_of(row.survey.key), instance=instance_of(row.pk))
    ]
    _refuse(given, Why.OUTRANKED)
    _record(store, [(row, row.survey) for row in given])


def _tell(store: Store, rows: Sequence[Invitation], surveys: Mapping[str, tuple[Survey, Definition]]) -> None:
    by_id = {survey.pk: survey for survey, _definition in surveys.values()}
    _record(store, [(row, by_id[row.survey_id]) for row in rows])


def _record(store: Store, told: Sequence[tuple[Invitation, Survey]]) -> None:
    """In one statement, however many."""
    facts = [_fact(store, row, survey) for row, survey in told if row.identity_id is not None]
    record_all(facts)


def _fact(store: Store, row: Invitation, survey: Survey) -> NewEvent:
    told: dict[str, Any] = {
        "identity_id": row.identity_id, "invitation": str(row.pk), "survey": survey.name,
        "survey_key": survey.key, "origin": row.origin,
    }  # fmt: skip
    if row.why:
        return new_fact(SurveyNotAsked(**told, why=row.why), store_id=store.pk, key=f"{row.pk}:{row.why}")
    return new_fact(SurveyInvited(**told, channel=row.channel), store_id=store.pk, key=str(row.pk))


def _surveys(store: Store, keys: set[str]) -> dict[str, tuple[Survey, Definition]]:
    """Those that were ever published."""
    rows = Survey.objects.filter(store=store, key__in=keys, current__isnull=False).select_related("current")
    return {row.key: (row, definition_of(row.current)) for row in rows if row.current}


def _held(store: Store, keys: Sequence[str]) -> list[Invitation]:
    return list(Invitation.objects.filter(store=store, key__in=keys).exclude(key=""))


def _full(surveys: Mapping[str, tuple[Survey, Definition]]) -> set[int]:
    """The surveys that have as many complete answers as were wanted. A query for each that has a quota."""
    return {survey.pk for survey, definition in surveys.values() if is_full(survey, definition)}


def _asked(row: Invitation, survey: Survey, definition: Definition) -> Asked:
    return Asked(row, survey, definition, "" if row.why else invitation_url(row))
