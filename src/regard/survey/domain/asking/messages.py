"""Messages that ask a survey, with its first question in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from regard.act.domain.good_hours import GoodHour, good_hours
from regard.act.domain.outbox import NewSend, is_sendable
from regard.act.domain.topics import SURVEYS
from regard.act.models import Purpose
from regard.core import clock
from regard.core.models import Store
from regard.message.domain.rendering import Addressee, Rendered, Result, render_for
from regard.message.domain.starters import ensure_template
from regard.survey.domain.answering.links import invitation_url
from regard.survey.domain.asking.earlier import instance_of, intent_of
from regard.survey.domain.asking.exemption import is_exempt
from regard.survey.domain.asking.people import Asking
from regard.survey.domain.asking.wishes import Wish
from regard.survey.domain.definition.parts import Definition, Question, bounds_of, text_in
from regard.survey.domain.piping import said, values_of_people, values_of_things
from regard.survey.models import Channel, Invitation

# Proposals: until this hour of the customer's day a message waits for surveys that matter more and come up on the
# same day, and so long at least.
GATHERED_AT = 19
GATHERING = timedelta(minutes=30)
USUAL = {Channel.EMAIL.value: "survey-invitation", Channel.SMS.value: "survey-invitation-sms"}
REMINDING = {Channel.EMAIL.value: "survey-reminder", Channel.SMS.value: "survey-reminder-sms"}
ACTOR = "surveys"
SCALES = frozenset({"nps", "csat", "ces", "stars"})

Telling = tuple[Invitation, Wish, Definition, Asking]


@dataclass(frozen=True)
class Unsent:
    """Why there is no message."""

    reason: str


def first_messages(store: Store, told: Sequence[Telling]) -> list[NewSend | Unsent]:
    """The message that asks each, in the same order. As many statements for many as for one."""
    if not told:
        return []
    hours = good_hours(store, {wish.customer_id for row, wish, *_rest in told if row.levers.get("timing")})
    due = [
        _due(wish, definition, person.zone, hours.get(wish.customer_id))
        for _row, wish, definition, person in told
    ]
    return _messages(store, told, due, usual=USUAL, reminder=0)


def reminders(store: Store, told: Sequence[Telling], number: int) -> list[NewSend | Unsent]:
    """The same question once more; number: which reminder it is."""
    return _messages(store, told, [clock.now()] * len(told), usual=REMINDING, reminder=number)


def survey_values(store: Store, told: Sequence[tuple[Invitation, int, Definition]]) -> list[dict[str, Any]]:
    """What messages may say of a survey, of (invitation, customer id, survey) each: see the template that comes
    along. Nothing of it is sent."""
    values, things = _known(store, told), _things(store, told)
    return [
        _survey(row, definition, {**values[customer, row.language], **things[row.pk]})
        for row, customer, definition in told
    ]


def _messages(
    store: Store, told: Sequence[Telling], due: Sequence[datetime], *, usual: Mapping[str, str], reminder: int
) -> list[NewSend | Unsent]:
    said_of = survey_values(
        store, [(row, wish.customer_id, definition) for row, wish, definition, _p in told]
    )
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, (row, wish, _definition, _person) in enumerate(told):
        groups[wish.template or usual[row.channel], row.channel].append(place)
    made: dict[int, NewSend | Unsent] = {}
    for (template, channel), places in groups.items():
        ensure_template(store, template, ACTOR)
        people = [
            Addressee(told[at][0].identity_id or 0, told[at][1].customer_id, {"survey": said_of[at]}, SURVEYS)
            for at in places
        ]
        for at, message in zip(places, render_for(store, template, channel, people), strict=True):
            made[at] = _send(store, told[at], message, due_at=due[at], reminder=reminder)
    return [made[at] for at in range(len(told))]


def _send(
    store: Store, told: Telling, message: Result, *, due_at: datetime, reminder: int
) -> NewSend | Unsent:
    row, _wish, definition, _person = told
    if not isinstance(message, Rendered):
        return Unsent(message.reason)
    new = NewSend(
        channel=row.channel,
        recipient=message.recipient,
        purpose=Purpose.SURVEY,
        intent=intent_of(definition.key),
        instance=instance_of(row.pk, reminder),
        subject=message.subject,
        body_text=message.body_text,
        body_html=message.body_html,
        identity_id=row.identity_id,
        due_at=due_at,
        topic=SURVEYS,
        may_wait_until=row.expires_at,
        template_version=f"{message.template}, {message.version}",
    )
    return new if is_sendable(store, new) else Unsent("")


def _due(wish: Wish, definition: Definition, zone: ZoneInfo, hour: GoodHour | None) -> datetime:
    now = clock.now()
    if wish.at_once or is_exempt(definition, wish.channel):
        return now
    evening = now.astimezone(zone).replace(hour=GATHERED_AT, minute=0, second=0, microsecond=0)
    earliest = max(now + GATHERING, evening.astimezone(now.tzinfo))
    return earliest if hour is None else max(earliest, _next_at(hour, earliest))


def _next_at(hour: GoodHour, earliest: datetime) -> datetime:
    """The next time that it is the customer's own hour."""
    local = earliest.astimezone(hour.zone)
    if local.hour == hour.hour:
        return earliest
    day = local if local.hour < hour.hour else local + timedelta(days=1)
    return day.replace(hour=hour.hour, minute=0, second=0, microsecond=0).astimezone(earliest.tzinfo)


def _known(
    store: Store, told: Sequence[tuple[Invitation, int, Definition]]
) -> dict[tuple[int, str], dict[str, Any]]:
    """By customer and language what words of the surveys may name."""
    known: dict[tuple[int, str], dict[str, Any]] = {}
    for language in sorted({row.language for row, *_rest in told}):
        theirs = [(customer, definition) for row, customer, definition in told if row.language == language]
        ids = {customer for customer, _definition in theirs}
        values = values_of_people(store, [definition for _customer, definition in theirs], ids, language)
        known |= {(customer, language): value for customer, value in values.items()}
    return known


def _things(store: Store, told: Sequence[tuple[Invitation, int, Definition]]) -> dict[int, dict[str, Any]]:
    pairs = {row.pk: (row.order_external_id, row.product_external_id) for row, *_rest in told}
    known = values_of_things(store, set(pairs.values()))
    return {pk: known[pair] for pk, pair in pairs.items()}


def _survey(row: Invitation, definition: Definition, values: Mapping[str, Any]) -> dict[str, Any]:
    def words(texts: Mapping[str, str]) -> str:
        return said(text_in(texts, row.language, definition.languages), values)

    url = invitation_url(row)
    first = definition.questions[0]
    lowest, highest = (words(text) for text in first.ends) if first.ends else ("", "")
    return {
        "key": definition.key,
        "title": words(definition.title) or definition.name,
        "intro": words(definition.intro),
        "question": words(first.text),
        "url": url,
        "choices": _choices(first, url, words),
        "lowest": lowest,
        "highest": highest,
        "is_personal": bool(row.levers.get("personal")),
        "has_incentive": bool(row.levers.get("incentive") and definition.incentive),
        "expires_at": row.expires_at.isoformat() if row.expires_at else "",
        "language": row.language,
    }


def _choices(first: Question, url: str, words: Any) -> list[dict[str, str]]:
    """The answers to the first question, each with where it leads; none where they are not few."""
    if first.kind in SCALES:
        lowest, highest = bounds_of(first)
        numbers = range(int(lowest or 0), int(highest or 0) + 1)
        return [{"label": str(number), "url": f"{url}?{first.id}={number}"} for number in numbers]
    if first.kind == "single" and len(first.options) <= 7:
        return [
            {"label": words(option.text) or option.value, "url": f"{url}?{first.id}={option.value}"}
            for option in first.options
        ]
    return []
