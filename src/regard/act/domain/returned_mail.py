"""Reading the mailbox for returns: what bounced over a plain mail server, and what people answered."""

from __future__ import annotations

import logging

from regard.act.domain.replies import NewReply, take_reply
from regard.act.domain.return_addresses import marked_send_id
from regard.act.domain.returns import MailReturn, take_return
from regard.act.models import Send
from regard.connect.returned_mail import Answer, Bounce, MailboxUnreachable, returns_mailbox
from regard.core.config import Config
from regard.profile.models import Identity, IdentityKind

log = logging.getLogger("regard.returns")
MOST = 500  # mails at a time


def read_returned_mail(settings: Config) -> int:
    """Take what is in the mailbox and was not taken yet; gives how many mails were ours. Never within a
    transaction.

    Each is acknowledged once what it says is kept; one that is read twice for that reason changes nothing.
    """
    mailbox = returns_mailbox(settings)
    if mailbox is None:
        return 0
    taken = 0
    try:
        with mailbox as box:
            for number, content in box.unread(MOST):
                taken += content is not None and _take(content)
                box.acknowledge(number)
    except MailboxUnreachable as error:
        log.warning("the mailbox for returns cannot be read: %s", error)
    return taken


def _take(content: Bounce | Answer) -> bool:
    """False for what belongs to none of our messages."""
    send = _send_of(content)
    if send is None:
        return False
    if isinstance(content, Bounce):
        return _take_bounce(send, content)
    return take_reply(
        NewReply(send.store, "email", content.key, content.text, send, _writer(send, content.sender),
                 said_at=content.sent_at)
    )  # fmt: skip


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


def _writer(send: Send, address: str) -> Identity | None:
    """Whom the message was for, unless the address is known to be another customer's."""
    known = Identity.objects.filter(store=send.store_id, kind=IdentityKind.EMAIL, value=address).first()
    if known is None or (send.identity and send.identity.customer_id == known.customer_id):
        return send.identity
    return known
