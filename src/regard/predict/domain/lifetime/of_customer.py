"""The lifetime value of single customers, computed when somebody asks: now, or as of a moment gone by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from regard.core import clock
from regard.core.models import Store
from regard.predict.domain.fitted import model_as_of, model_in_use
from regard.predict.domain.lifetime.histories import Histories, day_in
from regard.predict.models import FittedModel, LifetimeValue, ModelKind
from regard.score.domain.known_facts import Kind, KnownFacts, read_facts

WINDOWS = (30, 90, 365)  # days


@dataclass(frozen=True)
class Expected:
    """What a model expects of a customer in the twelve months that follow; amounts in minor units.

    alive: the probability that they have not left for good; None of who bought on one day alone, of whom the model
    cannot tell. amount: of a purchase.
    """

    alive: float | None
    purchases: float
    amount_minor: int
    worth_minor: int
    model: FittedModel


@dataclass(frozen=True)
class CustomerValue:
    """What a customer has been worth and is expected to be; amounts in minor units, after refunds.

    on: the day of it, in the store's zone. purchases: days on which they bought. spent_minor: None: not known.
    windows: what was spent in the last so many days. expected: None without a model that did well enough.
    """

    on: date
    purchases: int
    first_on: date
    last_on: date
    spent_minor: int | None
    windows: Mapping[int, int | None]
    expected: Expected | None

    @property
    def days_since_last(self) -> int:
        return (self.on - self.last_on).days


@dataclass(frozen=True)
class _Bought:
    """The days on which somebody bought, each with what is left of its known amounts, NaN: none is."""

    days: dict[date, float]

    def sum_since(self, first: date) -> int | None:
        known = [amount for day, amount in self.days.items() if day >= first and not np.isnan(amount)]
        return round(sum(known)) if known or not any(day >= first for day in self.days) else None


def value_for_viewer(store: Store, customer_id: int) -> CustomerValue | None:
    """The value of a customer as of now; None of who never bought. Two queries."""
    now = clock.now()
    model = model_in_use(store, ModelKind.LIFETIME_VALUE)
    return _values(store, [customer_id], now, model, past=False).get(customer_id)


def values_as_of(store: Store, customer_ids: Sequence[int], *, as_of: datetime) -> dict[int, CustomerValue]:
    """The values that would have been computed at a moment gone by, with the model that was the last by then.

    Of orders and refunds told live, only those count that had been received; what a past view takes is told in
    docs/scores.md. Two queries.
    """
    return _values(store, customer_ids, as_of, model_as_of(store, ModelKind.LIFETIME_VALUE, as_of), past=True)


def is_likely_high(store: Store, customer_id: int) -> bool:
    """Whether a customer was in the quarter of most worth to come when all were last computed. One query."""
    kept = LifetimeValue.objects.filter(store=store, customer_id=customer_id)
    return bool(kept.values_list("is_likely_high", flat=True).first())


def _values(
    store: Store, customer_ids: Sequence[int], as_of: datetime, model: FittedModel | None, *, past: bool
) -> dict[int, CustomerValue]:
    ids = np.unique(np.array(customer_ids, np.int64))
    bought = _bought(read_facts(store=store, asked=ids, as_of=as_of, past=past), ZoneInfo(store.time_zone))
    if not bought:
        return {}
    today = day_in(store, as_of)
    histories = _histories(bought, today)
    expected = _expected(histories, model) if model else [None] * len(histories)
    return {
        customer_id: _value(its, today, theirs)
        for (customer_id, its), theirs in zip(bought.items(), expected, strict=True)
    }


def _bought(facts: KnownFacts, zone: ZoneInfo) -> dict[int, _Bought]:
    """By customer. Amounts in other currencies are not known; what was paid back is of the order's day."""
    days: dict[int, dict[date, float]] = {}
    placed: dict[tuple[int, int], date] = {}
    home = facts.code == facts.home
    value = np.where(home, facts.value, np.nan)
    for row in np.flatnonzero(facts.kind == Kind.ORDER):
        whose, day = int(facts.customer[row]), _local_day(facts.at[row], zone)
        if not np.isnan(value[row]):
            placed[whose, int(facts.tie[row])] = day
        theirs = days.setdefault(whose, {})
        theirs[day] = _sum(theirs.get(day, np.nan), float(value[row]))
    for row in np.flatnonzero((facts.kind == Kind.REFUND) & home & ~np.isnan(value)):
        whose = int(facts.customer[row])
        about = placed.get((whose, int(facts.tie[row])))
        if about is not None:
            days[whose][about] -= float(value[row])
    return {customer_id: _Bought(theirs) for customer_id, theirs in days.items()}


def _sum(some: float, more: float) -> float:
    return more if np.isnan(some) else some if np.isnan(more) else some + more


def _local_day(at: np.datetime64, zone: ZoneInfo) -> date:
    moment: datetime = at.astype(object)
    return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).date()


def _histories(bought: Mapping[int, _Bought], today: date) -> Histories:
    rows = [
        (
            len(its.days) - 1,
            (max(its.days) - min(its.days)).days / 7,
            (today - min(its.days)).days / 7,
            sum(not np.isnan(amount) for amount in its.days.values()),
            np.nan if (spent := its.sum_since(min(its.days))) is None else spent,
            0,
            0,
        )
        for its in bought.values()
    ]
    return Histories(np.array(list(bought), np.int64), *np.array(rows, float).T)


def _expected(histories: Histories, model: FittedModel) -> list[Expected | None]:
    from regard.predict.domain.lifetime.valuing import (  # noqa: PLC0415 - brings scipy, a third of a second
        model_of,
        values_of,
    )

    values = values_of(model_of(model.parameters), histories)
    return [
        Expected(
            alive=float(values.alive[row]) if histories.repeats[row] > 0 else None,
            purchases=float(values.purchases[row]),
            amount_minor=round(values.amount[row]),
            worth_minor=round(values.worth[row]),
            model=model,
        )
        if np.isfinite(values.worth[row])
        else None
        for row in range(len(histories))
    ]


def _value(its: _Bought, today: date, expected: Expected | None) -> CustomerValue:
    first = min(its.days)
    return CustomerValue(
        on=today,
        purchases=len(its.days),
        first_on=first,
        last_on=max(its.days),
        spent_minor=its.sum_since(first),
        windows={days: its.sum_since(today - timedelta(days=days - 1)) for days in WINDOWS},
        expected=expected,
    )
