"""The rows behind a figure: the orders, answers, tickets or customers, say, that it was computed of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from regard.core.domain.audit import record_audit
from regard.core.edges.keyset import CursorInvalid, decode_cursor, encode_cursor
from regard.core.models import Store
from regard.lake.domain.reading import Lake, open_lake
from regard.measure.domain.metric import Metric, Unit
from regard.measure.domain.own import OwnMetric, own_metrics
from regard.measure.domain.periods import Period, periods_of
from regard.measure.domain.showing import Wanted, check_question, known_day

if TYPE_CHECKING:  # brings ibis
    import ibis.expr.types as ir

MOST_ROWS = 200  # of a page
EXPORT_ROWS = 10_000  # that are read at once
# What a row adds, where that is told in another unit than the figure.
ROW_UNITS: dict[str, Unit] = {
    "promoter_premium": "money", "ticket_to_order": "count", "contact_reason_share": "count",
    "cac": "count", "cost_per_contact": "count", "support_cost_per_customer": "count",
    "support_cost_share": "money",
}  # fmt: skip


@dataclass(frozen=True)
class WantedRows:
    """Of which figure: its period, and the part of a split; part None: of all parts."""

    first: date
    last: date
    split: str = ""
    part: str | None = None


@dataclass(frozen=True)
class RowBehind:
    """id: of the row in its table, or of the customer; below zero of an order without parcels. reference: the
    shop's number of the order or product that it is about. value: what it adds to the figure, money in minor
    units; 100 and 0 are yes and no where the figure is a share."""

    id: int
    customer_id: int | None
    reference: str
    on: date | None
    part: str
    value: float | None


@dataclass(frozen=True)
class RowsBehind:
    """A page of the rows behind a figure. total: of how many rows in all, which is the figure's n."""

    metric: Metric
    variant: str
    unit: Unit
    split_by: str
    rows: list[RowBehind]
    total: int
    next_cursor: str


def rows_behind_for_viewer(
    store: Store, name: str, wanted: WantedRows, *, cursor: str = "", limit: int = 50
) -> RowsBehind:
    """The latest rows first. Raises ValidationError, and CursorInvalid."""
    own, period = _asked(store, name, wanted)
    with open_lake(store) as lake:
        rows = _expression(store, lake, own, period, wanted)
        [counted] = lake.rows_of(rows.aggregate(total=rows.count()))
        page = _following(rows, own, cursor) if cursor else rows
        found = lake.rows_of(page.order_by([page.id.desc(), page.split]).limit(limit + 1))
    more = len(found) > limit
    return RowsBehind(
        metric=own.metric,
        variant=own.variant,
        unit=ROW_UNITS.get(own.metric.id, own.metric.unit),
        split_by=split_of(own.metric, wanted.split),
        rows=[_row(each) for each in found[:limit]],
        total=counted["total"],
        next_cursor=encode_cursor([own.name, *_key(found[limit - 1])]) if more else "",
    )


def export_rows_behind(store: Store, name: str, wanted: WantedRows, *, actor: str) -> Iterator[list[str]]:
    """All rows as cells below their head; noted in the audit log. Raises ValidationError at once."""
    own, period = _asked(store, name, wanted)
    record_audit(
        store=store, actor=actor, action="metric.rows_exported", target=own.name,
        first=wanted.first.isoformat(), last=wanted.last.isoformat(), part=wanted.part or "",
    )  # fmt: skip
    return _cells(store, own, period, wanted)


def _cells(store: Store, own: OwnMetric, period: Period, wanted: WantedRows) -> Iterator[list[str]]:
    yield ["id", "customer_id", "reference", "on", "part", "value"]
    with open_lake(store) as lake:
        rows = _expression(store, lake, own, period, wanted)
        for batch in lake.batches_of(rows.order_by([rows.id.desc(), rows.split]), EXPORT_ROWS):
            for each in batch:
                row = _row(each)
                told = (row.id, row.customer_id, row.reference, row.on, row.part, row.value)
                yield ["" if cell is None else str(cell) for cell in told]


def split_of(metric: Metric, split: str) -> str:
    """By what the figures of a metric are told apart when that is asked for."""
    return split or (metric.splits[0] if metric.always_split else "")


def _asked(store: Store, name: str, wanted: WantedRows) -> tuple[OwnMetric, Period]:
    own = own_metrics(store).named(name)
    by = (wanted.split,) if wanted.split else ()
    check_question(own.metric, Wanted(wanted.first, wanted.last, by))
    if wanted.part is not None and not split_of(own.metric, wanted.split):
        raise ValidationError({"part": _("Say by what the figures are split that this is a part of.")})
    [period] = periods_of(wanted.first, wanted.last, None)
    return own, period


def _expression(store: Store, lake: Lake, own: OwnMetric, period: Period, wanted: WantedRows) -> ir.Table:
    from regard.measure.domain.figures import FIGURES  # noqa: PLC0415 - brings ibis, half a second
    from regard.measure.domain.figures.question import Question  # noqa: PLC0415 - the same

    split = split_of(own.metric, wanted.split)
    rows = FIGURES[own.name](Question(lake, [period], split, known_day(store, lake), tells_rows=True))
    return rows if wanted.part is None else rows.filter(rows.split == wanted.part)


def _key(row: dict[str, Any]) -> tuple[int, str]:
    """By what rows are in order: a customer may be behind several parts."""
    return row["id"], row["split"]


def _following(rows: ir.Table, own: OwnMetric, cursor: str) -> ir.Table:
    name, *key = decode_cursor(cursor)
    if name != own.name or [type(part) for part in key] != [int, str]:
        raise CursorInvalid(_("The cursor belongs to another list; begin again without one."))
    id_, part = key
    return rows.filter((rows.id < id_) | ((rows.id == id_) & (rows.split > part)))


def _row(row: dict[str, Any]) -> RowBehind:
    value = row["value"]
    return RowBehind(
        id=row["id"],
        customer_id=row["customer_id"],
        reference=row["reference"],
        on=row["on"],
        part=row["split"],
        value=None if value is None else round(float(value), 4),
    )
