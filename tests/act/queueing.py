"""Messages for tests of the outbox, and what became of them."""

from __future__ import annotations

from regard.act.domain.outbox import NewSend, queue_sends
from regard.act.models import Purpose, Send
from regard.capture.models import Event
from regard.connect.mail.server import mail_server
from regard.connect.mail.smtp import SmtpChannel
from regard.core.models import Store


def queue_send(store: Store, new: NewSend) -> Send:
    """Queue one message; gives its row, which may be an earlier one."""
    queue_sends(store, [new])
    return Send.objects.get(
        store=store, channel=new.channel, recipient=new.recipient, intent=new.intent, instance=new.instance
    )


def channels(server):
    return {"email": SmtpChannel(mail_server(server.url), sender="Regard <regard@shop.example>")}


def wanted(number=1, **changes):
    return NewSend(
        **{
            "channel": "email",
            "recipient": "ada@example.com",
            "purpose": Purpose.TRANSACTIONAL,
            "intent": "alert",
            "instance": str(number),
            "subject": f"Message {number}",
            "body_text": "Hello",
        }
        | changes
    )


def facts(name):
    return [event.body for event in Event.objects.filter(name=name).order_by("id")]


def ids(server):
    return [email["Message-ID"] for email in server.taken]
