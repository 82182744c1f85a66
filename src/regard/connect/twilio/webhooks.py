"""What Twilio tells over its webhooks: what became of a message, and what somebody wrote to us."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

# Of what Twilio calls undelivered or failed: that there is nobody at the number, or nothing that takes messages.
# 30003 (switched off), 30004 and 30007 (blocked, filtered) and 30008 (unknown) may pass.
NO_NUMBER = {"21211", "21614", "30005", "30006", "63003", "63024"}
STOPPED = "21610"  # its owner answered STOP
STOP_WORDS = {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "optout", "revoke", "stopp"}
START_WORDS = {"start", "unstop"}
WHATSAPP = "whatsapp:"


class Wish(StrEnum):
    """What a word says that stands alone, as carriers have it."""

    STOP = "stop"
    START = "start"
    NONE = ""


class Became(StrEnum):
    """What became of a message; what is still under way is none of these."""

    DELIVERED = "delivered"
    READ = "read"
    LOST = "lost"


@dataclass(frozen=True)
class Status:
    """code: of Twilio, "" for none. is_final: nobody is at the number; is_stopped: its owner answered STOP."""

    became: Became
    code: str = ""
    is_final: bool = False
    is_stopped: bool = False


@dataclass(frozen=True)
class Incoming:
    """number: of who wrote, without what names the way; key: the same for each telling."""

    number: str
    text: str
    key: str
    wish: Wish


def signature(auth_token: str, url: str, params: Mapping[str, str]) -> str:
    """As Twilio signs what it POSTs: the address and then each parameter with its value, by name."""
    said = url + "".join(f"{name}{params[name]}" for name in sorted(params))
    return b64encode(hmac.new(auth_token.encode(), said.encode(), "sha1").digest()).decode()


def is_signed(auth_token: str, url: str, params: Mapping[str, str], given: str) -> bool:
    expected = signature(auth_token, url, params)
    return bool(auth_token) and hmac.compare_digest(expected.encode(), given.encode())


def read_status(params: Mapping[str, str]) -> Status | None:
    """None for what is still under way."""
    told, code = params.get("MessageStatus", ""), params.get("ErrorCode", "")[:10]
    if told == "delivered":
        return Status(Became.DELIVERED)
    if told == "read":
        return Status(Became.READ)
    if told in {"undelivered", "failed"}:
        return Status(Became.LOST, code, is_final=code in NO_NUMBER, is_stopped=code == STOPPED)
    return None


def read_incoming(params: Mapping[str, str]) -> Incoming:
    """OptOutType, where Twilio handles the words itself, says which it was in any language."""
    text = params.get("Body", "").replace("\x00", "").strip()
    told = params.get("OptOutType", "").lower()
    word = "".join(character for character in text.lower() if character.isalnum())
    if told == "stop" or (not told and word in STOP_WORDS):
        wish = Wish.STOP
    elif told == "start" or (not told and word in START_WORDS):
        wish = Wish.START
    else:
        wish = Wish.NONE
    return Incoming(params.get("From", "").removeprefix(WHATSAPP), text, params.get("MessageSid", ""), wish)
