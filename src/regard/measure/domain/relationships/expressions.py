"""How many customers were in which band of a score when, from its moves in the lake.

Each move tells what it moved from. So what moves add up to until the end of a stretch of the calendar is how
customers stood then, and no customer's row is put beside another's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from regard.lake.domain.reading import Lake
from regard.measure.domain.periods import Grain

TRUNCATED = {"week": "W", "month": "M"}


def moves_of(lake: Lake, score: str, last: date) -> ir.Table:
    """The score's moves until the end of a day."""
    moves = lake.table("score_changes")
    return moves.filter(moves.name == score, moves.changed_on <= ibis.literal(last))


def moves_in_periods(lake: Lake, score: str, first: date, last: date, grain: Grain) -> ir.Table:
    """Rows (period, band_before, band, moves, value_before, value): sums over the moves between two bands in a
    week or month, which `period` is the first day of; what moved before `first` is in that one's."""
    moves = moves_of(lake, score, last)
    begins = moves.changed_on.truncate(TRUNCATED[grain])
    period = ibis.greatest(begins, ibis.literal(first))
    return _sums(moves.mutate(period=period), "period")


def moves_in_cohorts(lake: Lake, scores: Sequence[str], last: date) -> ir.Table:
    """The same by month, with `name` of the score and `cohort`, the month in which the customers first bought."""
    moves, orders = lake.table("score_changes"), lake.table("orders")
    moves = moves.filter(moves.name.isin(list(scores)), moves.changed_on <= ibis.literal(last))
    bought = orders.filter(orders.is_purchase, orders.customer_id.notnull())
    firsts = bought.group_by(buyer=bought.customer_id).agg(cohort=bought.ordered_on.min().truncate("M"))
    moves = moves.inner_join(firsts, moves.customer_id == firsts.buyer)
    return _sums(moves.mutate(period=moves.changed_on.truncate("M")), "name", "cohort", "period")


def _sums(moves: ir.Table, *keys: str) -> ir.Table:
    return moves.group_by(*keys, "band_before", "band").agg(
        moves=moves.count(),
        value_before=moves.value_before.sum().fill_null(0),
        value=moves.value.sum().fill_null(0),
    )


def stood_on(lake: Lake, score: str, first: date, last: date) -> ir.Table:
    """Rows (customer_id, band_then, value_then, band, value): how customers stood at the end of two days; band is
    empty where there was no score yet, or too little was known. A score of a customer moves once at a moment."""
    moves = moves_of(lake, score, last)
    then = moves.changed_on <= ibis.literal(first)
    verdict = ibis.ifelse(moves.band.endswith(":not_enough_data"), "", moves.band)
    moves = moves.mutate(verdict=verdict)
    return moves.group_by("customer_id").agg(
        band_then=moves.verdict.argmax(moves.changed_at, where=then).fill_null(""),
        value_then=moves.value.argmax(moves.changed_at, where=then),
        band=moves.verdict.argmax(moves.changed_at),
        value=moves.value.argmax(moves.changed_at),
    )


def counted_moves(stood: ir.Table) -> ir.Table:
    """Rows (band_then, band, customers) of `stood_on`."""
    return stood.group_by("band_then", "band").agg(customers=stood.count())


def first_known(lake: Lake, score: str) -> ir.Table:
    """One row: the days of the score's first move as `known`, and of the first that was kept as `kept`; nulls."""
    moves = lake.table("score_changes")
    moves = moves.filter(moves.name == score)
    return moves.agg(known=moves.changed_on.min(), kept=moves.changed_on.min(where=~moves.is_retold))
