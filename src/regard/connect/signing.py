"""How another system can tell that it was us who called."""

from __future__ import annotations

import hmac
from hashlib import sha256

from regard.core import clock


def signed_headers(secret: str, message_id: str, body: bytes) -> dict[str, str]:
    """Of a call with JSON. message_id: the same for every attempt, by which a repeat is known."""
    moment = str(int(clock.now().timestamp()))
    return {
        "Content-Type": "application/json",
        "User-Agent": "Regard",
        "Regard-Id": message_id.strip("<>"),
        "Regard-Timestamp": moment,
        "Regard-Signature": f"v1={signature(secret, moment, body)}",
    }


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC SHA-256, in hexadecimal digits, over the timestamp, a full stop and the body."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, sha256).hexdigest()
