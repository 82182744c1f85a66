"""What is wrong with what a shop says of something that a customer said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from django.utils.translation import gettext as _

from regard.capture.domain.logged import LoggedEvent
from regard.capture.domain.property_values import Properties, read_identifier, shown

T = TypeVar("T")
Usable = tuple[list[T], dict[int, str]]


class Unusable(ValueError):
    """What is wrong with a `field`, and what would do."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


def unusable(field: str, value: object, wanted: str) -> Unusable:
    """wanted: what the field must be, as the end of a sentence."""
    if value is None or value == "":
        return Unusable(field, _("it is missing; it must be %(wanted)s.") % {"wanted": wanted})
    told = {"value": shown(value), "wanted": wanted}
    return Unusable(field, _("it is %(value)s; it must be %(wanted)s.") % told)


def read_usable(
    events: Sequence[LoggedEvent],
    *,
    tells: Callable[[LoggedEvent], bool],
    read: Callable[[LoggedEvent], T],
    why_unusable: Callable[[Unusable], str],
) -> Usable[T]:
    """What those of the events that tell of it say; of the unusable ones why, by event id."""
    told: list[T] = []
    notes: dict[int, str] = {}
    for event in filter(tells, events):
        try:
            told.append(read(event))
        except Unusable as wrong:
            notes[event.id] = why_unusable(wrong)
    return told, notes


def identifier(properties: Properties, name: str, most: int) -> str:
    """A shop's id of at most so many characters; "" when there is none. Raises Unusable."""
    found = read_identifier(properties, name, most=most)
    if found is None:
        wanted = _("a text of at most %(most)d characters, or a whole number") % {"most": most}
        raise unusable(name, properties[name], wanted)
    return found
