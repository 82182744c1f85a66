"""What a mail in the mailbox for returns can be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


class MailboxUnreachable(Exception):
    """The mailbox cannot be read now; it may be later."""


@dataclass(frozen=True)
class Bounce:
    """A mail of ours did not arrive.

    message_ids: those that the report names, with angle brackets; marks: what stood behind a plus in addresses
    that the report was sent to. recipients: whom it did not reach, as reported; reason: in the receiver's words;
    is_final: that there is nobody at the address.
    """

    message_ids: tuple[str, ...]
    marks: tuple[str, ...]
    recipients: tuple[str, ...]
    reason: str
    is_final: bool


@dataclass(frozen=True)
class Answer:
    """Somebody wrote back. text: what they wrote themselves; key: the same for each copy of this mail; sent_at: as
    the mail has it, None where it has none."""

    message_ids: tuple[str, ...]
    marks: tuple[str, ...]
    sender: str
    text: str
    key: str
    sent_at: datetime | None
