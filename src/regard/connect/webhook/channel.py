"""Signed webhooks: another system of the store is told, and can tell that it was us."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from hashlib import sha256

from regard.connect.channels import MessageChannel, OutgoingMessage, PermanentFailure, Receipt
from regard.connect.posting import post
from regard.core import clock
from regard.core.config import Config


class WebhookChannel:
    """POSTs the text of a message, which is JSON, to the address that the store has set. may_be_inside: it may
    be in the network where Regard runs.
    """

    def __init__(self, *, may_be_inside: bool = False) -> None:
        self._may_be_inside = may_be_inside

    def send(self, message: OutgoingMessage) -> Receipt:
        """Hand it over; the id is the same for every attempt."""
        url, secret = message.account.get("url", ""), message.account.get("secret", "")
        if not url or not secret:
            raise PermanentFailure("The store has set no address and secret for webhooks.")
        body, moment = message.body_text.encode(), str(int(clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Regard",
            "Regard-Id": message.message_id.strip("<>"),
            "Regard-Timestamp": moment,
            "Regard-Signature": f"v1={signature(secret, moment, body)}",
        }
        return post(url, body, headers, may_be_inside=self._may_be_inside)

    def forget(self, message_ids: Iterable[str]) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing is kept open."""


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC SHA-256, in hexadecimal digits, over the timestamp, a full stop and the body."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, sha256).hexdigest()


def message_channel(settings: Config) -> tuple[str, MessageChannel]:
    return "webhook", WebhookChannel(may_be_inside=settings.inside_addresses)
