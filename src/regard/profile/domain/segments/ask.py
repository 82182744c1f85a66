"""Who is in a segment, page by page."""

from __future__ import annotations

from typing import Any, TypeAlias

from django.db import connection
from django.utils.translation import gettext as _

from regard.core.edges.keyset import CursorInvalid, KeysetPage, decode_cursor, encode_cursor
from regard.core.models import Store
from regard.core.registry import segment_fields
from regard.profile.domain.customers import name_customers
from regard.profile.domain.finding import search_condition
from regard.profile.domain.segments.fields import AskedField, field_named
from regard.profile.domain.segments.parse import parse_segment
from regard.profile.domain.segments.sql import Question, compile_segment
from regard.profile.models import Customer

LATEST_FIRST = "-last_seen"
NEVER_UNKNOWN = {"first_seen", "last_seen", "first_seen_days", "last_seen_days"}
Last: TypeAlias = tuple[str | None, int]  # value, null where unknown, and id of a page's last customer


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

    order: the name of a field, with a minus for the largest first; those of whom it is unknown come last, or,
    where that means 0, among the fewest. Two queries, three at the turn to those, and one more
    if some have neither name nor e-mail. Raises SegmentInvalid; CursorInvalid, also for an order that is none.
    """
    field, descending = _order(order)
    last = _read_cursor(cursor, order)
    question = question_of(store, text, search)
    rows = _rows(question, field, descending=descending, last=last, limit=limit + 1)
    ids = [row[0] for row in rows[:limit]]
    found = Customer.objects.in_bulk(ids)
    following = ""
    if len(rows) > limit:
        customer_id, value = rows[limit - 1]
        following = encode_cursor([order, *([] if value is None else [str(value)]), customer_id])
    name_customers(found.values())
    return KeysetPage([found[customer_id] for customer_id in ids], following)


def sortable_fields() -> list[str]:
    """The names of fields that a list of customers can be ordered by."""
    return sorted(field.name for field in segment_fields if field.type in {"number", "days", "text", "time"})


def question_of(store: Store, text: str, search: str) -> Question:
    """Who is in the segment and is meant by the search, "" for everybody. One query with a search, else none.

    Raises SegmentInvalid.
    """
    question = compile_segment(parse_segment(text), store=store)
    if search.strip():
        condition, values = search_condition(store, search.strip())
        question.conditions.append(condition)
        question.parameters |= values
    return question


def fetch_rows(statement: str, values: dict[str, Any]) -> list[Any]:
    """All that a statement gives."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


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

    Who is unknown to have any, of what is counted, has the fewest: asked for those, the unknown come first. Asked
    apart, so that each has an index to walk along.
    """
    value, pk = _sort_columns(question, field)
    rows: list[tuple[int, Any]] = []
    for known in _turns(field, descending=descending, last=last):
        room = limit - len(rows)
        if room and known:
            rows += _known_rows(question, value, pk, descending=descending, last=last, limit=room)
        elif room:
            rows += _unknown_rows(question, value, after=last[1] if last else 0, limit=room)
        last = None
    return rows


def _turns(field: AskedField, *, descending: bool, last: Last | None) -> list[bool]:
    """Whether the known are asked, or the unknown, in turn, from the page's last customer on."""
    if field.name in NEVER_UNKNOWN:
        return [True]
    counted = field.registered is not None and field.registered.unknown_is_least
    turns = [False, True] if counted and not descending else [True, False]
    return turns if last is None else turns[turns.index(last[0] is not None) :]


def _sort_columns(question: Question, field: AskedField) -> tuple[str, str]:
    """What orders a list by the field, and the customer's id beside it."""
    value = question.read(field)
    if field.registered and field.registered.sorts:
        return field.registered.sorts
    return f"LOWER({value})" if field.type == "text" else value, "customer.id"


def _known_rows(
    question: Question, value: str, pk: str, *, descending: bool, last: Last | None, limit: int
) -> list[tuple[int, Any]]:
    direction, further = ("DESC", "<") if descending else ("ASC", ">")
    conditions, values = [question.condition, f"{value} IS NOT NULL"], dict(question.parameters)
    if last is not None:
        # The database reads the text as what the field is: numbers, moments and texts go through it unharmed.
        conditions.append(f"({value}, {pk}) {further} (%(last_value)s, %(last_id)s)")
        values |= {"last_value": last[0], "last_id": last[1]}
    return fetch_rows(
        f"""SELECT customer.id, {value} FROM {question.tables} WHERE {" AND ".join(conditions)}
        ORDER BY {value} {direction}, {pk} {direction} LIMIT {limit:d}""",
        values,
    )


def _unknown_rows(question: Question, value: str, *, after: int, limit: int) -> list[tuple[int, Any]]:
    return fetch_rows(
        f"""SELECT customer.id, NULL FROM {question.tables}
        WHERE {question.condition} AND {value} IS NULL AND customer.id > %(after)s
        ORDER BY customer.id LIMIT {limit:d}""",
        question.parameters | {"after": after},
    )
