from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_blocks = 0  # at work in this process, in any thread
_was_on = False  # before the first of them began


@contextmanager
def no_collecting() -> Iterator[None]:
    """The objects of a batch go when their last reference does. To look through them for circles again and again,
    as Python does while their number grows, takes a third of the time of a large batch.

    Collecting goes on as it was when the last such block of the process ends. Until then what is new is looked
    through at the end of each: blocks of several threads may overlap for hours.
    """
    global _blocks, _was_on  # noqa: PLW0603 - as collecting is, for the process
    with _lock:
        if _blocks == 0:
            _was_on = gc.isenabled()
            gc.disable()
        _blocks += 1
    try:
        yield
    finally:
        with _lock:
            _blocks -= 1
            is_last = _blocks == 0
            if is_last and _was_on:
                gc.enable()
        if not is_last:
            gc.collect(0)
