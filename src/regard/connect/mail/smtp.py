"""E-mail over SMTP."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Iterable
from contextlib import suppress

from django.core.mail.backends.smtp import EmailBackend

from regard.connect.channels import (
    AddressRefused,
    ChannelDown,
    OutgoingMessage,
    PermanentFailure,
    Receipt,
    TemporaryFailure,
)
from regard.connect.mail.compose import compose
from regard.connect.mail.server import MailServer

TIMEOUT = 20  # seconds for each step of the conversation
# Replies that speak of us and not of the message: it gets through once the operator has mended that.
OUR_FAULT = (smtplib.SMTPConnectError, smtplib.SMTPHeloError, smtplib.SMTPAuthenticationError)
SIGN_IN_CODES = {530, 534, 535, 538}
# Of a refused recipient (RFC 5321 §4.2.3, RFC 3463 §3): that there is no such mailbox, or that it is closed. What
# begins with 5.7, speaks of the sender or, without such a code, of relaying or spam says nothing of it.
NO_MAILBOX_CODES = {550, 551, 553}
NO_MAILBOX = {"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"}
STATUS = re.compile(r"(?<![\d.])5\.\d{1,3}\.\d{1,3}(?!\.?\d)")
ABOUT_US = re.compile(
    r"relay|spam|block|black|polic|denied|authenti|sender|reputation|\brbl\b", re.IGNORECASE
)


class SmtpChannel:
    """Sends over one connection, which is kept for the next message until `close`."""

    def __init__(self, server: MailServer, *, sender: str) -> None:
        self._sender = sender
        self._backend = EmailBackend(
            host=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.starttls,
            use_ssl=server.tls,
            timeout=TIMEOUT,
        )

    def send(self, message: OutgoingMessage) -> Receipt:
        """Hand the e-mail to the server.

        No connection, or no signing in, is a ChannelDown. A reply of 4xx and a connection that breaks later is a
        TemporaryFailure, 5xx a PermanentFailure; an AddressRefused where it says that there is no such mailbox.
        """
        email = compose(message, sender=self._sender)
        if message.return_path:  # Django takes the one for the envelope, and the header for the eyes
            email.extra_headers["From"] = email.from_email
            email.from_email = message.return_path
        self._connect()
        try:
            self._backend.send_messages([email])
        except smtplib.SMTPException as error:
            self.close()
            raise _failure(error) from error
        except OSError as error:
            self.close()
            raise TemporaryFailure(f"The mail server broke off: {error}") from error
        return Receipt("taken by the mail server")

    def forget(self, message_ids: Iterable[str]) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        with suppress(smtplib.SMTPException):
            self._backend.close()

    def _connect(self) -> None:
        try:
            self._open()
        except smtplib.SMTPException as error:  # it is starting, full, or does not take our password
            self.close()
            raise ChannelDown(_reply(error)[1]) from error
        except OSError as error:  # refused, timed out, no such host, a certificate that cannot be trusted
            self.close()
            raise ChannelDown(f"The mail server cannot be reached: {error}") from error

    def _open(self) -> None:
        """A living connection: servers hang up on idle ones, which must not cost a message its attempt."""
        if self._backend.connection is not None:
            try:
                alive = self._backend.connection.noop()[0] == 250
            except (smtplib.SMTPException, OSError):
                alive = False
            if not alive:
                self.close()
        self._backend.open()


def _failure(error: smtplib.SMTPException) -> TemporaryFailure | PermanentFailure:
    code, text = _reply(error)
    if isinstance(error, smtplib.SMTPRecipientsRefused) and says_no_mailbox(code, text):
        return AddressRefused(text)
    if 500 <= code < 600 and code not in SIGN_IN_CODES and not isinstance(error, OUR_FAULT):
        return PermanentFailure(text)
    return TemporaryFailure(text)


def says_no_mailbox(code: int, text: str) -> bool:
    """Whether the reply says that the address is none or closed, and not that we or the message are unwanted."""
    if status := STATUS.search(text):
        return 500 <= code < 600 and status.group() in NO_MAILBOX
    return code in NO_MAILBOX_CODES and not ABOUT_US.search(text)


def _reply(error: smtplib.SMTPException) -> tuple[int, str]:
    """The server's code and words; code 0 when the conversation broke off."""
    words: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, words = error.smtp_code, error.smtp_error
    else:
        return 0, f"The mail server broke off: {error}"
    return code, f"{code} {words.decode('utf-8', 'replace') if isinstance(words, bytes) else words}"
