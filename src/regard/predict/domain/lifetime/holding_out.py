"""How well a model foresees time that it has not seen, beside plain rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from regard.predict.domain.lifetime.histories import Histories, Numbers
from regard.predict.domain.lifetime.valuing import fit_lifetime_model, values_of

PARTS = 10


@dataclass(frozen=True)
class Foreseen:
    """Purchases and their worth in minor units, as somebody foresees them; a row a customer."""

    purchases: Numbers
    worth: Numbers


def judge(histories: Histories, *, days: int) -> dict[str, Any]:
    """A model fitted on what came before the days held out, against what happened in them.

    Gives plain values: `did_better` says whether its squared error is less than that of the mean of all, for
    purchases and for their worth. The squared error, since that of a true expectation is the least; the mean
    absolute error, told besides, is least for a constant 0 wherever most customers buy nothing.
    """
    weeks = days / 7
    model = fit_lifetime_model(histories).model
    values = values_of(model, histories, weeks=weeks)
    told = {
        "model": Foreseen(values.purchases, values.worth),
        "mean": _mean_of_all(histories, weeks),
        "pace": _own_pace(histories, weeks),
    }
    actual = Foreseen(histories.later, histories.later_spent)
    errors = {name: _errors(foreseen, actual) for name, foreseen in told.items()}
    return {
        "days": days,
        "customers": len(histories),
        "actual": _sums(actual),
        "expected": {name: _sums(foreseen) for name, foreseen in told.items()},
        "errors": errors,
        "parts": _parts(told["model"], actual),
        "did_better": model.spending.has_mean
        and all(errors["model"][name] < errors["mean"][name] for name in ("purchases_rms", "worth_rms")),
    }


def _mean_of_all(histories: Histories, weeks: float) -> Foreseen:
    """Everybody buys as often, and for as much, as all did on average since they first bought."""
    rate = histories.repeats.sum() / max(histories.age.sum(), 1.0)
    purchases = np.full(len(histories), rate * weeks)
    return Foreseen(purchases, purchases * _mean_amount(histories))


def _own_pace(histories: Histories, weeks: float) -> Foreseen:
    """Everybody goes on buying as often, and for as much, as they did themselves."""
    purchases = histories.repeats / np.maximum(histories.age, 1.0) * weeks
    amount = np.where(np.isnan(histories.mean), _mean_amount(histories), histories.mean)
    return Foreseen(purchases, purchases * amount)


def _mean_amount(histories: Histories) -> float:
    return float(np.nansum(histories.spent) / max(histories.priced.sum(), 1.0))


def _errors(foreseen: Foreseen, actual: Foreseen) -> dict[str, float]:
    purchases, worth = foreseen.purchases - actual.purchases, foreseen.worth - actual.worth
    return {
        "purchases_rms": float(np.sqrt(np.mean(purchases**2))),
        "purchases_mean": float(np.mean(np.abs(purchases))),
        "worth_rms": float(np.sqrt(np.mean(worth**2))),
        "worth_mean": float(np.mean(np.abs(worth))),
    }


def _sums(told: Foreseen) -> dict[str, float]:
    return {"purchases": float(told.purchases.sum()), "worth": float(told.worth.sum())}


def _parts(foreseen: Foreseen, actual: Foreseen) -> list[dict[str, float]]:
    """Means of ten equal parts of the customers, those of whom the most is expected first."""
    order = np.argsort(-foreseen.worth, kind="stable")
    return [
        {
            "customers": len(some),
            "expected_purchases": float(foreseen.purchases[some].mean()),
            "actual_purchases": float(actual.purchases[some].mean()),
            "expected_worth": float(foreseen.worth[some].mean()),
            "actual_worth": float(actual.worth[some].mean()),
        }
        for some in np.array_split(order, PARTS)
    ]
