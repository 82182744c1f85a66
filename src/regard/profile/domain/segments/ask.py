"""Who is in a segment: how many, which, page by page or all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import QueryCanceled

from regard.core import clock
from regard.core.edges.keyset import CursorInvalid, KeysetPage, decode_cursor, encode_cursor
from regard.core.models import Store
from regard.core.registry import segment_fields
from regard.profile.domain.finding import search_condition
from regard.profile.domain.segments.fields import AskedField, field_named
from regard.profile.domain.segments.parse import SegmentInvalid, parse_segment
from regard.profile.domain.segments.sql import Question, compile_segment
from regard.profile.models import Customer

AT_ONCE = 2_000  # customers that `customer_ids_in_segment` fetches with one question
LATEST_FIRST = "-last_seen"
COUNTED_SOON = 100_000  # customers
PATIENCE = "2s"
OVERALL_PATIENCE = timedelta(seconds=4)
NEVER_UNKNOWN = {"first_seen", "last_seen", "first_seen_days", "last_seen_days"}
Last: TypeAlias = tuple[str | None, int]  # value, null where unknown, and id of a page's last customer


@dataclass(frozen=True)
class SegmentCount:
    """How many customers a segment has. complete: whether that is all, or only as far as was counted."""

    count: int
    complete: bool = True


def count_segment(store: Store, text: str, *, search: str = "", at_most: int | None = None) -> SegmentCount:
    """How many customers are in the segment. One query, two with a search.

    at_most: stop counting there. Raises SegmentInvalid.
    """
    question = _question(store, text, search)
    limit = "" if at_most is None else f"LIMIT {at_most + 1:d}"
    rows = f"SELECT 1 FROM {question.tables} WHERE {question.condition} {limit}"
    ((count,),) = _fetch(f"SELECT COUNT(*) FROM ({rows}) AS found", question.parameters)
    if at_most is not None and count > at_most:
        return SegmentCount(at_most, complete=False)
    return SegmentCount(count)


def count_while_typing(store: Store, text: str, *, search: str = "") -> SegmentCount | None:
    """The same for somebody who waits: as far as can be counted soon, None when nothing can.

    Raises SegmentInvalid.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT SET_CONFIG('statement_timeout', %s, TRUE)", [PATIENCE])
            counted = count_segment(store, text, search=search, at_most=COUNTED_SOON)
            cursor.execute("SELECT SET_CONFIG('statement_timeout', '0', TRUE)")
            return counted
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            return None
        raise


def counts_of_segments(store: Store, texts: list[str]) -> dict[str, str]:
    """How many customers each of the filters finds, as people read it, as far as that is told in a few seconds.

    Those that are no filter any more are left out. A few queries for each.
    """
    told: dict[str, str] = {}
    deadline = clock.now() + OVERALL_PATIENCE
    for text in texts:
        if clock.now() > deadline:
            break
        with suppress(SegmentInvalid):
            counted = count_while_typing(store, text)
            told[text] = count_text(counted) if counted else ""
    return told


def count_text(counted: SegmentCount) -> str:
    return f"{counted.count:,}" if counted.complete else f"> {counted.count:,}"


def customers_in_segment(
    *,
    store: Store,
    text: str = "",
    search: str = "",
    order: str = LATEST_FIRST,
    cursor: str = "",
    limit: int = 50,
) -> KeysetPage[Customer]:
    """A page of a store's customers who are in the segment and whom the search means.

    order: the name of a field, with a minus for the largest first; those of whom it is unknown come last.
    Two queries, three at the turn to those. Raises SegmentInvalid; CursorInvalid, also for an order that is none.
    """
    field, descending = _order(order)
    last = _read_cursor(cursor, order)
    question = _question(store, text, search)
    rows = _rows(question, field, descending=descending, last=last, limit=limit + 1)
    ids = [row[0] for row in rows[:limit]]
    found = Customer.objects.in_bulk(ids)
    following = ""
    if len(rows) > limit:
        customer_id, value = rows[limit - 1]
        following = encode_cursor([order, *([] if value is None else [str(value)]), customer_id])
    return KeysetPage([found[customer_id] for customer_id in ids], following)


def customer_ids_in_segment(store: Store, text: str, *, search: str = "") -> Iterator[list[int]]:
    """The ids of all who are in the segment, in lists, ascending; a query for each. Raises SegmentInvalid."""
    question = _question(store, text, search)
    after = 0
    while True:
        ids = _ids_after(question, after)
        if not ids:
            return
        yield ids
        after = ids[-1]


def sortable_fields() -> list[str]:
    """The names of fields that a list of customers can be ordered by."""
    return sorted(field.name for field in segment_fields if field.type in {"number", "days", "text", "time"})


def _question(store: Store, text: str, search: str) -> Question:
    question = compile_segment(parse_segment(text), store=store)
    if search.strip():
        condition, values = search_condition(store, search.strip())
        question.conditions.append(condition)
        question.parameters |= values
    return question


def _ids_after(question: Question, after: int) -> list[int]:
    rows = _fetch(
        f"""SELECT customer.id FROM {question.tables}
        WHERE {question.condition} AND customer.id > %(after)s ORDER BY customer.id LIMIT {AT_ONCE}""",
        question.parameters | {"after": after},
    )
    return [row[0] for row in rows]


def _order(order: str) -> tuple[AskedField, bool]:
    name = order.removeprefix("-")
    if name not in sortable_fields():
        raise CursorInvalid(_("Customers cannot be ordered by “%s”.") % name)
    return field_named(name), order.startswith("-")


def _read_cursor(text: str, order: str) -> Last | None:
    if not text:
        return None
    match decode_cursor(text):
        case (known, str() as value, int() as customer_id) if known == order:
            return value, customer_id
        case (known, int() as customer_id) if known == order:
            return None, customer_id
        case _:
            raise CursorInvalid(_("The cursor belongs to another list; begin again without one."))


def _rows(
    question: Question, field: AskedField, *, descending: bool, last: Last | None, limit: int
) -> list[tuple[int, Any]]:
    """(customer id, value of the field): the known ones in order first, then the unknown by id.

    Asked apart, so that each has an index to walk along.
    """
    value = question.read(field)
    value = f"LOWER({value})" if field.type == "text" else value
    rows: list[tuple[int, Any]] = []
    if last is None or last[0] is not None:
        rows += _known_rows(question, value, descending=descending, last=last, limit=limit)
        last = None
    if len(rows) < limit and field.name not in NEVER_UNKNOWN:
        rows += _unknown_rows(question, value, after=last[1] if last else 0, limit=limit - len(rows))
    return rows


def _known_rows(
    question: Question, value: str, *, descending: bool, last: Last | None, limit: int
) -> list[tuple[int, Any]]:
    direction, further = ("DESC", "<") if descending else ("ASC", ">")
    conditions, values = [question.condition, f"{value} IS NOT NULL"], dict(question.parameters)
    if last is not None:
        # The database reads the text as what the field is: numbers, moments and texts go through it unharmed.
        conditions.append(f"({value}, customer.id) {further} (%(last_value)s, %(last_id)s)")
        values |= {"last_value": last[0], "last_id": last[1]}
    return _fetch(
        f"""SELECT customer.id, {value} FROM {question.tables} WHERE {" AND ".join(conditions)}
        ORDER BY {value} {direction}, customer.id {direction} LIMIT {limit:d}""",
        values,
    )


def _unknown_rows(question: Question, value: str, *, after: int, limit: int) -> list[tuple[int, Any]]:
    return _fetch(
        f"""SELECT customer.id, NULL FROM {question.tables}
        WHERE {question.condition} AND {value} IS NULL AND customer.id > %(after)s
        ORDER BY customer.id LIMIT {limit:d}""",
        question.parameters | {"after": after},
    )


def _fetch(statement: str, values: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
