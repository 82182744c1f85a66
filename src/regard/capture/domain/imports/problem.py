from __future__ import annotations


class ImportProblem(ValueError):
    """Why a file cannot be imported at all: what is wrong with which `field`, and the remedy."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


class RowProblem(ValueError):
    """Why one row cannot be imported; the others go on. kind: which of several in a row it is about, if any."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.reason, self.kind = field, reason, ""
