"""How often a customer is asked, over all surveys, and which of two goes first. No database.

Source: specification, feedback, section 2 (proposal): at most one invited survey in 3 days and five in 60 days; of
two that fall together the one of the lower rank is asked, and the other is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from regard.survey.domain.asking.reasons import Why


@dataclass(frozen=True)
class Limits:
    """At most so many invitations in any span that is shorter than `short`, and `long`."""

    short: timedelta = timedelta(days=3)
    most_in_short: int = 1
    long: timedelta = timedelta(days=60)
    most_in_long: int = 5


@dataclass(frozen=True)
class Earlier:
    """A survey that a customer was asked and that counts. is_waiting: its message has not left yet."""

    id: int
    at: datetime
    rank: int
    is_waiting: bool = False


@dataclass(frozen=True)
class Ask:
    """instead_of: ids of those that are dropped for it."""

    instead_of: tuple[int, ...] = ()


@dataclass(frozen=True)
class Drop:
    why: Why


def decide_asking(
    rank: int, earlier: Sequence[Earlier], limits: Limits, now: datetime, *, is_exempt: bool = False
) -> Ask | Drop:
    """Whether a survey is asked now. An exempt one always is, and counts for no other."""
    if is_exempt:
        return Ask()
    held = list(earlier)
    dropped: list[int] = []
    # The least important first, so that as few as possible are dropped, and of these those that matter least.
    yielding = sorted(
        (one for one in held if one.is_waiting and one.rank > rank), key=lambda one: (-one.rank, one.id)
    )
    while (why := _too_often(held, limits, now, rank)) is not None:
        within = limits.short if why is not Why.TOO_MANY else limits.long
        one = next((each for each in yielding if each.at > now - within), None)
        if one is None:
            return Drop(why)
        yielding.remove(one)
        held.remove(one)
        dropped.append(one.id)
    return Ask(tuple(dropped))


def _too_often(earlier: Sequence[Earlier], limits: Limits, now: datetime, rank: int) -> Why | None:
    lately = [one for one in earlier if one.at > now - limits.short]
    if len(lately) >= limits.most_in_short:
        # Whoever waits still, and matters as much, was there first; what has left cannot be taken back.
        return Why.OUTRANKED if any(one.is_waiting and one.rank <= rank for one in lately) else Why.TOO_SOON
    if sum(one.at > now - limits.long for one in earlier) >= limits.most_in_long:
        return Why.TOO_MANY
    return None
