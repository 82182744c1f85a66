"""Whose turn it is to be read: stores get the same time, though a batch of history may take that of many turns."""

from __future__ import annotations

TURN = 2.0  # seconds after which a store with a long backlog lets the others have theirs


class Turns:
    """A store that was read for longer than its turn sits out until the others have had as much.

    Each round every store is given a turn more. Where nobody else has anything to read, nobody sits out.
    """

    def __init__(self) -> None:
        self._left: dict[int, float] = {}  # by store; below 0: seconds it has had too much

    def seconds(self, store_id: int) -> float:
        """For how long a store may be read in this round; it sits out where that is not above 0."""
        left = self._left[store_id] = min(self._left.get(store_id, 0.0) + TURN, TURN)
        return left

    def took(self, store_id: int, seconds: float) -> None:
        self._left[store_id] -= seconds

    def forgive(self) -> bool:
        """Let nobody sit out any more, since nobody else reads; whether somebody did."""
        sat_out = any(left <= 0 for left in self._left.values())
        self._left.clear()
        return sat_out
