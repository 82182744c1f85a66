"""What steps say of the visits that they make up. No database."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from regard.profile.domain.tellings import EPOCH, MICROSECOND
from regard.profile.domain.visits.steps import (
    ADDED,
    CART,
    CHECKOUT,
    LIST,
    ORDER,
    PAGE,
    PRODUCT,
    REMOVED,
    SCROLL,
    Step,
)

PAUSE = 30 * 60 * 1_000_000  # microseconds; a longer one ends a visit
SCROLLED = frozenset((PAGE, SCROLL))
IN_CART = frozenset((ADDED, REMOVED, CART, CHECKOUT))
MOST_PRODUCTS = 100  # whose numbers a visit keeps: the first
# Paths of pages that tell how things are sent and sent back, in the languages of the shops we know.
POLICY = re.compile(
    r"return|refund|exchange|shipping|deliver|versand|liefer|rueckgab|rückgab|retour|widerruf|livraison|"
    r"rembours|env[ií]o|devoluc|spedizion|reso\b|verzend|bezorg",
    re.IGNORECASE,
)


def visits_among(steps: Iterable[Step]) -> Iterator[list[Step]]:
    """The steps of a visitor visit by visit, each in the order in which they were taken."""
    visit: list[Step] = []
    for step in sorted(steps, key=_order):
        if visit and step.at - visit[-1].at > PAUSE:
            yield visit
            visit = []
        visit.append(step)
    if visit:
        yield visit


def _order(step: Step) -> tuple[int, int]:
    return step.at, step.event


def visit_told(steps: Sequence[Step]) -> dict[str, Any]:
    """The columns of a visit, by its steps in order."""
    kinds = [step.kind for step in steps]
    seen = [step.subject for step in steps if step.kind == PRODUCT and step.subject]
    paths = [step.subject for step in steps if step.kind == PAGE]
    pages = len(paths) or kinds.count(PRODUCT) + kinds.count(LIST)
    had_cart = not IN_CART.isdisjoint(kinds)
    ordered = [step.subject for step in steps if step.kind == ORDER] if ORDER in kinds else []
    return {
        "identity_id": _whose(steps),
        "started_at": moment_of(steps[0].at),
        "ended_at": moment_of(steps[-1].at),
        "pages": pages,
        "product_ids": list(dict.fromkeys(seen))[:MOST_PRODUCTS],
        "most_looks": _most_of_one(seen or paths),
        "policy_pages": sum(map(tells_policy, paths)),
        "deepest_scroll": max(step.amount for step in steps if step.kind in SCROLLED) or None
        if not SCROLLED.isdisjoint(kinds)
        else None,
        "had_cart": had_cart,
        "in_cart": _in_cart(steps) if had_cart and not ordered else 0,
        "reached_checkout": CHECKOUT in kinds,
        "bounced": pages <= 1 and not had_cart and not ordered,
        "order_external_id": ordered[-1] if ordered else "",
        "landing_page": paths[0] if paths else "",
        **{name: _first(steps, name) for name in ("referrer", "source", "medium", "campaign", "device")},
    }


@lru_cache(maxsize=10_000)
def tells_policy(path: str) -> bool:
    """Whether a page tells how things are sent or sent back, by its path."""
    return POLICY.search(path) is not None


def _most_of_one(subjects: Sequence[str]) -> int:
    return max(Counter(subjects).values()) if len(subjects) > 1 else len(subjects)


def moment_of(at: int) -> datetime:
    """at: microseconds since 1970."""
    return EPOCH + at * MICROSECOND


def _whose(steps: Sequence[Step]) -> int:
    """Of who was known last, else of the last step."""
    return next((step.identity for step in reversed(steps) if step.is_known), steps[-1].identity)


def _in_cart(steps: Sequence[Step]) -> int:
    pieces: Counter[str] = Counter()
    for step in steps:
        if step.kind in (ADDED, REMOVED):
            left = pieces[step.subject] + (step.amount if step.kind == ADDED else -step.amount)
            pieces[step.subject] = max(left, 0)
    return sum(pieces.values())


def _first(steps: Sequence[Step], name: str) -> str:
    for step in steps:
        if told := getattr(step, name):
            return str(told)
    return ""
