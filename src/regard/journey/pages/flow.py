"""A journey as it is drawn: a column of steps, beside or within one another where ways part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from regard.journey.domain.definition.parts import (
    Branch,
    Do,
    Leave,
    Send,
    Split,
    Step,
    Wait,
    WaitFor,
    WaitUntil,
)
from regard.journey.domain.definition.program import ways_of
from regard.journey.domain.queries import Totals
from regard.journey.domain.totals import CAME, ENDED, GOAL, HELD_BACK, SENT
from regard.journey.domain.words import Described, describe_step, ways_in_words


@dataclass(frozen=True)
class Look:
    """How a kind of step is shown. what: its kind in a word."""

    icon: str
    what: str


LOOKS: Mapping[type[Step], Look] = {
    Send: Look("paper-airplane", gettext_noop("Message")),
    Wait: Look("clock", gettext_noop("Wait")),
    WaitUntil: Look("calendar-days", gettext_noop("Wait")),
    WaitFor: Look("bolt", gettext_noop("Wait for")),
    Branch: Look("question-mark-circle", gettext_noop("Condition")),
    Split: Look("arrows-pointing-out", gettext_noop("Chance")),
    Do: Look("cursor-arrow-rays", gettext_noop("Action")),
    Leave: Look("arrow-right-start-on-rectangle", gettext_noop("End")),
}


OF_KIND: Mapping[str, type[Step]] = {
    "send": Send, "wait": Wait, "until": WaitUntil, "wait_for": WaitFor, "if": Branch, "split": Split, "do": Do,
    "leave": Leave,
}  # fmt: skip


def look_of_kind(kind: str) -> Look:
    """By the field that says of which kind a step is."""
    return LOOKS[OF_KIND[kind]]


@dataclass(frozen=True)
class Count:
    """How many, of what; of those inside now, where a list of them is."""

    number: int
    what: str
    is_inside: bool = False


@dataclass(frozen=True)
class ShownWay:
    """A way within a step, with its steps; counted: how many went it, None where nobody counts."""

    label: str
    steps: Sequence[ShownStep]
    counted: int | None = None


@dataclass(frozen=True)
class ShownStep:
    """A card. Its ways stand below it, and what comes after them all below these."""

    id: str
    icon: str
    what: str
    name: str
    described: Described
    counts: Sequence[Count] = ()
    ways: Sequence[ShownWay] = field(default_factory=list)


def shown_steps(
    steps: Sequence[Step], totals: Mapping[str, Totals], inside: Mapping[str, int]
) -> list[ShownStep]:
    """totals: by step; inside: how many stand at each step now."""
    return [_shown(step, totals, inside) for step in steps]


def _shown(step: Step, totals: Mapping[str, Totals], inside: Mapping[str, int]) -> ShownStep:
    look, of_step = LOOKS[type(step)], totals.get(step.id, {})
    labels = ways_in_words(step)
    ways = [
        ShownWay(label, shown_steps(way, totals, inside), _went(step, name, of_step))
        for label, (name, way) in zip(labels, ways_of(step), strict=True)
    ]
    counts = _counts(step, of_step, inside.get(step.id, 0))
    return ShownStep(step.id, look.icon, _(look.what), step.name, describe_step(step), counts, ways)


def _went(step: Step, name: str, totals: Totals) -> int | None:
    return totals.get(f"way {name}", 0) if isinstance(step, Split) else None


def _counts(step: Step, totals: Totals, inside: int) -> list[Count]:
    """Who came and who is there always; the rest where there is any."""
    counts = [Count(totals.get(CAME, 0), _("came"))]
    if isinstance(step, Send | Do):
        counts.append(Count(totals.get(SENT, 0), _("sent") if isinstance(step, Send) else _("done")))
    counts.append(Count(inside, _("here now"), is_inside=True))
    held, goal, ended = totals.get(HELD_BACK, 0), totals.get(GOAL, 0), totals.get(ENDED, 0)
    rest = [Count(held, _("held back")), Count(goal, _("reached the goal")), Count(ended, _("ended here"))]
    return counts + [count for count in rest if count.number]
