"""Work on a large store's customers, part by part, on two processors."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain, islice
from typing import TypeVar

from django.db import connection

from regard.score.domain.columns import Whole

T = TypeVar("T")
Summed = TypeVar("Summed", int, Whole)

AT_ONCE = 2  # whoever works with the store meanwhile needs the rest of the machine


def sum_side_by_side(work: Callable[[T], Summed], parts: Iterable[T], *, nothing: Summed) -> Summed:
    """The sum of what `work` gives for each part, two parts at a time, each on a database connection of its own.
    nothing: what it gives for none.

    A single part, or any inside a transaction, which other connections could not see, is worked on here. The first
    error of a part, in their order, is raised, and parts that are not begun by then are left.
    """
    rest = iter(parts)
    first = list(islice(rest, AT_ONCE))
    if len(first) < AT_ONCE or connection.in_atomic_block:
        return sum((work(part) for part in chain(first, rest)), start=nothing)
    with ThreadPoolExecutor(AT_ONCE, "regard-score") as threads:
        return sum(threads.map(partial(_work_and_leave, work), chain(first, rest)), start=nothing)


def _work_and_leave(work: Callable[[T], Summed], part: T) -> Summed:
    try:
        return work(part)
    finally:
        connection.close()  # this thread's
