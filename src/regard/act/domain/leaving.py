"""Whether, and when, a message may leave. No database.

Consent, quiet hours and the cap bind marketing. Surveys obey quiet hours and whoever refused them or the channel;
how often somebody is asked has rules of its own where surveys are made. What is owed to a customer obeys the
suppression of addresses alone, and so does an answer in a conversation that the customer began.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from regard.act.domain.thresholds import CAP_SPAN, DISENGAGED_AFTER, LOOK_AGAIN
from regard.act.models import Purpose

EVERYTHING = ""  # the origin of all marketing of a store together


class Reason(StrEnum):
    """Why a message does not leave now."""

    SUPPRESSED = "suppressed"
    LEFT_TEAM = "left_team"
    NO_CONSENT = "no_consent"
    REFUSED = "refused"
    TOPIC_REFUSED = "topic_refused"
    TOO_LATE = "too_late"
    QUIET = "quiet"
    CAP = "cap"
    OTHERS_FIRST = "others_first"
    HELD = "held"


@dataclass(frozen=True)
class Limits:
    """quiet_from, quiet_until: of the recipient's day, the same for no quiet hours; weekly_cap: at least 1.
    of_origin, in_all: marketing that leaves in an hour until somebody is asked.
    """

    quiet_from: time
    quiet_until: time
    weekly_cap: int
    of_origin: int = 500
    in_all: int = 1_000


@dataclass(frozen=True)
class Person:
    """Somebody whom a marketing message would reach.

    left_at: when marketing left for them in the last two spans of the cap, in any order. first_sent_at,
    last_opened_at: of their marketing e-mails, None for never. ahead: how many messages that are due for them go
    before this one. wants_less: they asked for half as many. refuses_topic: they want
    nothing about what it is about. has_refused: they said no to
    marketing on the channel, and did not just say nothing.
    """

    has_consent: bool
    zone: ZoneInfo
    left_at: Sequence[datetime] = ()
    first_sent_at: datetime | None = None
    last_opened_at: datetime | None = None
    ahead: int = 0
    wants_less: bool = False
    refuses_topic: bool = False
    has_refused: bool = False


@dataclass(frozen=True)
class Case:
    """A message and those whom it would reach.

    suppressed: why its address gets nothing, "" when it does. leads: of mail for the team, whether its recipient
    still leads the store.
    """

    purpose: Purpose
    suppressed: str = ""
    leads: bool = True
    may_wait_until: datetime | None = None
    people: Sequence[Person] = ()


@dataclass(frozen=True)
class Leave:
    """It may go now."""


@dataclass(frozen=True)
class Wait:
    """It may go at `until` at the earliest, and is asked again then."""

    until: datetime
    reason: Reason


@dataclass(frozen=True)
class Never:
    reason: Reason
    words: str = ""  # of whoever refused it


@dataclass(frozen=True)
class Hold:
    """It may go when a person lets it, since its origin ("": all marketing of the store) ran away."""

    origin: str
    reason: Reason = Reason.HELD


Decision = Leave | Wait | Never | Hold


@dataclass(frozen=True)
class LetGo:
    """How much marketing was let go in the last hour: of one origin, and in all."""

    of_origin: int
    in_all: int


def decide_hold(origin: str, gone: LetGo, limits: Limits) -> Hold | None:
    """Whether one more message of this origin would be more than leaves in an hour unasked."""
    if gone.of_origin >= limits.of_origin:
        return Hold(origin)
    return Hold(EVERYTHING) if gone.in_all >= limits.in_all else None


def decide_leaving(case: Case, limits: Limits, now: datetime) -> Leave | Wait | Never:
    """Whether the message of `case` may leave at `now`, later, or never."""
    if case.suppressed:
        return Never(Reason.SUPPRESSED, case.suppressed)
    if not case.leads:
        return Never(Reason.LEFT_TEAM)
    if case.purpose == Purpose.SURVEY:
        return _decide_survey(case, limits, now)
    return _decide_marketing(case, limits, now) if case.purpose == Purpose.MARKETING else Leave()


def _decide_survey(case: Case, limits: Limits, now: datetime) -> Leave | Wait | Never:
    if any(person.has_refused for person in case.people):
        return Never(Reason.REFUSED)
    if any(person.refuses_topic for person in case.people):
        return Never(Reason.TOPIC_REFUSED)
    if case.may_wait_until is not None and now > case.may_wait_until:
        return Never(Reason.TOO_LATE)
    until = _open_for_all(case.people, limits, now)
    return Leave() if until == now else Wait(_no_later(until, case.may_wait_until), Reason.QUIET)


def _decide_marketing(case: Case, limits: Limits, now: datetime) -> Leave | Wait | Never:
    if not case.people or not all(person.has_consent for person in case.people):
        return Never(Reason.NO_CONSENT)
    if any(person.refuses_topic for person in case.people):
        return Never(Reason.TOPIC_REFUSED)
    if case.may_wait_until is not None and now > case.may_wait_until:
        return Never(Reason.TOO_LATE)
    waits = [wait for person in case.people if (wait := _wait_for(person, limits, now))]
    if not waits:
        return Leave()
    longest = max(waits, key=lambda wait: wait.until)
    until = _open_for_all(case.people, limits, longest.until)
    return Wait(_no_later(until, case.may_wait_until), longest.reason)


def quiet_end(zone: ZoneInfo, limits: Limits, at: datetime) -> datetime | None:
    """When the quiet hours of a person end that `at` lies in; None when it lies in none."""
    local = at.astimezone(zone)
    start, end = limits.quiet_from, limits.quiet_until
    hour = local.timetz().replace(tzinfo=None)
    if start < end:
        is_quiet, ends_tomorrow = start <= hour < end, False
    else:
        is_quiet, ends_tomorrow = start != end and (hour >= start or hour < end), hour >= start
    if not is_quiet:
        return None
    day = local.date() + timedelta(days=ends_tomorrow)
    ended = datetime.combine(day, end, zone).astimezone(at.tzinfo)
    return ended if ended > at else at + LOOK_AGAIN  # clocks are put back meanwhile


def cap_span(person: Person, now: datetime) -> timedelta:
    """How long the messages of the cap are spread over: twice as long for whoever wants less, or opens nothing."""
    opens = person.last_opened_at is not None and person.last_opened_at > now - DISENGAGED_AFTER
    is_new = person.first_sent_at is None or person.first_sent_at > now - DISENGAGED_AFTER
    return CAP_SPAN if (opens or is_new) and not person.wants_less else 2 * CAP_SPAN


def _wait_for(person: Person, limits: Limits, now: datetime) -> Wait | None:
    if ended := quiet_end(person.zone, limits, now):
        return Wait(ended, Reason.QUIET)
    span = cap_span(person, now)
    left = sorted((at for at in person.left_at if at > now - span), reverse=True)
    if len(left) >= limits.weekly_cap:
        return Wait(left[limits.weekly_cap - 1] + span, Reason.CAP)
    if len(left) + person.ahead >= limits.weekly_cap:
        return Wait(now + LOOK_AGAIN, Reason.OTHERS_FIRST)
    return None


def _open_for_all(people: Sequence[Person], limits: Limits, at: datetime) -> datetime:
    """The first moment from `at` on that is quiet for none; two zones may leave none, so it does not look far."""
    for _round in range(4):
        ends = [ended for person in people if (ended := quiet_end(person.zone, limits, at))]
        if not ends:
            break
        at = max(ends)
    return at


def _no_later(until: datetime, latest: datetime | None) -> datetime:
    """One that is outdated by then is dropped as soon as it is, and not when it could have gone."""
    return until if latest is None else min(until, latest + timedelta(microseconds=1))
