"""`regard sim`: the made-up store by itself."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from regard.cli.demo import local_intake
from regard.cli.installation import ACTOR, read_config, with_database
from regard.cli.supervisor import stop_on_signals
from regard.core import clock
from regard.sim.plan import Plan, plan_until

customers_option = click.option(
    "--customers",
    type=click.IntRange(1, 10_000_000),
    default=10_000,
    show_default=True,
    help="How many people.",
)
seed_option = click.option(
    "--seed",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    help="The same seed makes the same people.",
)
until_option = click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help="The day on which the year ends, UTC. Default: today."
)
processes_option = click.option(
    "--processes",
    type=click.IntRange(1, 512),
    help="How many work at it. Default: one a core. It changes no byte.",
)
folder_argument = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))


@click.group()
def sim() -> None:
    """A made-up store with known truth: make its past, show what is hidden of it, let it live."""


@sim.command()
@customers_option
@seed_option
@until_option
@processes_option
@folder_argument
def make(customers: int, seed: int, until: datetime | None, processes: int | None, folder: Path) -> None:
    """Write a year of a store into FOLDER, as Parquet files. `regard sim load` brings them in.

    The same seed, day and number of customers give the same bytes.
    """
    from regard.sim.files import write_past  # noqa: PLC0415 - only these commands need it

    rows = _written(write_past, _plan(customers, seed, until), folder, processes)
    click.echo(f"{sum(rows.values()):,} events of {customers:,} customers in {folder}")


@sim.command()
@customers_option
@seed_option
@until_option
@processes_option
@folder_argument
def truth(customers: int, seed: int, until: datetime | None, processes: int | None, folder: Path) -> None:
    """Write what is hidden of the same store into FOLDER: people.parquet, orders.parquet, story.json.

    Traits of people, what each order did to them, who was treated in the trial, the dates of the story, and the
    size of every cause.
    """
    from regard.sim.files import write_truth  # noqa: PLC0415 - see make

    rows = _written(write_truth, _plan(customers, seed, until), folder, processes)
    click.echo(f"The truth of {rows['people']:,} customers and {rows['orders']:,} orders in {folder}")


@sim.command()
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_database
def load(slug: str, folder: Path) -> None:
    """Bring the files that `regard sim make` wrote into a store, as history.

    Running it again changes nothing and goes on where it was broken off. Profiles are formed by the workers.
    """
    from regard.cli.demo_store import load_past  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415
    from regard.sim.files import PLAN  # noqa: PLC0415

    if not (folder / PLAN).exists():
        raise click.ClickException(f"{folder} holds no whole store; make one with: regard sim make {folder}")
    click.echo(f"{load_past(store_by_slug(slug), folder, actor=ACTOR):,} new events")


@sim.command("live")
@click.option("--store", "slug", default="demo", show_default=True, help="A store that `regard demo` filled.")
@click.option(
    "--speed",
    type=click.FloatRange(0, 1_000_000, min_open=True),
    default=1.0,
    show_default=True,
    help="Seconds of the store's time in a second.",
)
@click.option(
    "--per-second",
    type=click.IntRange(1, 10_000),
    default=1_000,
    show_default=True,
    help="Calls that are sent at the most; the rest waits.",
)
@click.option("--seconds", type=click.FloatRange(0), help="Stop after so long. Default: Ctrl-C stops it.")
@click.option("--to", "address", help="Address of the intake. Default: the one on this machine.")
@with_database
def live_command(
    *, slug: str, speed: float, per_second: int, seconds: float | None, address: str | None
) -> None:
    """Let the people of a made-up store live on: what lies ahead of them comes in over the public API.

    It goes on where it was stopped. What happened since then is told first; at a speed above one all that follows
    happens earlier than it would have. Their lives are made for half a year ahead.
    """
    from regard.cli.demo_store import live_on  # noqa: PLC0415 - needs Django set up
    from regard.sim.live import Pace  # noqa: PLC0415

    settings = read_config()
    sent = live_on(
        slug,
        address=(address or local_intake(settings)).rstrip("/"),
        data_folder=settings.data_folder,
        pace=Pace(speed, per_second),
        seconds=seconds,
        stop=stop_on_signals(),
    )
    click.echo(f"{sent:,} calls sent")


def _plan(customers: int, seed: int, until: datetime | None) -> Plan:
    """Without a day the year ends today at midnight, so that a day's runs give the same bytes."""
    day = until or clock.now().replace(hour=0, minute=0)
    return plan_until(day.replace(tzinfo=UTC), seed=seed, customers=customers)


def _written(
    write: Callable[..., dict[str, int]], plan: Plan, folder: Path, processes: int | None
) -> dict[str, int]:
    def tell(cells: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{cells} of {plan.cells} parts", nl=cells == plan.cells, err=True)

    return write(plan, folder, processes=processes or os.cpu_count() or 1, progress=tell)
