"""Slack, through an incoming webhook."""

from __future__ import annotations

import json
from collections.abc import Iterable

from regard.connect.channels import MessageChannel, OutgoingMessage, PermanentFailure, Receipt
from regard.connect.posting import post
from regard.core.config import Config


class SlackChannel:
    """Posts into the channel of Slack that the store's incoming webhook belongs to.
    may_be_inside: as of webhooks."""

    def __init__(self, *, may_be_inside: bool = False) -> None:
        self._may_be_inside = may_be_inside

    def send(self, message: OutgoingMessage) -> Receipt:
        """Hand it over: the subject in bold, the text below."""
        if not message.account.get("url"):
            raise PermanentFailure("The store has set no incoming webhook of Slack.")
        text = f"*{_plain(message.subject)}*\n{_plain(message.body_text)}"
        body = json.dumps({"text": text}).encode()
        headers = {"Content-Type": "application/json"}
        return post(message.account["url"], body, headers, may_be_inside=self._may_be_inside)

    def forget(self, message_ids: Iterable[str]) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing is kept open."""


def _plain(text: str) -> str:
    """Nothing in it is a link or mentions anybody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def message_channel(settings: Config) -> tuple[str, MessageChannel]:
    return "slack", SlackChannel(may_be_inside=settings.inside_addresses)
