"""Churn risks and how well they did, as commands show them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import click

from regard.core.models import Store
from regard.predict.domain.churn.backtest import (
    LEAST_MONTHS,
    LEAST_OF_EACH,
    LEAST_ROWS,
    Backtest,
    History,
    backtest,
)
from regard.predict.domain.churn.judging import Judged
from regard.predict.domain.churn.learning import churn_model_in_use, learn_churn, plain_backtest
from regard.predict.domain.churn.predicting import predict_all
from regard.score.domain.churn.risk import ROUTED_ABOVE

NAMES = {"learned": "learned", "weighted": "weighted", "recency_frequency": "recency and frequency"}


def say_backtest(store: Store, *, as_of: datetime | None, days: int, as_json: bool) -> None:
    """Raises ValidationError for a moment whose outcome is not known yet."""
    tested = backtest(store, as_of=as_of, days=days)
    if as_json:
        click.echo(json.dumps(plain_backtest(tested), indent=2))
        return
    _say_backtest(tested)


def _say_backtest(tested: Backtest) -> None:
    click.echo(f"As of {tested.as_of:%Y-%m-%d}: who will not buy within {tested.days} days?")
    if not tested.judged:
        click.echo("Nobody had bought anything by then.")
        return
    some = next(iter(tested.judged.values()))
    click.echo(f"{some.n:,} customers had bought by then; {some.left_share:.1%} of them did not buy again.")
    click.echo(
        f"{'risk':<22} {'AUC':>6} {'riskiest tenth':>15} {f'over {ROUTED_ABOVE}%':>9} {'precision':>10}"
        f" {'recall':>7} {'Brier':>7} {'calibration error':>18}"
    )
    for name, label in NAMES.items():
        if name in tested.judged:
            click.echo(_line(label, tested.judged[name]))
    click.echo(_verdict(tested))


def _line(label: str, judged: Judged) -> str:
    flagged = judged.flagged
    return (
        f"{label:<22} {_number(judged.auc)} {judged.riskiest:>15.1%} {flagged.n:>9,}"
        f" {_share(flagged.precision, 10)} {_share(flagged.recall, 7)} {judged.brier:>7.4f} {judged.ece:>18.4f}"
    )


def _number(value: float | None) -> str:
    return f"{'-':>6}" if value is None else f"{value:>6.3f}"


def _share(value: float | None, width: int) -> str:
    return f"{'-':>{width}}" if value is None else f"{value:>{width}.1%}"


def _verdict(tested: Backtest) -> str:
    if tested.model is None:
        return f"{lacking_text(tested.history)} The weighted risk is used."
    if tested.did_better:
        return "The learned risk did better than the weighted one."
    return "The learned risk did not do better than the weighted one, which is used."


def lacking_text(history: History) -> str:
    """What a store lacks to learn from, and what there is."""
    return (
        f"Too little history to learn from: it takes {LEAST_MONTHS} months, {LEAST_ROWS:,} customers at past "
        f"moments, {LEAST_OF_EACH} of them who left and as many who stayed; there are {history.months} months, "
        f"{history.rows:,} customers, and {history.fewest:,} of the fewer."
    )


def learn_now(store: Store, *, days: int | None) -> None:
    history, kept = learn_churn(store, days=days)
    if kept is None:
        click.echo(f"{lacking_text(history)} The weighted risk stays in use.")
        return
    judged: dict[str, Any] = kept.card["held_out"]["judged"]
    for name, label in NAMES.items():
        auc = judged[name]["auc"]
        click.echo(f"{label:<22} AUC {_number(auc)}, riskiest tenth {judged[name]['riskiest']:.1%}")
    found = churn_model_in_use(store)
    if found is None:
        click.echo("The learned risk did not do better on time held out; the weighted one is used.")
        return
    click.echo(f"It did better on time held out and is used: {predict_all(store, *found):,} customers.")
