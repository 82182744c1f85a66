from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tab:
    """A part of a page; count: how much waits in it as people read it, "" or 0 for none or not counted."""

    label: str
    url: str
    current: bool
    count: int | str = 0
