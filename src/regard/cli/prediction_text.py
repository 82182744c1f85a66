"""Models as commands show them."""

from __future__ import annotations

import click

from regard.core.models import Store
from regard.predict.domain.fitted import models_for_viewer
from regard.predict.domain.lifetime.fitting import LEAST_CUSTOMERS, LEAST_DAYS, LEAST_REPEATING, History
from regard.predict.domain.lifetime.nightly import refresh_lifetime
from regard.predict.models import FittedModel

SHOWN = 50


def fit_lifetime(store: Store) -> None:
    done = refresh_lifetime(store, always_fit=True)
    if done.model is not None:
        click.echo(_told(done.model))
    elif done.history is not None:
        click.echo(_too_little(done.history))
    click.echo(f"Values are computed of all who bought: {done.customers:,}.")


def say_models(store: Store) -> None:
    found = models_for_viewer(store=store, cursor="", limit=SHOWN).rows
    for model in found:
        state = "in use" if model.in_use else "not in use"
        click.echo(
            f"{model.pk:>6}  {model.get_kind_display():<15} fitted {model.fitted_at:%Y-%m-%d %H:%M}  {state}"
        )
    if not found:
        click.echo("No model has been fitted yet.")


def _told(model: FittedModel) -> str:
    held = model.card["held_out"]
    errors = held["errors"]
    verdict = "It is in use." if model.in_use else "It did no better than the mean, and is not used."
    return (
        f"Model {model.pk} is fitted on {model.card['customers']:,} customers. In {held['days']} days held out it "
        f"expected {held['expected']['model']['purchases']:,.0f} purchases; there were "
        f"{held['actual']['purchases']:,.0f}. Root mean squared error {errors['model']['purchases_rms']:.3f}, "
        f"of the mean of everybody {errors['mean']['purchases_rms']:.3f}. {verdict}"
    )


def _too_little(history: History) -> str:
    return (
        f"There is too little history. Customers: {history.customers:,} of {LEAST_CUSTOMERS:,} needed; "
        f"came back: {history.repeating:,} of {LEAST_REPEATING:,}; "
        f"with amounts: {history.priced:,} of {LEAST_REPEATING:,}; days: {history.days:,} of {LEAST_DAYS:,}. "
        "As many customers are needed before the days that are held out."
    )
