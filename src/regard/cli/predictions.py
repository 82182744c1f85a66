from __future__ import annotations

import click

from regard.cli.installation import with_database


@click.group()
def predict() -> None:
    """Models that are fitted on a store's own history."""


@predict.command("fit")
@click.option("--store", "slug", required=True, help="The store's short name.")
@with_database
def fit(slug: str) -> None:
    """Fit the model of lifetime value now, and compute the values of all customers, as nights do."""
    from regard.cli.prediction_text import fit_lifetime  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    fit_lifetime(store_by_slug(slug))


@predict.command("models")
@click.option("--store", "slug", required=True, help="The store's short name.")
@with_database
def models(slug: str) -> None:
    """List the models of a store, the newest first: the last fifty."""
    from regard.cli.prediction_text import say_models  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_models(store_by_slug(slug))
