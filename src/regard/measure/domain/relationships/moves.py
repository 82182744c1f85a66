"""How customers moved between the bands of a score from one day to another: from which to which, and who."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.edges.keyset import CursorInvalid, decode_cursor, encode_cursor
from regard.core.models import Store
from regard.lake.domain.reading import Lake, open_lake
from regard.measure.domain.periods import periods_of
from regard.measure.domain.relationships.bands import NO_SCORE, kind_named, verdicts
from regard.measure.domain.relationships.over_time import Since, since_of
from regard.score.domain.kinds import ScoreKind

if TYPE_CHECKING:  # brings ibis
    import ibis.expr.types as ir


@dataclass(frozen=True)
class Moves:
    """customers: how many, by the bands that they were in at the end of the first day and of the last; the band ""
    is that of those without a verdict: they are new, or gone. first: the day asked for, or the one since which
    the score is known where that is later."""

    kind: ScoreKind
    first: date
    last: date
    since: Since
    as_of: datetime | None
    customers: Mapping[tuple[str, str], int]

    def before(self, band: str) -> int:
        """How many were in a band on the first day; those who are gone are among them."""
        return sum(count for (then, _now), count in self.customers.items() if then == band)

    def after(self, band: str) -> int:
        """How many were in a band on the last day; those who are new are among them."""
        return sum(count for (_then, now), count in self.customers.items() if now == band)

    def share(self, then: str, now: str) -> float | None:
        """Percent of those who were in the first band that were in the second; None where nobody was."""
        n = self.before(then)
        return 100 * self.customers.get((then, now), 0) / n if n else None


@dataclass(frozen=True)
class MovedCustomer:
    """A customer with the values of both days; None: no verdict."""

    customer_id: int
    value_then: float | None
    value: float | None


def moves_between(store: Store, score: str, *, first: date, last: date) -> Moves:
    """Raises ValidationError for another order of the days, or a score that there is not."""
    kind = _checked(score, first, last)
    from regard.measure.domain.relationships.expressions import (  # noqa: PLC0415 - brings ibis
        counted_moves,
        stood_on,
    )

    with open_lake(store) as lake:
        since, at = since_of(lake, score), lake.at
        taken = _first_known(since, first, last)
        rows = lake.rows_of(counted_moves(stood_on(lake, score, taken, last)))
    counts = {(row["band_then"], row["band"]): row["customers"] for row in rows}
    counts.pop((NO_SCORE, NO_SCORE), None)
    return Moves(kind, taken, last, since, at, counts)


def moved_customers(
    store: Store,
    score: str,
    *,
    first: date,
    last: date,
    then: str,
    now: str,
    cursor: str = "",
    limit: int = 50,
) -> tuple[list[MovedCustomer], str]:
    """Those who were in band `then` on the first day and in `now` on the last, by their number, and the cursor of
    the next page. then, now: bands, "" for no verdict. Raises ValidationError, and CursorInvalid."""
    kind = _checked(score, first, last)
    for name, band in (("from_band", then), ("to_band", now)):
        if band not in {NO_SCORE, *verdicts(kind)}:
            known = ", ".join(verdicts(kind))
            raise ValidationError({name: _("Give one of %s, or nothing for those without.") % known})
    with open_lake(store) as lake:
        stood = _of_cell(lake, score, first, last, (then, now))
        key = [score, first.isoformat(), last.isoformat(), then, now]
        page = stood.filter(stood.customer_id > _after(cursor, key)) if cursor else stood
        found = lake.rows_of(page.order_by("customer_id").limit(limit + 1))
    more = len(found) > limit
    following = encode_cursor([*key, found[limit - 1]["customer_id"]]) if more else ""
    return [_customer(row) for row in found[:limit]], following


def _checked(score: str, first: date, last: date) -> ScoreKind:
    periods_of(first, last, None)  # whether they are days, in their order
    if last > clock.now().date() + timedelta(days=1):
        raise ValidationError({"to": _("This day is yet to come; name one gone by.")})
    return kind_named(score)


def _first_known(since: Since, first: date, last: date) -> date:
    """The first day, or that since which the score is known: of before it nobody can be said to have moved."""
    return max(first, since.known) if since.known and since.known <= last else first


def _of_cell(lake: Lake, score: str, first: date, last: date, cell: tuple[str, str]) -> ir.Table:
    from regard.measure.domain.relationships.expressions import stood_on  # noqa: PLC0415 - brings ibis

    stood = stood_on(lake, score, _first_known(since_of(lake, score), first, last), last)
    return stood.filter(stood.band_then == cell[0], stood.band == cell[1])


def _after(cursor: str, key: list[str]) -> int:
    *of, customer_id = decode_cursor(cursor)
    if of != key or not isinstance(customer_id, int):
        raise CursorInvalid(_("The cursor belongs to another list; begin again without one."))
    return customer_id


def _customer(row: Mapping[str, Any]) -> MovedCustomer:
    return MovedCustomer(
        row["customer_id"],
        row["value_then"] if row["band_then"] else None,
        row["value"] if row["band"] else None,
    )
