"""The port through which messages leave, and the channels that are there.

Only `act` sends. A channel is a folder beside this module with a `channel.py` that has a function
`message_channel(settings)`; to add one is to add a folder, and nothing else.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import regard.connect
from regard.core.config import Config


class TemporaryFailure(Exception):
    """The message may well get through later. retry_after: seconds that the receiver asked for, if any."""

    def __init__(self, reason: str, *, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class ChannelDown(TemporaryFailure):
    """Nothing gets through over the channel now, whatever the message; it is no fault of this one."""


class PermanentFailure(Exception):
    """The message will never get through as it is; trying again is of no use."""


class AddressRefused(PermanentFailure):
    """The receiving side knows nobody at the address: no message will ever get through to it."""


# Of the client errors of HTTP those that speak of our key, the bill or the pace: mended, the message gets through.
PASSING = frozenset({401, 402, 403, 404, 407, 408, 409, 423, 425, 429})


def is_refusal(code: int) -> bool:
    """Whether a status of HTTP says that this message will never get through."""
    return 400 <= code < 500 and code not in PASSING


class MessageInvalid(ValueError):
    """A message that no channel may send."""


@dataclass(frozen=True)
class OutgoingMessage:
    """What a channel is asked to send.

    message_id: the same for every attempt, with its angle brackets. body_html is "" for plain messages.
    sender_name, reply_to: in whose name it goes out and where answers arrive, "" for what the channel has set.
    unsubscribe_url: of marketing, where one POST ends it. return_path: where it bounces to, "" for the sender's
    address. status_url: where the channel tells what becomes of it, "" for nowhere. account: by what the store
    reaches people on channels other than e-mail.
    Raises MessageInvalid when a line break or another control character stands in what becomes a header.
    """

    recipient: str
    message_id: str
    subject: str
    body_text: str
    body_html: str = ""
    sender_name: str = ""
    reply_to: str = ""
    unsubscribe_url: str = ""
    return_path: str = ""
    status_url: str = ""
    account: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for name in (
            "recipient",
            "message_id",
            "subject",
            "sender_name",
            "reply_to",
            "unsubscribe_url",
            "return_path",
        ):
            if any(ord(character) < 32 or ord(character) == 127 for character in getattr(self, name)):
                raise MessageInvalid(f"The {name} holds a line break or another control character.")


@dataclass(frozen=True)
class Receipt:
    """What the receiving side said when it took the message."""

    detail: str


class MessageChannel(Protocol):
    """A way to reach people. Used by one thread at a time."""

    def send(self, message: OutgoingMessage) -> Receipt:
        """Hand the message over. Raises TemporaryFailure (ChannelDown where no message would get through
        now), PermanentFailure or, of the latter, AddressRefused.
        """

    def forget(self, message_ids: Iterable[str]) -> None:
        """Delete what is kept here of these messages. What was handed over to somebody else is out of reach."""

    def close(self) -> None:
        """Give back the connection that was kept for the next message; the channel stays usable."""


def message_channels(settings: Config) -> dict[str, MessageChannel]:
    """The channels of this installation by name. Raises ConfigError for a setting that cannot be used."""
    found = {}
    for module in pkgutil.iter_modules(regard.connect.__path__):
        path = f"{regard.connect.__name__}.{module.name}.channel"
        if module.ispkg and importlib.util.find_spec(path):
            make: Callable[[Config], tuple[str, MessageChannel]] = importlib.import_module(
                path
            ).message_channel
            name, channel = make(settings)
            found[name] = channel
    return found
