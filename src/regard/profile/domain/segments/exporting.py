"""The customers of a segment as rows of a table, for people's spreadsheets; with or without what names them."""

from __future__ import annotations

import csv
import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection

from regard.core.domain.audit import record_audit
from regard.core.models import Store
from regard.core.registry import SegmentField
from regard.profile.domain.segments.ask import customer_ids_in_segment
from regard.profile.domain.segments.ast import EVERYONE
from regard.profile.domain.segments.fields import field_named, fields_for_viewer
from regard.profile.domain.segments.parse import parse_segment
from regard.profile.domain.segments.printing import segment_text
from regard.profile.domain.segments.sql import compile_segment

# Words of people and exact moments can tell who somebody is; numbers, days and choices of a list cannot.
IMPERSONAL = {"number", "days", "truth", "choice"}


def export_segment(
    *, store: Store, text: str, search: str = "", only: list[int] | None = None, anonymous: bool, actor: str
) -> Iterator[list[str]]:
    """A head and a row for each customer: their id and every field that a segment may ask, as texts.

    only: the ids of those who are wanted, None for all. anonymous: no names, addresses, phones, tags or exact
    moments; the id is made up, the same in each export of this installation, and leads back to nobody without
    its secret key. A query for 2,000 customers. Raises SegmentInvalid, before the first row.
    """
    asked = parse_segment(text)
    lists = customer_ids_in_segment(store, text, search=search) if only is None else iter([sorted(only)])
    record_audit(
        store=store,
        actor=actor,
        action="customers.exported",
        segment=segment_text(asked),
        selected=len(only or []),
        anonymous=anonymous,
    )
    fields = [field for field in fields_for_viewer() if not anonymous or field.type in IMPERSONAL]
    return _rows(store, lists, fields, anonymous=anonymous)


def _rows(
    store: Store, lists: Iterator[list[int]], fields: list[SegmentField], *, anonymous: bool
) -> Iterator[list[str]]:
    yield ["customer", *(field.name for field in fields)]
    for ids in lists:
        for customer_id, *values in _values(store, ids, fields):
            name = pseudonym(store, customer_id) if anonymous else str(customer_id)
            yield [name, *map(_cell, values)]


def _values(store: Store, ids: list[int], fields: list[SegmentField]) -> list[tuple[Any, ...]]:
    question = compile_segment(EVERYONE, store=store)
    columns = ", ".join(["customer.id", *(question.read(field_named(field.name)) for field in fields)])
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT {columns} FROM {question.tables}
            WHERE {question.condition} AND customer.id = ANY(%(ids)s) ORDER BY customer.id""",
            question.parameters | {"ids": ids},
        )
        return list(cursor.fetchall())


class _Line:
    """A file of which each line is taken as soon as it is written."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterator[list[str]]) -> Iterator[str]:
    """The rows as lines of a CSV file; what a customer typed does not run as a formula in a spreadsheet."""
    writer = csv.writer(_Line())
    for row in rows:
        yield writer.writerow([_harmless(cell) for cell in row])


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    return cell.removeprefix("-").replace(".", "", 1).isdecimal()


def pseudonym(store: Store, customer_id: int) -> str:
    """A made-up id: the same for the same customer, and without the secret key not to be traced back."""
    said = f"customer {store.pk} {customer_id}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).hexdigest()[:16]


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return f"{value.normalize():f}"
        case datetime():
            return value.isoformat()
        case list():
            return ", ".join(map(str, value))
        case _:
            return str(value)
