"""What tickets' events say, in words for the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regard.capture.domain.property_values import read_title
from regard.core.registry import event_words
from regard.desk.facts import (
    FeedbackItemDeclined,
    FeedbackItemDone,
    FeedbackItemOpened,
    FeedbackItemPlanned,
    FeedbackItemReopened,
    SupporterTold,
    TicketImported,
)
from regard.desk.models import FeedbackStatus

MOST = 120  # characters of a value that is quoted
SENTENCES: Mapping[str, Promise] = {
    "Ticket Opened": gettext_lazy("Opened ticket %(ticket)s"),
    "Ticket Updated": gettext_lazy("Ticket %(ticket)s changed"),
    "Ticket Answered": gettext_lazy("Ticket %(ticket)s was answered"),
    "Ticket Solved": gettext_lazy("Ticket %(ticket)s was solved"),
    "Ticket Reopened": gettext_lazy("Ticket %(ticket)s was opened again"),
    "Ticket Escalated": gettext_lazy("Ticket %(ticket)s was escalated"),
    TicketImported.__name__: gettext_lazy("Opened ticket %(ticket)s"),
}
OF_ITEMS: Mapping[str, Promise] = {
    FeedbackItemOpened.__name__: gettext_lazy("%(actor)s wrote down feedback item %(item)s"),
    FeedbackItemPlanned.__name__: gettext_lazy("%(actor)s planned feedback item %(item)s"),
    FeedbackItemDone.__name__: gettext_lazy("%(actor)s marked feedback item %(item)s as done"),
    FeedbackItemDeclined.__name__: gettext_lazy("%(actor)s declined feedback item %(item)s"),
    FeedbackItemReopened.__name__: gettext_lazy("%(actor)s opened feedback item %(item)s again"),
}


TOLD: Mapping[str, Promise] = {
    FeedbackStatus.DONE.value: gettext_lazy("Was written to: “%(title)s” is done"),
    FeedbackStatus.DECLINED.value: gettext_lazy("Was written to: “%(title)s” will not be done"),
}


def register_event_words() -> None:
    event_words.add(SupporterTold.__name__, _told)
    for name, sentence in OF_ITEMS.items():
        event_words.add(name, partial(_item, sentence))
    for name, sentence in SENTENCES.items():
        event_words.add(name, partial(_ticket, sentence, with_status=name == TicketImported.__name__))


def _item(sentence: Promise, told: Mapping[str, Any]) -> str:
    actor = read_title(told, "actor", most=MOST) or _("Somebody")
    return str(sentence) % {"item": read_title(told, "item_id", most=MOST), "actor": actor}


def _told(told: Mapping[str, Any]) -> str:
    outcome = read_title(told, "outcome", most=MOST)
    sentence = TOLD.get(outcome, gettext_lazy("Was written to about “%(title)s”"))
    return str(sentence) % {"title": read_title(told, "title", most=MOST)}


def _ticket(sentence: Promise, told: Mapping[str, Any], *, with_status: bool) -> str:
    """With its subject; of a file's ticket, which may have gone through much, also how it stands."""
    words = (str(sentence) % {"ticket": read_title(told, "ticket_id", most=MOST)}).strip()
    if status := with_status and read_title(told, "status", most=MOST):
        words = f"{words}, {status}"
    if subject := read_title(told, "subject", most=MOST):
        words = _("%(sentence)s: “%(words)s”") % {"sentence": words, "words": subject}
    return words
