"""Messages in the pages of the shop: nothing goes out, the pages fetch what waits for their visitor."""

from __future__ import annotations

from collections.abc import Iterable

from regard.connect.channels import MessageChannel, OutgoingMessage, Receipt
from regard.core.config import Config


class InPageChannel:
    """What was let go stands in the outbox as sent, and is shown from there (`serve`)."""

    def send(self, message: OutgoingMessage) -> Receipt:
        """Hand over nothing."""
        return Receipt(f"{message.message_id} is laid out")

    def forget(self, message_ids: Iterable[str]) -> None:
        """Nothing is kept here."""

    def close(self) -> None:
        """Nothing is kept open."""


def message_channel(_settings: Config) -> tuple[str, MessageChannel]:
    return "in_page", InPageChannel()
