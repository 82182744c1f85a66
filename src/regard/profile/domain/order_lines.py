"""The lines of orders: the latest listing of each order, and what was told singly and is later than that.

A listing names all lines of its order, so a line that was told before it and is not in it is gone, whatever the
order in which the two arrive: the rank of the latest listing stays with the order (`told["lines"]`). A line of
a file that does not say as of when it is true is as of the order's placing, and so before any listing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from regard.capture.domain.bulk import columns_of, run_bulk
from regard.core.models import Store
from regard.profile.domain.tellings import UNTOLD, Row, rank_of, upsert_rows
from regard.profile.domain.told_lines import ToldLine

COLUMNS = {
    "order_external_id": "text", "external_id": "text", "product_external_id": "text", "variant": "text",
    "title": "text", "quantity": "numeric", "price_minor": "bigint", "total_minor": "bigint",
    "currency": "text", "dated": "boolean", "described_at": "timestamptz", "event_id": "bigint",
}  # fmt: skip
LATER = (
    "(held.dated, held.described_at, held.event_id)"
    " < (EXCLUDED.dated, EXCLUDED.described_at, EXCLUDED.event_id)"
)
DROP_UNLISTED = """
    DELETE FROM profile_orderline AS line
    USING unnest(%b::text[], %b::timestamptz[], %b::bigint[]) AS listing (order_id, at, event_id)
    WHERE line.store_id = %b AND line.order_external_id = listing.order_id
    AND (NOT line.dated OR (line.described_at, line.event_id) < (listing.at, listing.event_id))
"""

Listing = tuple[datetime, int, list[ToldLine]]  # as of when, by which event, and all lines of an order


class BatchLines:
    """What a batch tells of lines."""

    def __init__(self) -> None:
        self._listings: dict[str, Listing] = {}  # by order, the latest
        self._single: dict[tuple[str, str], ToldLine] = {}  # by order and line, the latest

    def add_line(self, order_id: str, line: ToldLine) -> None:
        key = order_id, line.external_id
        held = self._single.get(key)
        if held is None or _precedence(held) < _precedence(line):
            self._single[key] = line

    def add_listing(self, order_id: str, order: Row, listing: Listing) -> None:
        """Keep it when it is the latest of its order."""
        at, event_id, _lines = listing
        if order.tell("lines", rank_of(at, event_id)):
            self._listings[order_id] = listing

    def save(self, store: Store, orders: Mapping[str, Row]) -> None:
        """Write them. orders: by external id, after all listings were added."""
        told_anew = [
            (order_id, at, event_id)
            for order_id, (at, event_id, _lines) in self._listings.items()
            if not orders[order_id].is_new
        ]
        if told_anew:
            run_bulk(DROP_UNLISTED, (*columns_of(told_anew, 3), store.pk))
        lines = {
            (order_id, line.external_id): line
            for order_id, (_at, _event, listed) in self._listings.items()
            for line in listed
        }
        for key, line in self._single.items():
            if _is_after_listing(line, orders[key[0]]) and (
                key not in lines or _precedence(lines[key]) < _precedence(line)
            ):
                lines[key] = line
        rows = (_columns(order_id, line) for (order_id, _id), line in lines.items())
        key = ("order_external_id", "external_id")
        upsert_rows("profile_orderline", COLUMNS, rows, store=store, key=key, only_if=LATER)


def _precedence(line: ToldLine) -> tuple[bool, datetime, int]:
    return line.dated, line.at, line.event_id


def _is_after_listing(line: ToldLine, order: Row) -> bool:
    listing = order.told.get("lines", UNTOLD)
    return not listing or (line.dated and rank_of(line.at, line.event_id) > listing)


def _columns(order_id: str, line: ToldLine) -> dict[str, Any]:
    return {
        "order_external_id": order_id,
        "external_id": line.external_id,
        "product_external_id": line.product_id,
        "variant": line.variant,
        "title": line.title,
        "quantity": line.quantity,
        "price_minor": line.price_minor,
        "total_minor": line.total_minor,
        "currency": line.currency,
        "dated": line.dated,
        "described_at": line.at,
        "event_id": line.event_id,
    }
