"""A real SMTP server in a thread, which can be told to refuse."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from tests.conftest import free_ports


class MailServer:
    """Keeps what it takes. `replies` are given to the next messages at their end; "" takes one.

    refusals: what is said of recipients, by address.
    """

    def __init__(self) -> None:
        self.taken: list[Message] = []
        self.envelopes: list[Any] = []
        self.attempts = 0
        self.replies: list[str] = []
        self.refusals: dict[str, str] = {}
        self.delay = 0.0  # seconds before a message is taken
        self.port = 0
        self._controller: Controller | None = None

    def start(self, **options: Any) -> None:
        """Listen, again where it was before."""
        self.port = self.port or free_ports()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        self._controller.start()

    def stop(self) -> None:
        """Be away: connections are refused."""
        if self._controller is not None:
            self._controller.stop()
        self._controller = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd
        self.attempts += 1
        reply = self.replies.pop(0) if self.replies else ""
        await asyncio.sleep(self.delay)
        if reply:
            return reply
        self.envelopes.append(envelope)
        self.taken.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@contextmanager
def running_mail_server(**options: Any) -> Iterator[MailServer]:
    server = MailServer()
    server.start(**options)
    try:
        yield server
    finally:
        server.stop()
