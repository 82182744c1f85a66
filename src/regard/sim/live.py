"""Letting a store live on: what lies ahead of its people happens, at the pace of life or faster."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from regard.sim.calls import Call, encode_call, live_calls
from regard.sim.cells import Cell
from regard.sim.plan import Span

AT_ONCE = 86_400.0  # seconds of the store's time that are worked out together


@dataclass(frozen=True)
class Pace:
    """speed: seconds of the store's time in a second. per_second: calls that are sent at the most.

    tick: seconds between looks at what is due.
    """

    speed: float = 1.0
    per_second: int = 1_000
    tick: float = 1.0


Take = Callable[[Sequence[bytes]], bool]
Reached = Callable[[float], None]


@dataclass
class Life:
    """People of a store from a moment on. reached: how far they are told, in seconds of the store's time.

    The store's time goes on from there when it is let live. Where that lies in the past, `catch_up` tells first
    what happened since, at its own time. Where it lies ahead, as it lived faster before, all happens as much
    earlier.
    """

    cells: Sequence[Cell]
    reached: float

    @property
    def is_over(self) -> bool:
        """Whether all has been told that was made."""
        return self.reached >= self.cells[0].plan.horizon

    def catch_up(self, now: float) -> Iterator[list[bytes]]:
        """What should have happened until now, a day at a time, at its own times."""
        while self.reached < now and not self.is_over:
            span = Span(self.reached, min(now, self.reached + AT_ONCE, self.cells[0].plan.horizon))
            yield [encode_call(call) for call in self._calls(span)]
            self.reached = span.last

    def live(
        self,
        take: Take,
        pace: Pace,
        *,
        now: Callable[[], float],
        stop: threading.Event,
        seconds: float | None = None,
        note: Reached = lambda _reached: None,
    ) -> int:
        """Let it live until `stop`, for so many seconds, or to its end; gives how many calls were taken.

        take: sends calls, and gives False when it was stopped. note: is told how far the store's time is.
        """
        began, first = now(), self.reached
        waiting: deque[Call] = deque()
        known, taken = first, 0
        while not stop.is_set() and (waiting or not self.is_over):
            passed = now() - began
            if seconds is not None and passed > seconds:
                break
            due = min(first + passed * pace.speed, self.cells[0].plan.horizon)
            if due > known:
                waiting.extend(self._calls(Span(known, due)))
                known = due
            most = min(len(waiting), max(1, round(pace.per_second * pace.tick)))
            some = [waiting.popleft() for _ in range(most)]
            if some and not take(
                [encode_call(call, shift=_shift(call, first, began, pace)) for call in some]
            ):
                break
            taken += len(some)
            self.reached = waiting[0].at if waiting else known
            note(self.reached)
            stop.wait(pace.tick)
        return taken

    def _calls(self, span: Span) -> list[Call]:
        calls = [call for cell in self.cells for call in live_calls(cell, span)]
        return sorted(calls, key=lambda call: (call.at, call.number))


def _shift(call: Call, first: float, began: float, pace: Pace) -> float:
    """Seconds from when it happens in the store's time to when it happens here."""
    return began + (call.at - first) / pace.speed - call.at
