"""What checking an event for an alert brings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from regard.capture.domain.logged import LoggedEvent
from regard.core.models import Store

QUOTE_LENGTH = 200  # characters of what was said that an alert shows


@dataclass(frozen=True)
class Checked:
    """Live events to check for one kind of alert.

    identity_of: event id -> whom it is about, of those that name somebody. events: those of the batch; others
    of `identity_of` were checked before, and more has become known of their customers since.
    """

    store: Store
    identity_of: Mapping[int, int]
    events: Sequence[LoggedEvent] = field(default=())


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What came of an event. instance: what it tells of; however often that is told, it raises one alert.

    matched: whether it gives reason for an alert; then `reason` says it, with the words of the customer. why: the
    same without them, or why not. waits_until: when what does not match need not be checked again; None: now.
    """

    event_id: int
    instance: str
    matched: bool
    why: str
    reason: str = ""
    identity_id: int | None = None
    subject: str = ""
    waits_until: datetime | None = None


Check = Callable[[Checked], Sequence[Finding]]


def with_words(sentence: str, words: str) -> str:
    """A sentence that ends in a full stop, followed by what was said, on one line and not too long."""
    line = " ".join(words.split())
    if not line:
        return sentence
    quoted = line if len(line) <= QUOTE_LENGTH else line[: QUOTE_LENGTH - 1] + "…"
    return _("%(sentence)s: “%(words)s”") % {"sentence": sentence.removesuffix("."), "words": quoted}
