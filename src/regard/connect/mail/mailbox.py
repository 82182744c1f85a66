"""The mailbox for returns over IMAP."""

from __future__ import annotations

import imaplib
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

from imap_tools import BaseMailBox, ImapToolsError, MailBox, MailBoxStartTls, MailBoxUnencrypted

from regard.connect.mail.mailbox_address import MailboxAddress
from regard.connect.mail.reading import read_returned
from regard.connect.mail.returned import Answer, Bounce, MailboxUnreachable

log = logging.getLogger("regard.returns")

TIMEOUT = 30  # seconds for each step of the conversation
MOST_BYTES = 1_000_000  # that are read of a mail: what we look for stands at its beginning
SEEN, FLAGGED = "\\Seen", "\\Flagged"


class ImapMailbox:
    """Open within a with block. What is acknowledged is marked as read."""

    def __init__(self, address: MailboxAddress) -> None:
        self._address = address
        self._box: BaseMailBox | None = None

    def __enter__(self) -> Self:
        with _told_as_unreachable():
            box = _opened(self._address)
            try:
                box.login(self._address.user, self._address.password, self._address.folder)
            except BaseException:
                with suppress(OSError, imaplib.IMAP4.error):
                    box.client.shutdown()
                raise
            self._box = box
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
            self._here().logout()
        self._box = None

    def unread(self, most: int) -> Iterator[tuple[str, Bounce | Answer | None]]:
        """Read one after another, so that one at a time is held. What cannot be read is flagged, and None."""
        with _told_as_unreachable():
            numbers = sorted(self._here().uids("UNSEEN"), key=int)[:most]
        for number in numbers:
            with _told_as_unreachable():
                raw = self._begin_of(number)
            yield number, self._read(number, raw)

    def acknowledge(self, number: str) -> None:
        self._mark(number, SEEN)

    def set_aside(self, number: str) -> None:
        self._mark(number, FLAGGED)

    def _read(self, number: str, raw: bytes) -> Bounce | Answer | None:
        """Nobody's mail stops that of others, whatever it holds."""
        try:
            return read_returned(raw)
        except Exception as error:  # noqa: BLE001 - what a stranger sent
            log.warning("mail %s in the mailbox for returns cannot be read: %s", number, type(error).__name__)
            self.set_aside(number)
            return None

    def _begin_of(self, number: str) -> bytes:
        """b"" for one that is gone."""
        _state, told = self._here().client.uid("FETCH", number, f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
        return next((part[1] for part in told or () if isinstance(part, tuple)), b"")

    def _mark(self, number: str, flag: str) -> None:
        with _told_as_unreachable():
            self._here().flag(number, flag, True)

    def _here(self) -> BaseMailBox:
        if self._box is None:
            raise MailboxUnreachable("It is not open.")
        return self._box


def _opened(address: MailboxAddress) -> BaseMailBox:
    if address.tls:
        return MailBox(address.host, address.port, timeout=TIMEOUT)
    if address.starttls:
        return MailBoxStartTls(address.host, address.port, timeout=TIMEOUT)
    return MailBoxUnencrypted(address.host, address.port, timeout=TIMEOUT)


@contextmanager
def _told_as_unreachable() -> Iterator[None]:
    try:
        yield
    except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
        raise MailboxUnreachable(f"{type(error).__name__}: {str(error)[:200]}") from error
