"""E-mail addresses as identifiers."""

from __future__ import annotations

import re

MAX_EMAIL = 320
_PART = r"[^@\s<>()\[\],;:\"\\]+"
SHAPE = re.compile(rf"{_PART}@{_PART}\.{_PART}")


def read_email(value: object) -> str:
    """The address trimmed and in small letters, or "" for what has not the shape of one."""
    if not isinstance(value, str):
        return ""
    email = value.strip().lower()
    return email if len(email) <= MAX_EMAIL and SHAPE.fullmatch(email) else ""
