"""What the next page tells of an act."""

from __future__ import annotations

from typing import Any

from django.contrib.messages import get_messages


def undo_of(answer: Any) -> str:
    """Where the toast on the next page posts to take the act back."""
    *_, message = get_messages(answer.wsgi_request)
    return str(message.extra_tags)
