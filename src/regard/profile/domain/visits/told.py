"""What steps say of the visits that they make up. No database."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

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


def visits_among(steps: Iterable[Step], zone: ZoneInfo) -> Iterator[list[Step]]:
    """The steps of a visitor visit by visit, each in the order in which they were taken.

    zone: whose midnights end visits. Programs that look at the site day and night would make one without an end,
    which would be written anew with each step; and whichever steps are known, the days are the same.
    """
    visit: list[Step] = []
    midnight = 0
    for step in sorted(steps, key=_order):
        if visit and (step.at - visit[-1].at > PAUSE or step.at >= midnight):
            yield visit
            visit = []
        if not visit:
            midnight = _midnight_after(step.at, zone)
        visit.append(step)
    if visit:
        yield visit


def _midnight_after(at: int, zone: ZoneInfo) -> int:
    """In microseconds since 1970, as `at`."""
    today = moment_of(at).astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return (today + timedelta(days=1) - EPOCH) // MICROSECOND


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
    in_cart, taken_out = _cart(steps) if had_cart and not ordered else (0, 0)
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
        "in_cart": in_cart,
        "taken_out": taken_out,
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


def _cart(steps: Sequence[Step]) -> tuple[int, int]:
    """Pieces that were put in and not taken out again, and those taken out that earlier visits had put in."""
    pieces: Counter[str] = Counter()
    of_before = 0
    for step in steps:
        if step.kind == ADDED:
            pieces[step.subject] += step.amount
        elif step.kind == REMOVED:
            of_now = min(step.amount, pieces[step.subject])
            pieces[step.subject] -= of_now
            of_before += step.amount - of_now
    return sum(pieces.values()), of_before


def _first(steps: Sequence[Step], name: str) -> str:
    for step in steps:
        if told := getattr(step, name):
            return str(told)
    return ""
