"""Signed webhooks: another system of the store is told, and can tell that it was us."""

from __future__ import annotations

from collections.abc import Iterable

from regard.connect.channels import MessageChannel, OutgoingMessage, PermanentFailure, Receipt
from regard.connect.posting import post
from regard.connect.signing import signed_headers
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
        body = message.body_text.encode()
        headers = signed_headers(secret, message.message_id, body)
        return post(url, body, headers, may_be_inside=self._may_be_inside)

    def forget(self, message_ids: Iterable[str]) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing is kept open."""


def message_channel(settings: Config) -> tuple[str, MessageChannel]:
    return "webhook", WebhookChannel(may_be_inside=settings.inside_addresses)
