"""What is decided of messages, when they are queued and again when each is about to leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time

from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from regard.act.domain.leaving import Case, Decision, Leave, Limits, Never, Reason, Wait, decide_leaving
from regard.act.domain.recipients import customers_reached
from regard.act.domain.standing import claimed_case, limits_of, new_cases
from regard.act.domain.suppression import suppressed_reasons
from regard.act.domain.team import leading_addresses
from regard.act.models import Purpose, Send, SendState
from regard.core import clock
from regard.core.models import Store

LOCK = """
    SELECT pg_advisory_xact_lock(hashtextextended('marketing of a customer', asked.customer))
    FROM unnest(%s::bigint[]) AS asked (customer)
"""
UNLIMITED = Limits(time(), time(), 1)  # for what no limit binds
WORDS: Mapping[Reason, Promise] = {
    Reason.LEFT_TEAM: _("Whoever has this address does not lead the store any more."),
    Reason.NO_CONSENT: _("Marketing needs consent on this channel; it was never given, or was withdrawn."),
    Reason.TOPIC_REFUSED: _("The customer wants nothing about this topic."),
    Reason.TOO_LATE: _("It could not leave before it was outdated."),
    Reason.QUIET: _("Waits for the end of the customer's quiet hours."),
    Reason.CAP: _("Waits, since the customer has got as much marketing lately as anybody may."),
    Reason.OTHERS_FIRST: _("Waits for messages to the same customer that go first."),
}


def hold_back(store: Store, sends: Sequence[Send]) -> None:
    """Mark those of these new messages that may not leave when they are due, with the reason. Queries as
    `standing.new_cases`, and one for the limits of marketing.
    """
    has_marketing = any(send.purpose == Purpose.MARKETING for send in sends)
    limits = limits_of(store) if has_marketing else UNLIMITED
    now = clock.now()
    for send, case in zip(sends, new_cases(store, sends, now), strict=True):
        decision = decide_leaving(case, limits, max(send.due_at, now))
        if isinstance(decision, Never):
            send.state, send.last_error = SendState.SUPPRESSED, reason_in_words(decision)
        elif isinstance(decision, Wait):
            send.due_at, send.last_error = decision.until, reason_in_words(decision)


def decide_now(send: Send) -> Decision:
    """Whether a message that a sender has claimed may go now; if so, one of marketing counts from now on."""
    if send.purpose == Purpose.MARKETING:
        return _decide_marketing_now(send)
    return decide_leaving(_case_of_other(send), UNLIMITED, clock.now())


@transaction.atomic
def _decide_marketing_now(send: Send) -> Decision:
    """Senders that decide of messages to one customer wait for each other: no two pass the cap together."""
    now = clock.now()
    [reached] = customers_reached(send.store, [send])
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [sorted(reached)])
    decision = decide_leaving(claimed_case(send, reached, now), limits_of(send.store), now)
    if isinstance(decision, Leave):
        Send.objects.filter(pk=send.pk, attempts=send.attempts).update(cleared_at=now)
    return decision


def reason_in_words(decision: Never | Wait) -> str:
    """Why it is held back, for people."""
    said = decision.words if isinstance(decision, Never) else ""
    return said or str(WORDS[decision.reason])


def _case_of_other(send: Send) -> Case:
    leads = send.purpose != Purpose.TEAM or send.recipient in leading_addresses(send.store)
    suppressed = next((reason for _send, reason in suppressed_reasons(send.store, [send])), "")
    return Case(Purpose(send.purpose), suppressed, leads)
