"""Fitting the model of lifetime value on a store's history, judged before it is used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from regard.core.models import Store
from regard.lake.domain.reading import Lake, open_lake
from regard.predict.domain.fitted import keep_model
from regard.predict.domain.lifetime.histories import Histories, day_in
from regard.predict.domain.lifetime.holding_out import judge
from regard.predict.domain.lifetime.lake_histories import read_histories
from regard.predict.domain.lifetime.valuing import Fit, LifetimeModel, fit_lifetime_model, values_of
from regard.predict.models import FittedModel, ModelKind

LEAST_CUSTOMERS, LEAST_REPEATING = 500, 100
HELD_OUT_DAYS = (180, 90)  # the longer one where twice as much, and enough, remains before it
BEFORE = 2
LEAST_DAYS = (BEFORE + 1) * min(HELD_OUT_DAYS)


@dataclass(frozen=True)
class History:
    """What there is to fit on. priced: customers of known amounts. days: since the first purchase of all."""

    customers: int
    repeating: int
    priced: int
    days: int

    @property
    def is_enough(self) -> bool:
        return self.customers >= LEAST_CUSTOMERS and min(self.repeating, self.priced) >= LEAST_REPEATING


def fit_lifetime_value(store: Store, *, as_of: datetime) -> tuple[History, FittedModel | None]:
    """Fit on what the lake knows of purchases up to this moment, and keep the model with its card.

    It is in use if it did better than the mean of all on the last months, which were held out; see `judge`, and
    has a finite expectation of everybody. No
    model where there is too little history: the one in use before it, if any, stays.
    """
    today = day_in(store, as_of)
    with open_lake(store) as lake:
        histories = read_histories(lake, as_of=as_of, today=today, cut=today)
        history = history_of(histories)
        held_out = _judged(lake, history, as_of, today) if history.is_enough else None
    if held_out is None:
        return history, None
    fit = fit_lifetime_model(histories)
    did_better = held_out["did_better"] and fit.model.spending.has_mean and is_finite(fit.model, histories)
    model = keep_model(
        store=store,
        kind=ModelKind.LIFETIME_VALUE,
        as_of=as_of,
        parameters=fit.model.as_parameters(),
        card=card_of(histories, fit, today) | {"held_out": held_out, "did_better": did_better},
        in_use=did_better,
    )
    return history, model


def is_finite(model: LifetimeModel, histories: Histories) -> bool:
    """Whether the model has a finite expectation of everybody."""
    values = values_of(model, histories)
    return bool(np.isfinite(values.purchases).all() and np.isfinite(values.worth).all())


def history_of(histories: Histories) -> History:
    repeating, priced = (histories.repeats > 0).sum(), (~np.isnan(histories.mean)).sum()
    days = round(histories.age.max() * 7) if len(histories) else 0
    return History(len(histories), int(repeating), int(priced), days)


def _judged(lake: Lake, history: History, as_of: datetime, today: date) -> dict[str, Any] | None:
    """None where too little had been bought before any days that could be held out."""
    for days in HELD_OUT_DAYS:
        if history.days >= (BEFORE + 1) * days:
            cut = today - timedelta(days=days)
            before = read_histories(lake, as_of=as_of, today=today, cut=cut)
            if history_of(before).is_enough:
                return judge(before, days=days) | {"from": (cut + timedelta(days=1)).isoformat()}
    return None


def card_of(histories: Histories, fit: Fit, today: date) -> dict[str, Any]:
    """What a fit rests on, in plain values."""
    return {
        "customers": len(histories),
        "repeating": int((histories.repeats > 0).sum()),
        "purchases": int((histories.repeats + 1).sum()),
        "priced_customers": int((~np.isnan(histories.mean)).sum()),
        "first_on": (today - timedelta(days=round(histories.age.max() * 7))).isoformat(),
        "until": today.isoformat(),
        "buying_log_likelihood": fit.buying_likelihood,
        "spending_log_likelihood": fit.spending_likelihood,
    }
