"""The port through which mail comes back: what bounced, and what people answered.

A mailbox is read by one reader at a time. What is acknowledged is not read again; so that nothing is lost, that is
done only once it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from regard.connect.mail.mailbox import ImapMailbox
from regard.connect.mail.mailbox_address import mailbox_address
from regard.connect.mail.returned import Answer, Bounce, MailboxUnreachable
from regard.core.config import Config

__all__ = ["Answer", "Bounce", "MailboxUnreachable", "ReturnsMailbox", "returns_mailbox"]


class ReturnsMailbox(Protocol):
    def unread(self, most: int) -> Iterator[tuple[str, Bounce | Answer | None]]:
        """What was not acknowledged yet, by its number, the oldest first; None for what is neither, or cannot be
        read. Raises MailboxUnreachable.
        """

    def set_aside(self, number: str) -> None:
        """Mark it for a person to look at. Raises MailboxUnreachable."""

    def acknowledge(self, number: str) -> None:
        """It is kept, and is not read again. Raises MailboxUnreachable."""


def returns_mailbox(settings: Config) -> AbstractContextManager[ReturnsMailbox] | None:
    """None where no mailbox is set. Raises ConfigError for one that cannot be used."""
    if not settings.returns_imap_url:
        return None
    return ImapMailbox(mailbox_address(settings.returns_imap_url))
