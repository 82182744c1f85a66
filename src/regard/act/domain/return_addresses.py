"""Where a message bounces and is answered to, so that it is known which one it was.

Behind a plus in the address of the mailbox for returns stands the number of the message, with a keyed hash: nobody
can make up that of another one.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from django.conf import settings

from regard.act.models import Purpose, Send
from regard.core.config import config

LENGTH = 16  # hexadecimal digits of the hash: local parts are short, and may be written in capitals or not


def bounce_address(send: Send) -> str:
    """ "" where none is set, and on other channels."""
    return _address(send)


def answer_address(send: Send) -> str:
    """The same; the team answers nobody."""
    return "" if send.purpose == Purpose.TEAM else _address(send)


def marked_send_id(mark: str) -> int | None:
    """The number of the message that an address was made for; None for what was not made here."""
    number, parted, given = mark.partition("-")
    if not parted or not number.isascii() or not number.isdigit() or len(number) > LENGTH:
        return None
    return int(number) if hmac.compare_digest(_digest(int(number)).encode(), given.encode()) else None


def _address(send: Send) -> str:
    name, parted, domain = config().returns_address.rpartition("@")
    if not parted or send.pk is None or send.channel != "email":
        return ""
    return f"{name}+{send.pk}-{_digest(send.pk)}@{domain}"


def _digest(number: int) -> str:
    said = f"return of message {number}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), said, sha256).hexdigest()[:LENGTH]
