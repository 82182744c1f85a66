"""What an event says of a customer's consent to marketing. No database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from regard.capture.domain.logged import LoggedEvent
from regard.capture.domain.property_values import read_title, shown
from regard.profile.domain.naming import FACT
from regard.profile.domain.order_descriptions import properties_of
from regard.profile.facts import ConsentTold, CustomerImported
from regard.profile.models import ConsentChannel

EMAIL, SMS = ConsentChannel.EMAIL.value, ConsentChannel.SMS.value
MAX_ORIGIN = 200
# Event -> whether it gives consent. The last ones are about e-mail alone.
CALLS = {"Consent Given": True, "Consent Withdrawn": False}
EMAIL_CALLS = {
    "Unsubscribed": False,
    "Email Unsubscribed": False,
    "Email Marked as Spam": False,
    "Email Subscribed": True,
    "Subscribed": True,
}
# Traits as shops and tools name them -> the channel; true or false.
TRAITS = {
    "accepts_marketing": EMAIL, "acceptsMarketing": EMAIL, "accepts_email_marketing": EMAIL,
    "email_opt_in": EMAIL, "emailOptIn": EMAIL, "email_marketing": EMAIL, "newsletter": EMAIL,
    "accepts_sms_marketing": SMS, "sms_opt_in": SMS, "smsOptIn": SMS, "sms_marketing": SMS,
    "phone_opt_in": ConsentChannel.PHONE.value, "push_opt_in": ConsentChannel.PUSH.value,
    "whatsapp_opt_in": ConsentChannel.WHATSAPP.value, "post_opt_in": ConsentChannel.POST.value,
}  # fmt: skip
OTHER_WORDS = {
    "e-mail": EMAIL, "mail": EMAIL, "newsletter": EMAIL, "text": SMS, "call": ConsentChannel.PHONE.value,
    "letter": ConsentChannel.POST.value, "postal": ConsentChannel.POST.value,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ToldConsent:
    """That whom the event is about allows marketing on a channel, or does not."""

    event: LoggedEvent
    channel: str
    given: bool
    origin: str


def told_consents(event: LoggedEvent, notes: list[str]) -> Iterator[ToldConsent]:
    """What `event` says, one a channel; notes: what of it could not be used."""
    if event.type == "track":
        yield from _of_call(event, notes)
    elif event.type == "identify":
        yield from _of_traits(event, event.body.get("traits"))
    elif event.type == FACT and event.name == CustomerImported.__name__:
        yield from _of_import(event)
    elif event.type == FACT and event.name == ConsentTold.__name__:
        fact = msgspec.convert(event.body, ConsentTold)
        yield ToldConsent(event, fact.channel, fact.given, fact.origin)


def _of_call(event: LoggedEvent, notes: list[str]) -> Iterator[ToldConsent]:
    if event.name in EMAIL_CALLS:
        yield ToldConsent(event, EMAIL, EMAIL_CALLS[event.name], event.name)
    elif event.name in CALLS:
        properties = properties_of(event)
        origin = read_title(properties, "origin", "source", "form", most=MAX_ORIGIN)
        for channel in _channels(properties, notes):
            yield ToldConsent(event, channel, CALLS[event.name], origin or event.name)


def _channels(properties: Mapping[str, Any], notes: list[str]) -> list[str]:
    value = properties.get("channels", properties.get("channel"))
    words = value if isinstance(value, list) else [value]
    channels = {word: _channel(word) for word in words if isinstance(word, str)}
    unknown = [word for word in words if not isinstance(word, str) or not channels[word]]
    if unknown:
        known = ", ".join(ConsentChannel.values)
        notes.append(f"No consent was kept for {shown(unknown[0])}; the channels are {known}.")
    return sorted({channel for channel in channels.values() if channel})


def _channel(word: str) -> str:
    plain = word.strip().lower()
    return plain if plain in ConsentChannel.values else OTHER_WORDS.get(plain, "")


def _of_traits(event: LoggedEvent, traits: Any) -> Iterator[ToldConsent]:
    """Of several traits for a channel a refusal counts."""
    if not isinstance(traits, dict):
        return
    told: dict[str, tuple[bool, str]] = {}
    for trait, channel in TRAITS.items():
        given = traits.get(trait)
        if isinstance(given, bool) and (channel not in told or not given):
            told[channel] = given, trait
    for channel, (given, trait) in told.items():
        yield ToldConsent(event, channel, given, trait)


def _of_import(event: LoggedEvent) -> Iterator[ToldConsent]:
    for field, channel in (("accepts_email", EMAIL), ("accepts_sms", SMS)):
        given = event.body.get(field)
        if isinstance(given, bool):
            yield ToldConsent(event, channel, given, "import")
