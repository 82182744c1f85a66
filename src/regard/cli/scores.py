from __future__ import annotations

from datetime import datetime

import click

from regard.cli.installation import with_database


@click.group()
def score() -> None:
    """Scores of customers."""


@score.command("run")
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    help="Show how many customers were in which band at this moment (UTC), and keep nothing.",
)  # fmt: skip
@with_database
def run_scores(slug: str, as_of: datetime | None) -> None:
    """Compute the health of all customers now, as every night does."""
    from regard.cli.score_text import say_bands, score_all  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    store = store_by_slug(slug)
    if as_of is None:
        score_all(store)
    else:
        say_bands(store, as_of)
