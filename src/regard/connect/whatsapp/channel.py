"""WhatsApp, which Twilio hands on."""

from __future__ import annotations

from regard.connect.channels import MessageChannel
from regard.connect.twilio.channel import TwilioChannel
from regard.core.config import Config


def message_channel(_settings: Config) -> tuple[str, MessageChannel]:
    return "whatsapp", TwilioChannel("whatsapp:")
