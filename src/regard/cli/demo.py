from __future__ import annotations

import click

from regard.cli.installation import ACTOR, read_config, with_database
from regard.cli.made_up import CUSTOMERS, SEED, MadeUp
from regard.cli.supervisor import stop_on_signals
from regard.core.config import Config

store_option = click.option(
    "--store", "slug", default="demo", show_default=True, help="Where to; made if it is not there."
)
customers_option = click.option(
    "--customers",
    type=click.IntRange(10, 100_000),
    default=CUSTOMERS,
    show_default=True,
    help="How many people.",
)
seed_option = click.option(
    "--seed",
    type=click.IntRange(0),
    default=SEED,
    show_default=True,
    help="The same seed makes the same people.",
)


@click.command()
@store_option
@customers_option
@seed_option
@click.option(
    "--live", is_flag=True, help="Let it live on afterwards, at the pace of life, until it is stopped."
)
@with_database
def demo(slug: str, customers: int, seed: int, live: bool) -> None:
    """Fill a store with a year of made-up life, to look around in.

    The past is imported like a shop's own files and causes no message; what happened in the last five days comes
    in as if it just had, and raises alerts. A fill that was broken off goes on where it stopped.
    """
    from regard.cli.demo_store import fill_store, live_on  # noqa: PLC0415 - needs Django set up
    from regard.sim.live import Pace  # noqa: PLC0415

    settings = read_config()
    if not (live and MadeUp(settings.data_folder, slug).is_filled):
        fill_store(slug, customers=customers, seed=seed, actor=ACTOR, data_folder=settings.data_folder)
    if live:
        live_on(
            slug,
            address=local_intake(settings),
            data_folder=settings.data_folder,
            pace=Pace(tick=5.0),
            seconds=None,
            stop=stop_on_signals(),
        )


def local_intake(settings: Config) -> str:
    """Where the intake listens, seen from this machine."""
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - compared, not bound
    return f"http://{host}:{settings.intake_port}"
