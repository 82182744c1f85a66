from __future__ import annotations

import click

from regard.cli.installation import ACTOR, with_database


@click.command()
@click.option("--store", "slug", default="demo", show_default=True, help="Where to; made if it is not there.")
@click.option(
    "--customers", type=click.IntRange(10, 5_000), default=300, show_default=True, help="How many people."
)
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same store.")
@with_database
def demo(slug: str, customers: int, seed: int) -> None:
    """Fill a store with a year of made-up life, to look around in.

    What happened is imported like a shop's own files; what happens today comes in live, and two disappointed
    regulars raise an alert each.
    """
    from regard.cli.demo_store import fill_store  # noqa: PLC0415 - needs Django set up

    fill_store(slug, customers=customers, seed=seed, actor=ACTOR)
