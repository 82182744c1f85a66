from __future__ import annotations

import click

from regard.cli.installation import ACTOR, read_config, with_database

MADE_UP = "made-up"  # folder of the data folder that notes which stores are made up, and how

store_option = click.option(
    "--store", "slug", default="demo", show_default=True, help="Where to; made if it is not there."
)
customers_option = click.option(
    "--customers", type=click.IntRange(10, 100_000), default=3_000, show_default=True, help="How many people."
)
seed_option = click.option(
    "--seed",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    help="The same seed makes the same people.",
)


@click.command()
@store_option
@customers_option
@seed_option
@with_database
def demo(slug: str, customers: int, seed: int) -> None:
    """Fill a store with a year of made-up life, to look around in.

    The past is imported like a shop's own files and causes no message; what happened in the last five days comes
    in as if it just had, and raises alerts. A fill that was broken off goes on where it stopped.
    """
    from regard.cli.demo_store import fill_store  # noqa: PLC0415 - needs Django set up

    folder = read_config().data_folder / MADE_UP
    fill_store(slug, customers=customers, seed=seed, actor=ACTOR, folder=folder)
