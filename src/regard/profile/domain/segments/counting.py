"""How many customers a segment has: exactly, or soon and about, for somebody who waits."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.models import Store
from regard.core.patience import TakesTooLong, statements_within
from regard.profile.domain.segments.ask import fetch_rows, question_of
from regard.profile.domain.segments.ast import Node
from regard.profile.domain.segments.parse import SegmentInvalid, parse_segment
from regard.profile.domain.segments.sql import Question, compile_together

COUNTED_SOON = 10_000  # customers: so many are counted one by one
SAMPLE = 10_000  # customers of whom the share is taken when there are more
PATIENCE = "2s"
PATIENCE_FOR_ALL = "1s"
OVERALL_PATIENCE = timedelta(seconds=4)


@dataclass(frozen=True)
class SegmentCount:
    """How many customers a segment has. exact: or about so many, two digits of which mean something."""

    count: int
    exact: bool = True


def count_segment(store: Store, text: str, *, search: str = "") -> int:
    """How many customers are in the segment. One query, two with a search. Raises SegmentInvalid."""
    return _counted(question_of(store, text, search))


def count_while_typing(store: Store, text: str, *, search: str = "") -> SegmentCount | None:
    """The same for somebody who waits: above ten thousand a share of a sample, None when that takes seconds too.

    Everybody is counted exactly, which an index does. Raises SegmentInvalid.
    """
    try:
        with statements_within(PATIENCE):
            return _count_soon(store, text, search)
    except TakesTooLong:
        return None


def counts_of_segments(store: Store, texts: list[str]) -> dict[str, str]:
    """How many customers each of the filters finds, as people read it, as far as that is told in a few seconds.

    Those that are no filter any more are left out; "" for one that takes too long by itself. A query for all of
    them; where that takes too long, one for each of up to ten thousand customers, three for a larger one.
    """
    told: dict[str, str] = {}
    waiting, deadline = list(dict.fromkeys(texts)), clock.now() + OVERALL_PATIENCE
    with suppress(TakesTooLong), statements_within(PATIENCE_FOR_ALL):
        return _counts_at_once(store, waiting)
    while waiting and clock.now() <= deadline:
        with suppress(TakesTooLong), statements_within(PATIENCE):
            _count_in_turn(store, waiting, told, deadline)
    return told


def _counts_at_once(store: Store, texts: list[str]) -> dict[str, str]:
    """All customers are read once, whichever filters they are in. Raises TakesTooLong."""
    filters: dict[str, Node] = {}
    for text in texts:
        with suppress(SegmentInvalid):
            filters[text] = parse_segment(text)
    question, who = compile_together(filters.values(), store=store)
    if not who:
        return {}
    columns = ", ".join(f"COUNT(*) FILTER (WHERE {condition})" for condition in who)
    (counts,) = fetch_rows(
        f"SELECT {columns} FROM {question.tables} WHERE {question.condition}", question.parameters
    )
    return {text: count_text(SegmentCount(count)) for text, count in zip(filters, counts, strict=True)}


def _count_in_turn(store: Store, waiting: list[str], told: dict[str, str], deadline: datetime) -> None:
    """Takes from `waiting` what it has begun to count. Raises TakesTooLong, after which another call goes on."""
    while waiting and clock.now() <= deadline:
        text = waiting.pop(0)
        told[text] = ""
        try:
            told[text] = count_text(_count_soon(store, text, ""))
        except SegmentInvalid:
            del told[text]


def count_text(counted: SegmentCount) -> str:
    """The number as people read it: "212,345", or "about 210,000"."""
    number = f"{counted.count:,}"
    return number if counted.exact else _("about %s") % number


def _count_soon(store: Store, text: str, search: str) -> SegmentCount:
    if not text.strip() and not search.strip():
        return SegmentCount(count_segment(store, ""))
    question = question_of(store, text, search)
    found = _counted(question, at_most=COUNTED_SOON + 1)
    if found <= COUNTED_SOON:
        return SegmentCount(found)
    return SegmentCount(max(_estimated(store, question), COUNTED_SOON), exact=False)


def _counted(question: Question, *, at_most: int | None = None) -> int:
    limit = "" if at_most is None else f"LIMIT {at_most:d}"
    rows = f"SELECT 1 FROM {question.tables} WHERE {question.condition} {limit}"
    ((count,),) = fetch_rows(f"SELECT COUNT(*) FROM ({rows}) AS found", question.parameters)
    return int(count)


def _estimated(store: Store, question: Question) -> int:
    """The share that a sample of the store's customers has in the segment, times all of them, to two digits.

    One in 2^n is looked at, by a hash of the id: neighbours, whom one import may have brought, are not all in it.
    """
    mask = (1 << max(0, (count_segment(store, "") // SAMPLE).bit_length() - 1)) - 1
    question.conditions.append(f"HASHINT8(customer.id) & {mask:d} = 0")
    estimate = _counted(question) * (mask + 1)
    return round(estimate, 2 - len(str(estimate)))
