"""A logistic regression on a customer's inputs, in plain numbers: evaluated here, fitted in `fitting`.

Each input adds to the log-odds of leaving by itself, so that a risk is told as a sum. On the data that we could
measure, boosted trees were no better at it: see docs/churn.md and `python -m bench churn`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from regard.predict.domain.churn.inputs import Seen, Shape, inputs_of
from regard.score.domain.columns import Numbers


@dataclass(frozen=True)
class Term:
    """What an input adds. centres, spreads, weights: of each function that its shape makes of it; known_share: of
    the customers of whom it is known, and known_weight what knowing it adds."""

    name: str
    shape: Shape
    centres: tuple[float, ...]
    spreads: tuple[float, ...]
    weights: tuple[float, ...]
    known_share: float = 1.0
    known_weight: float = 0.0


@dataclass(frozen=True)
class ChurnModel:
    """days: the window in which somebody who leaves does not buy. level: log-odds of the average customer.

    slope, shift: what calibration on a later time made of the log-odds: slope x log-odds + shift.
    """

    days: int
    terms: tuple[Term, ...]
    level: float
    slope: float = 1.0
    shift: float = 0.0

    @property
    def names(self) -> list[str]:
        return [term.name for term in self.terms]

    @property
    def base(self) -> float:
        """The risk of the average customer, as a share."""
        return float(share_of(np.array(self.slope * self.level + self.shift)))

    def values(self, seen: Seen) -> Numbers:
        """The inputs, shape (customers, inputs); NaN where not known."""
        return inputs_of(seen, self.names)

    def added(self, seen: Seen) -> Numbers:
        """What each input adds to the calibrated log-odds of `base`, shape (customers, inputs)."""
        known = self.values(seen)
        parts = [added_by(term, known[:, place]) for place, term in enumerate(self.terms)]
        return self.slope * np.column_stack(parts) if parts else known

    def risks(self, seen: Seen) -> Numbers:
        """The risk of each customer, as a share."""
        return share_of(self.slope * self.level + self.shift + self.added(seen).sum(axis=1))


def shaped(values: Numbers, shape: Shape) -> Numbers:
    """Shape (customers, functions): what a model takes of an input."""
    if shape == "plain":
        return values[:, None]
    logs = np.sign(values) * np.log1p(np.abs(values))
    return np.column_stack([logs, logs**2]) if shape == "curved" else logs[:, None]


def added_by(term: Term, values: Numbers) -> Numbers:
    """To the log-odds, before calibration. What is not known adds only that it is not."""
    known = ~np.isnan(values)
    scaled = (shaped(values, term.shape) - np.array(term.centres)) / np.array(term.spreads)
    of_value = np.where(known, scaled @ np.array(term.weights), 0.0)
    added: Numbers = of_value + term.known_weight * (known - term.known_share)
    return added


def share_of(log_odds: Numbers) -> Numbers:
    """The logistic function, without overflow."""
    half: Numbers = 0.5 * (1 + np.tanh(log_odds / 2))
    return half


def points_of(model: ChurnModel, added: Numbers) -> Numbers:
    """What each input adds in points of a hundred, shape as `added`; of a customer they and the base add up to
    the risk.

    Points follow from log-odds by one factor a customer, the slope of the line from the average customer's risk to
    theirs; where both are the same, that of the curve there.
    """
    total, base = added.sum(axis=1), model.base
    risk = share_of(model.slope * model.level + model.shift + total)
    same = np.abs(total) < 1e-9
    factor = np.where(same, base * (1 - base), (risk - base) / np.where(same, 1, total))
    points: Numbers = 100 * added * factor[:, None]
    return points


def plain_model(model: ChurnModel) -> dict[str, Any]:
    """As it is kept; `churn_model_of` reads it."""
    return asdict(model)


def churn_model_of(kept: dict[str, Any]) -> ChurnModel:
    """Raises KeyError or TypeError for what `plain_model` did not write."""
    terms = [Term(**{name: _tuple(value) for name, value in term.items()}) for term in kept["terms"]]
    return ChurnModel(kept["days"], tuple(terms), kept["level"], kept["slope"], kept["shift"])


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
