"""The rows behind figures: as many as n says, and they give the figure."""

from __future__ import annotations

from datetime import date
from statistics import fmean

import pytest
from django.core.exceptions import ValidationError

from regard.core.edges.keyset import CursorInvalid
from regard.core.models import AuditEntry, Store
from regard.measure.domain.catalogue import CATALOGUE
from regard.measure.domain.figures import FIGURES
from regard.measure.domain.rows import (
    MOST_ROWS,
    RowBehind,
    WantedRows,
    export_rows_behind,
    rows_behind_for_viewer,
)

from .small_store import STORE, TABLES
from .test_by_hand import BY_HAND, SPLIT_BY_HAND
from .written_lake import write_lake

FEBRUARY = (date(2026, 2, 1), date(2026, 2, 28))
# Figures that are no mean of their rows.
RATIOS = {
    "average_price", "cac", "cost_per_contact", "support_cost_per_customer", "support_cost_share", "clv:margin",
    "ticket_to_order", "contact_reason_share", "agent_volume", "promoter_premium",
    "repeat_contribution:orders", "repeat_contribution:revenue",
}  # fmt: skip


@pytest.fixture(autouse=True)
def small_store() -> None:
    write_lake(STORE, TABLES)


def all_rows(name: str, split: str = "", part: str | None = None) -> list[RowBehind]:
    """A small page first, so that another follows."""
    rows, cursor = [], ""
    while True:
        wanted, limit = WantedRows(*FEBRUARY, split, part), 20 if cursor else 2
        page = rows_behind_for_viewer(STORE, name, wanted, cursor=cursor, limit=limit)
        rows += page.rows
        if not page.next_cursor:
            assert len(rows) == page.total
            return rows
        cursor = page.next_cursor


@pytest.mark.parametrize("name", FIGURES)
def test_there_are_as_many_as_the_figure_counts(name: str):
    """And they give the figure, which test_by_hand works out."""
    metric = CATALOGUE[name.partition(":")[0]]
    page = rows_behind_for_viewer(STORE, name, WantedRows(*FEBRUARY), limit=MOST_ROWS)
    assert len(page.rows) == page.total
    if metric.n_is_shared:  # their rows are those of the part
        return
    for part, (value, n, *_median) in (SPLIT_BY_HAND.get(name) or {"": BY_HAND[name]}).items():
        rows = [row for row in page.rows if row.part == part]
        assert len(rows) == n
        if name not in RATIOS and rows and value is not None:
            values = [row.value for row in rows if row.value is not None]
            together = sum(values) if metric.zero_without_rows else fmean(values)
            assert together == pytest.approx(value, abs=0.51 if metric.unit == "money" else 1e-3)


@pytest.mark.parametrize("name", ["nps", "rpr", "exposure_ltv"])
def test_pages_follow_each_other_without_gap_or_repeat(name: str):
    page = rows_behind_for_viewer(STORE, name, WantedRows(*FEBRUARY), limit=MOST_ROWS)
    assert all_rows(name) == page.rows


def test_rows_say_what_they_are():
    # The purchases of February, the last one first; o18 of customer 8 for 150.
    rows = all_rows("aov")
    assert rows[0] == RowBehind(28, None, "o28", date(2026, 2, 11), "", 50_000)
    assert rows[2] == RowBehind(18, 8, "o18", date(2026, 2, 25), "", 15_000)
    # By how often they bought: all but customer 6, who came for the first time.
    assert {row.customer_id for row in all_rows("rpr:period") if row.value} == {1, 2, 4, 7, 8, 11}


def test_rows_of_a_part():
    assert [row.reference for row in all_rows("aov", "purchase", "first")] == ["o15", "o14"]
    assert len(all_rows("ticket_volume", "category", "where")) == 2
    assert len(all_rows("contact_reason_share", "category", "where")) == 2
    with pytest.raises(ValidationError, match="by what the figures are split"):
        all_rows("aov", part="first")
    with pytest.raises(ValidationError, match="can be split by"):
        all_rows("aov", "agent", "a")


def test_cursors_belong_to_their_list():
    page = rows_behind_for_viewer(STORE, "aov", WantedRows(*FEBRUARY), limit=2)
    with pytest.raises(CursorInvalid):
        rows_behind_for_viewer(STORE, "rpr", WantedRows(*FEBRUARY), cursor=page.next_cursor)


def test_all_of_them_are_exported_and_that_is_noted(store: Store):
    write_lake(store, TABLES)
    cells = list(export_rows_behind(store, "aov", WantedRows(*FEBRUARY), actor="ana"))
    assert cells[0] == ["id", "customer_id", "reference", "on", "part", "value"]
    assert cells[1] == ["28", "", "o28", "2026-02-11", "", "50000.0"]
    assert len(cells) == 1 + 9
    assert AuditEntry.objects.filter(store=store).latest("id").action == "metric.rows_exported"
