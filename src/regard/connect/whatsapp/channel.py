"""WhatsApp, which Twilio hands on."""

from __future__ import annotations

from regard.connect.channels import MessageChannel
from regard.connect.twilio.channel import TwilioChannel
from regard.core.config import Config


def message_channel(settings: Config) -> tuple[str, MessageChannel]:
    return "whatsapp", TwilioChannel("whatsapp:", may_be_inside=settings.inside_addresses)
