"""The customers of a segment as rows of a table, for people's spreadsheets; with or without what names them."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection, transaction

from regard.core.domain.audit import record_audit
from regard.core.models import Store
from regard.core.money import minor_digits
from regard.core.registry import SegmentField
from regard.profile.domain.segments.ask import question_of
from regard.profile.domain.segments.ast import EVERYONE
from regard.profile.domain.segments.fields import field_named, fields_for_viewer
from regard.profile.domain.segments.parse import parse_segment
from regard.profile.domain.segments.printing import segment_text
from regard.profile.domain.segments.sql import Question, compile_segment

# Words of people and exact moments can tell who somebody is; numbers, days and choices of a list cannot.
IMPERSONAL = {"number", "days", "truth", "choice"}
AT_ONCE = 2_000  # rows that are fetched and held in memory


def export_segment(
    *, store: Store, text: str, search: str = "", only: list[int] | None = None, anonymous: bool, actor: str
) -> Iterator[list[str]]:
    """A head and a row for each customer: their id and every field that a segment may ask, as texts.

    only: the ids of those who are wanted, None for all. anonymous: no names, addresses, phones, tags or exact
    moments; the id is made up, the same in each export of this installation, and leads back to nobody without
    its secret key. One statement, of which the database keeps the rows until they are fetched, so that memory
    stays flat and nothing is locked while somebody downloads slowly. Raises SegmentInvalid, before the first row.
    """
    question = question_of(store, text, search)
    if only is not None:
        question = compile_segment(EVERYONE, store=store)
        question.conditions.append(f"customer.id = ANY({question.bind(sorted(only))})")
    record_audit(
        store=store,
        actor=actor,
        action="customers.exported",
        segment=segment_text(parse_segment(text)),
        selected=len(only or []),
        anonymous=anonymous,
    )
    fields = [field for field in fields_for_viewer() if not anonymous or field.type in IMPERSONAL]
    return _rows(question, fields, anonymous=anonymous)


def _rows(question: Question, fields: list[SegmentField], *, anonymous: bool) -> Iterator[list[str]]:
    yield ["customer", *(field.name for field in fields)]
    of_money = minor_digits(question.store.currency)
    digits = [of_money if field.is_money else None for field in fields]
    for customer_id, *values in _values(question, fields):
        name = pseudonym(question.store, customer_id) if anonymous else str(customer_id)
        yield [name, *map(_cell_text, values, digits)]


def _values(question: Question, fields: list[SegmentField]) -> Iterator[tuple[Any, ...]]:
    columns = ", ".join(["customer.id", *(question.read(field_named(field.name)) for field in fields)])
    statement = f"SELECT {columns} FROM {question.tables} WHERE {question.condition} ORDER BY customer.id"
    with connection.cursor() as cursor, _held(cursor, statement, question.parameters) as name:
        cursor.execute(f"FETCH {AT_ONCE} FROM {name}")
        while rows := cursor.fetchall():
            yield from rows
            cursor.execute(f"FETCH {AT_ONCE} FROM {name}")


@contextmanager
def _held(cursor: Any, statement: str, parameters: dict[str, Any]) -> Iterator[str]:
    """The rows of a statement, kept by the database under a name for as long as the block lasts."""
    name = f"export_{uuid.uuid4().hex}"
    with transaction.atomic():
        # All rows are wanted: the planner takes cursors for something of which only the beginning is read.
        cursor.execute("SET LOCAL cursor_tuple_fraction = 1")
        cursor.execute(f"DECLARE {name} NO SCROLL CURSOR WITH HOLD FOR {statement}", parameters)
    try:
        yield name
    finally:
        with suppress(DatabaseError):  # a broken connection has closed it
            cursor.execute(f"CLOSE {name}")


def pseudonym(store: Store, customer_id: int) -> str:
    """A made-up id: the same for the same customer, and without the secret key not to be traced back."""
    said = f"customer {store.pk} {customer_id}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).hexdigest()[:16]


def _cell_text(value: Any, digits: int | None = None) -> str:  # noqa: PLR0911 - a table
    """A value as a file tells it; "" for none. digits: decimal places of money, None for other numbers.

    Between several values stands " | ", since titles and tags have commas; a bar within one is written "\\|".
    """
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Decimal() if digits is not None:
            return f"{value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):f}"
        case Decimal():
            return f"{value.normalize():f}"
        case datetime():
            return value.isoformat()
        case list():
            return " | ".join(str(each).replace("\\", "\\\\").replace("|", "\\|") for each in value)
        case _:
            return str(value)
