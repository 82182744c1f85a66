"""Reading the mailbox for returns: what bounced over a plain mail server, and what people answered."""

from __future__ import annotations

import logging
import time

from django.db import InterfaceError, OperationalError, transaction

from regard.act.domain.replies import NewReply, take_reply
from regard.act.domain.return_addresses import marked_send_id
from regard.act.domain.returns import MailReturn, take_return
from regard.act.models import Purpose, Send
from regard.connect.returned_mail import (
    Answer,
    Bounce,
    MailboxUnreachable,
    ReturnsMailbox,
    returns_mailbox,
)
from regard.core.config import Config
from regard.profile.models import ERASED

log = logging.getLogger("regard.returns")
MOST = 500  # mails at a time
MOST_SECONDS = 45.0  # that a run takes: the next one begins a minute later


def read_returned_mail(settings: Config) -> int:
    """Take what is in the mailbox and was not taken yet; gives how many mails were ours. Never within a
    transaction.

    Each is acknowledged once what it says is kept; one that is read twice for that reason changes nothing.
    """
    mailbox = returns_mailbox(settings)
    if mailbox is None:
        return 0
    taken, ends = 0, time.monotonic() + MOST_SECONDS
    try:
        with mailbox as box:
            for number, content in box.unread(MOST):
                taken += content is not None and _take_alone(box, number, content)
                box.acknowledge(number)
                if time.monotonic() > ends:
                    break
    except MailboxUnreachable as error:
        log.warning("the mailbox for returns cannot be read: %s", error)
    return taken


def _take_alone(box: ReturnsMailbox, number: str, content: Bounce | Answer) -> bool:
    """Nobody's mail stops that of others: one that cannot be kept is set aside. A database that is away concerns
    them all.
    """
    try:
        return _take(content)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - made of what a stranger sent
        log.warning("mail %s in the mailbox for returns cannot be kept: %s", number, type(error).__name__)
        box.set_aside(number)
        return False


def _take(content: Bounce | Answer) -> bool:
    """False for what belongs to none of our messages."""
    send = _send_of(content)
    if send is None:
        return False
    if isinstance(content, Bounce):
        return _take_bounce(send, content)
    return _take_answer(send.pk, content)


@transaction.atomic
def _take_answer(send_id: int, answer: Answer) -> bool:
    """It is by whom the message was for: anybody can write any address into a mail as its sender. Nothing is kept
    of what answers a message to the team, or to somebody who was erased; an erasure waits meanwhile.
    """
    rows = Send.objects.select_for_update(of=("self",)).select_related("store", "identity")
    send = rows.get(pk=send_id)
    if send.purpose == Purpose.TEAM or _is_erased(send):
        return False
    said = answer.text, send, send.identity
    return take_reply(NewReply(send.store, "email", answer.key, *said, said_at=answer.sent_at))


def _is_erased(send: Send) -> bool:
    by = send.identity.value if send.identity else ""
    return send.recipient.startswith(ERASED) or by.startswith(ERASED)


def _take_bounce(send: Send, bounce: Bounce) -> bool:
    """What a message was handed on to, and did not reach, says nothing of the address that it was sent to."""
    reached = any(recipient.lower() in send.recipient.lower() for recipient in bounce.recipients)
    told = MailReturn(
        kind="bounced",
        message_id=send.message_id,
        recipient=send.recipient,
        reason=bounce.reason,
        is_final=bounce.is_final and reached,
    )
    return take_return(told)


def _send_of(content: Bounce | Answer) -> Send | None:
    """By the address that it came to, else by the message that it names."""
    known = Send.objects.select_related("store", "identity").filter(channel="email")
    for mark in content.marks:
        if (number := marked_send_id(mark)) and (send := known.filter(pk=number).first()):
            return send
    found = {send.message_id: send for send in known.filter(message_id__in=content.message_ids[:50])}
    return next((found[name] for name in content.message_ids if name in found), None)
