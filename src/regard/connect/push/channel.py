"""Push by way of a webhook: whatever the store's app is pushed by is told whom, and what."""

from __future__ import annotations

import json
from collections.abc import Iterable

from regard.connect.channels import MessageChannel, OutgoingMessage, PermanentFailure, Receipt
from regard.connect.posting import post
from regard.connect.signing import signed_headers
from regard.core.config import Config
from regard.core.last_link import without_last_link


class PushChannel:
    """POSTs a notification as JSON to the address that the store has set, signed as webhooks are. may_be_inside:
    as of webhooks.
    """

    def __init__(self, *, may_be_inside: bool = False) -> None:
        self._may_be_inside = may_be_inside

    def send(self, message: OutgoingMessage) -> Receipt:
        """Hand it over. The recipient is the shop's own number of the customer; a link at the end of the text is
        what a tap opens.
        """
        url, secret = message.account.get("url", ""), message.account.get("secret", "")
        if not url or not secret:
            raise PermanentFailure("The store has set no address and secret for push.")
        text, link = without_last_link(message.body_text)
        told = {
            "customer": message.recipient,
            "title": message.subject,
            "text": text,
            "url": link.url if link else "",
        }
        body = json.dumps(told, ensure_ascii=False).encode()
        headers = signed_headers(secret, message.message_id, body)
        return post(url, body, headers, may_be_inside=self._may_be_inside)

    def forget(self, message_ids: Iterable[str]) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing is kept open."""


def message_channel(settings: Config) -> tuple[str, MessageChannel]:
    return "push", PushChannel(may_be_inside=settings.inside_addresses)
