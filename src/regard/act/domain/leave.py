"""What is decided of messages when they are queued, and how it is said. It is asked again when each is about to
leave, see domain/clearing.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from regard.act.domain.held import hold_of, origins_held_for_queueing
from regard.act.domain.leaving import (
    Hold,
    Limits,
    Never,
    Reason,
    Wait,
    decide_leaving,
)
from regard.act.domain.standing import limits_of, new_cases
from regard.act.models import REFUSABLE, Send, SendState
from regard.core import clock
from regard.core.models import Store

UNLIMITED = Limits(time(), time(), 1)  # for what no limit binds
WORDS: Mapping[Reason, Promise] = {
    Reason.LEFT_TEAM: _("Whoever has this address does not lead the store any more."),
    Reason.NO_CONSENT: _("Marketing needs consent on this channel; it was never given, or was withdrawn."),
    Reason.REFUSED: _("The customer wants no messages on this channel but what is owed to them."),
    Reason.TOPIC_REFUSED: _("The customer wants nothing about this topic."),
    Reason.TOO_LATE: _("It could not leave before it was outdated."),
    Reason.QUIET: _("Waits for the end of the customer's quiet hours."),
    Reason.CAP: _("Waits, since the customer has got as much marketing lately as anybody may."),
    Reason.OTHERS_FIRST: _("Waits for messages to the same customer that go first."),
    Reason.HELD: _("Held until somebody lets it go, since too much marketing left within an hour."),
}


def hold_back(store: Store, sends: Sequence[Send]) -> None:
    """Mark those of these new messages that may not leave when they are due, with the reason. Queries as
    `standing.new_cases`, and one each for the limits of marketing and for what of it is held.
    """
    has_marketing = any(send.purpose in REFUSABLE for send in sends)
    limits = limits_of(store) if has_marketing else UNLIMITED
    held = origins_held_for_queueing(store) if has_marketing else frozenset()
    now = clock.now()
    for send, case in zip(sends, new_cases(store, sends, now), strict=True):
        decision = decide_leaving(case, limits, max(send.due_at, now))
        if isinstance(decision, Never):
            send.state, send.last_error = SendState.SUPPRESSED, reason_in_words(decision)
        elif isinstance(decision, Wait):
            send.due_at, send.last_error = decision.until, reason_in_words(decision)
        hold = None if isinstance(decision, Never) else hold_of(send, held)
        if hold is not None:
            send.state, send.last_error = SendState.HELD, reason_in_words(hold)


def reason_in_words(decision: Never | Wait | Hold) -> str:
    """Why it is held back, for people."""
    said = decision.words if isinstance(decision, Never) else ""
    return said or str(WORDS[decision.reason])
