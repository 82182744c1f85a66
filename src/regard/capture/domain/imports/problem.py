from __future__ import annotations

import re

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # which do something to a terminal; lines may break


def escaped(text: str) -> str:
    """Text of a file that is fit to be shown: control characters as \\x1b."""
    return CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


class ImportProblem(ValueError):
    """Why a file cannot be imported at all: what is wrong with which `field`, and the remedy."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {escaped(reason)}")
        self.field, self.reason = field, escaped(reason)


class RowProblem(ValueError):
    """Why one row cannot be imported; the others go on. kind: which of several in a row it is about, if any."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.reason, self.kind = field, reason, ""
