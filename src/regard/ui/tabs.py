"""What the component ui/tabs.html shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tab:
    """A part of a page, or a page of several; count: how much waits in it as people read it, 0 for none."""

    label: str
    url: str
    current: bool
    count: int | str = 0
