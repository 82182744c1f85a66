"""The addresses where is told what becomes of SMS and WhatsApp messages, one for each, and what comes in."""

from __future__ import annotations

from django.core import signing
from django.urls import reverse

from regard.act.models import Send
from regard.core.config import config
from regard.core.models import Store

CHANNELS = ("sms", "whatsapp")
SALT = "regard.act.text_status"


def status_url(send: Send) -> str:
    """Where is told what becomes of a message; "" where nobody could reach that, and on other channels."""
    if send.channel not in CHANNELS or send.pk is None or not config().public_url.startswith("https://"):
        return ""
    token = signing.Signer(salt=SALT).sign(str(send.pk))
    return f"{config().public_url}{reverse('text_status', args=[token])}"


def send_of_status(token: str) -> Send | None:
    """None for a token that was not made here."""
    try:
        number = int(signing.Signer(salt=SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    return Send.objects.select_related("store", "identity").filter(pk=number, channel__in=CHANNELS).first()


def incoming_url(store: Store, channel: str) -> str:
    """What is given to Twilio as the address for messages that come in."""
    return f"{config().public_url}{reverse('text_incoming', args=[store.slug, channel])}"
