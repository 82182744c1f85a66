"""What the facts of this room say, in words for the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from regard.capture.domain.property_values import read_title
from regard.core.registry import Fact, event_words
from regard.grow.facts import (
    ProgrammeAccepted,
    ProgrammeAttended,
    ProgrammeDeclined,
    ProgrammeInvited,
    ProgrammeLeft,
)

MOST = 120  # characters of a value that is quoted
SENTENCES: Mapping[type[Fact], Promise] = {
    ProgrammeInvited: gettext_lazy("Invited to programme “%(programme)s”"),
    ProgrammeAccepted: gettext_lazy("Takes part in programme “%(programme)s”"),
    ProgrammeDeclined: gettext_lazy("Declined programme “%(programme)s”"),
    ProgrammeLeft: gettext_lazy("Left programme “%(programme)s”"),
    ProgrammeAttended: gettext_lazy("Was at a session of programme “%(programme)s”"),
}


def register_event_words() -> None:
    """Fill the registry; once, at start-up."""
    for fact, sentence in SENTENCES.items():
        event_words.add(fact.__name__, partial(_said, sentence))


def _said(sentence: Promise, told: Mapping[str, Any]) -> str:
    return str(sentence) % {"programme": read_title(told, "programme", most=MOST)}
