"""Fitting the churn model on customers of moments gone by, and calibrating it on a later moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np

from regard.predict.domain.churn.inputs import INPUTS, SEASONAL, inputs_of
from regard.predict.domain.churn.logistic import ChurnModel, Term, added_by, shaped
from regard.predict.domain.churn.training_set import Labelled
from regard.score.domain.columns import Chosen, Numbers

STRENGTH = 0.1  # inverse of the penalty on squared weights, of inputs brought to one scale
LONG_ENOUGH = timedelta(days=365)  # from the first moment to the last, to learn what a season does
RARE = 1e-9


def fit_model(labelled: Sequence[Labelled], *, days: int, names: Sequence[str] = ()) -> ChurnModel:
    """Fit on all moments but the last, which calibrates.

    labelled: ascending, two at least, with some who left and some who stayed among both.
    names: of the inputs; without them, all that say anything.
    """
    *earlier, last = labelled
    model = _fit(earlier, names or _names(earlier), days)
    slope, shift = _calibration(_log_odds(model, last), last.left)
    return replace(model, slope=slope, shift=shift)


def _fit(labelled: Sequence[Labelled], names: Sequence[str], days: int) -> ChurnModel:
    left = np.concatenate([each.left for each in labelled])
    values = np.vstack([inputs_of(each.seen, names) for each in labelled])
    terms = [_scaled_term(name, values[:, place]) for place, name in enumerate(names)]
    chosen = [place for place, term in enumerate(terms) if _says_anything(term)]
    terms = [terms[place] for place in chosen]
    columns = np.empty((len(left), sum(len(term.centres) + 1 for term in terms)))
    end = 0
    for term, place in zip(terms, chosen, strict=True):  # in place, or they would take twice as much
        start, end = end, end + len(term.centres) + 1
        columns[:, start:end] = _columns(term, values[:, place])
    del values
    level, weights = _regression(columns, left)
    return ChurnModel(days, tuple(_weighted(terms, weights)), level)


def _names(labelled: Sequence[Labelled]) -> list[str]:
    is_long = labelled[-1].as_of - labelled[0].as_of >= LONG_ENOUGH
    return [name for name in INPUTS if is_long or name not in SEASONAL]


def _scaled_term(name: str, values: Numbers) -> Term:
    """The term without weights: what an input is on average, and how far it spreads."""
    shape = INPUTS[name].shape
    known = values[~np.isnan(values)]
    functions = shaped(known, shape)
    if not len(known):
        functions = np.zeros((1, functions.shape[1]))
    spreads = functions.std(axis=0)
    spreads = np.where(spreads > RARE, spreads, 1.0)
    nothing = (0.0,) * functions.shape[1]
    share = len(known) / max(len(values), 1)
    return Term(name, shape, tuple(functions.mean(axis=0).tolist()), tuple(spreads.tolist()), nothing, share)


def _says_anything(term: Term) -> bool:
    """Not so where it is known of nobody, or the same of everybody."""
    is_constant = all(spread == 1.0 for spread in term.spreads)
    return 0 < term.known_share < 1 or (term.known_share > 0 and not is_constant)


def _columns(term: Term, values: Numbers) -> Numbers:
    """What the regression sees of an input: its functions on one scale, and whether it is known at all."""
    known = ~np.isnan(values)
    scaled = (shaped(values, term.shape) - np.array(term.centres)) / np.array(term.spreads)
    return np.column_stack([np.where(known[:, None], scaled, 0.0), known - term.known_share])


def _regression(columns: Numbers, left: Chosen) -> tuple[float, list[float]]:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - takes a second, and few fit

    found = LogisticRegression(C=STRENGTH, max_iter=2_000, tol=1e-8).fit(columns, left)
    return float(found.intercept_[0]), found.coef_[0].tolist()


def _weighted(terms: Sequence[Term], weights: Sequence[float]) -> list[Term]:
    rest = list(weights)
    found = []
    for term in terms:
        size = len(term.centres)
        found.append(replace(term, weights=tuple(rest[:size]), known_weight=rest[size]))
        rest = rest[size + 1 :]
    return found


def _log_odds(model: ChurnModel, labelled: Labelled) -> Numbers:
    values = inputs_of(labelled.seen, model.names)
    added = [added_by(term, values[:, place]) for place, term in enumerate(model.terms)]
    total: Numbers = model.level + np.sum(added, axis=0)
    return total


def _calibration(log_odds: Numbers, left: Chosen) -> tuple[float, float]:
    """After Platt: the line through the log-odds that fits best what happened later."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - as above

    found = LogisticRegression(C=1e6, max_iter=1_000).fit(log_odds[:, None], left)
    return float(found.coef_[0, 0]), float(found.intercept_[0])
