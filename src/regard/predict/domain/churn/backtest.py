"""The churn model beside the weighted indicators and a plain baseline, at a moment whose outcome is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.models import Store
from regard.predict.domain.churn.fitting import fit_model
from regard.predict.domain.churn.inputs import Seen
from regard.predict.domain.churn.judging import Judged, did_better, judge
from regard.predict.domain.churn.logistic import ChurnModel
from regard.predict.domain.churn.outcomes import first_purchase_at
from regard.predict.domain.churn.training_set import Labelled, cutoffs_before, labelled_at
from regard.score.domain.churn.risk import churn_of
from regard.score.domain.columns import Numbers

WINDOW_DAYS = 90  # specification: whoever does not buy again within these has left
LEAST_MONTHS, LEAST_ROWS, LEAST_OF_EACH = 9, 1_000, 100
LEAST_CUTOFFS = 2  # one to fit on, one to calibrate on
MONTH = timedelta(days=30)
LEARNED, WEIGHTED, BASELINE = "learned", "weighted", "recency_frequency"
BASELINE_INPUTS = ("recency", "orders")


@dataclass(frozen=True)
class History:
    """What a model can be fitted on. months: from the first purchase to the last outcome, of thirty days; rows:
    customers at cut-offs; fewest: of those who left and those who stayed, the fewer."""

    months: int
    cutoffs: int = 0
    rows: int = 0
    fewest: int = 0

    @property
    def is_enough(self) -> bool:
        return (
            self.months >= LEAST_MONTHS
            and self.cutoffs >= LEAST_CUTOFFS
            and self.rows >= LEAST_ROWS
            and self.fewest >= LEAST_OF_EACH
        )


@dataclass(frozen=True)
class Backtest:
    """What a model fitted at `as_of` foresaw of the days after it.

    cutoffs: those it was fitted on, the last of which calibrated it. judged: by contender; without enough history
    there is no learned one, and without anybody who had bought there is none at all. model: the learned one.
    """

    as_of: datetime
    days: int
    history: History
    cutoffs: tuple[datetime, ...]
    judged: Mapping[str, Judged]
    model: ChurnModel | None = None

    @property
    def did_better(self) -> bool:
        return LEARNED in self.judged and did_better(self.judged[LEARNED], self.judged[WEIGHTED])


def backtest(
    store: Store,
    *,
    as_of: datetime | None = None,
    days: int = WINDOW_DAYS,
    read: dict[datetime, Seen] | None = None,
) -> Backtest:
    """Fit with what was known at a moment gone by, and judge by what happened in the days after it.

    as_of: without it, the last moment whose outcome is known. read: see `labelled_at`. Raises ValidationError
    for a moment too recent.
    """
    now = clock.now()
    as_of = as_of or now - timedelta(days=days)
    if as_of + timedelta(days=days) > now:
        latest = f"{now - timedelta(days=days):%Y-%m-%d}"
        said = _("What happened in the %(days)s days after it is not known yet; name %(latest)s or earlier.")
        raise ValidationError({"as_of": said % {"days": days, "latest": latest}})
    outcome = as_of + timedelta(days=days)
    history, labelled = labelled_history(store, known_at=as_of, until=outcome, days=days, read=read)
    [held_out] = labelled_at(store, [as_of], days=days, known_at=now, read=read)
    judged, model = {}, None
    if len(held_out.left):
        judged[WEIGHTED] = judge(_weighted_risks(held_out), held_out.left)
    if judged and history.is_enough:
        model = fit_model(labelled, days=days)
        baseline = fit_model(labelled, days=days, names=BASELINE_INPUTS)
        judged[BASELINE] = judge(baseline.risks(held_out.seen), held_out.left)
        judged[LEARNED] = judge(model.risks(held_out.seen), held_out.left)
    cutoffs = tuple(each.as_of for each in labelled)
    return Backtest(as_of, days, history, cutoffs, judged, model)


def labelled_history(
    store: Store, *, known_at: datetime, until: datetime, days: int, read: dict[datetime, Seen] | None = None
) -> tuple[History, Sequence[Labelled]]:
    """What was known at a moment to fit on; nothing is read where the store is too young at `until`. read: see
    `labelled_at`."""
    first = first_purchase_at(store)
    months = 0 if first is None else max(0, (until - first) // MONTH)
    if first is None or months < LEAST_MONTHS:
        return History(months), []
    moments = cutoffs_before(first, known_at=known_at, days=days)
    labelled = list(labelled_at(store, moments, days=days, known_at=known_at, read=read))
    history = History(months, len(labelled), sum(len(each.left) for each in labelled))
    return replace(history, fewest=_fewest(labelled)), labelled


def _fewest(labelled: Sequence[Labelled]) -> int:
    """Both those fitted on and those that calibrate need some of each."""
    if len(labelled) < LEAST_CUTOFFS:
        return 0
    fitted = np.concatenate([each.left for each in labelled[:-1]])
    parts = (fitted, labelled[-1].left)
    return min(int(min(left.sum(), (~left).sum())) for left in parts)


def _weighted_risks(labelled: Labelled) -> Numbers:
    """Of whom the indicators know nothing they flag nobody."""
    value: Numbers = churn_of(labelled.seen.features, labelled.as_of).value
    return np.nan_to_num(value) / 100
