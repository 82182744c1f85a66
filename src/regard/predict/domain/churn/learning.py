"""A store's churn model: fitted anew each week, and taken into use only where it did better on time held out."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from regard.core import clock
from regard.core.models import Store
from regard.predict.domain.churn.backtest import WINDOW_DAYS, Backtest, History, backtest, labelled_history
from regard.predict.domain.churn.fitting import fit_model
from regard.predict.domain.churn.inputs import Seen
from regard.predict.domain.churn.keeping import forget_risks
from regard.predict.domain.churn.logistic import ChurnModel, churn_model_of, plain_model
from regard.predict.domain.churn.told import judge_told
from regard.predict.domain.fitted import keep_model, latest_model, model_in_use
from regard.predict.models import FittedModel, ModelKind

EVERY = timedelta(days=7)


def learn_churn(store: Store, *, days: int | None = None) -> tuple[History, FittedModel | None]:
    """Fit on all that is known by now, judge the same on the last days, and keep the model with its card.

    days: the window in which somebody who leaves does not buy; without it, that of the model before. No model
    where there is too little history: the one in use before it, if any, stays.
    """
    now = clock.now()
    before = latest_model(store, ModelKind.CHURN)
    days = days or (int(before.card["days"]) if before else WINDOW_DAYS)
    read: dict[datetime, Seen] = {}  # most moments of the one are those of the other
    tested = backtest(store, as_of=now - timedelta(days=days), days=days, read=read)
    history, labelled = labelled_history(store, known_at=now, until=now, days=days, read=read)
    if tested.model is None or not history.is_enough:
        return tested.history, None
    read.clear()  # what only the test had
    fitted = fit_model(labelled, days=days)
    card = _card(tested, history, [each.as_of.isoformat() for each in labelled])
    told = judge_told(store, now=now, days=days)
    card["told"] = None if told is None else asdict(told)
    with transaction.atomic():  # killed in between, risks would stay of a model that is not in use
        kept = keep_model(
            store=store,
            kind=ModelKind.CHURN,
            as_of=now,
            parameters=plain_model(fitted),
            card=card,
            in_use=tested.did_better,
        )
        if not kept.in_use:
            forget_risks(store)
    return history, kept


def is_due(store: Store) -> bool:
    """Whether a week has passed since a model was fitted last, if any was."""
    fitted = FittedModel.objects.filter(store=store, kind=ModelKind.CHURN)
    return not fitted.filter(fitted_at__gt=clock.now() - EVERY + timedelta(hours=1)).exists()


def churn_model_in_use(store: Store) -> tuple[FittedModel, ChurnModel] | None:
    """The learned model, or None where the weighted indicators are used."""
    kept = model_in_use(store, ModelKind.CHURN)
    return None if kept is None else (kept, churn_model_of(kept.parameters))


def _card(tested: Backtest, history: History, cutoffs: list[str]) -> dict[str, Any]:
    """What a model was fitted on, and how one fitted in the same way did on the last days, as plain values."""
    return {
        "days": tested.days,
        "history": asdict(history),
        "cutoffs": cutoffs,
        "did_better": tested.did_better,
        "held_out": plain_backtest(tested),
    }


def plain_backtest(tested: Backtest) -> dict[str, Any]:
    """As a card keeps it and commands print it."""
    return {
        "as_of": tested.as_of.isoformat(),
        "days": tested.days,
        "history": asdict(tested.history),
        "cutoffs": [moment.isoformat() for moment in tested.cutoffs],
        "judged": {name: asdict(judged) for name, judged in tested.judged.items()},
        "did_better": tested.did_better,
    }
