from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from regard.cli.installation import with_database

MONTH = click.DateTime(["%Y-%m"])


@click.group()
def costs() -> None:
    """What a store spends, by month and kind."""


@costs.command("list")
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@with_database
def list_costs(*, slug: str, as_json: bool) -> None:
    """List what was told, the last month first."""
    from regard.cli.cost_text import say_costs  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_costs(store_by_slug(slug), as_json=as_json)


# An amount below 0 is no option, and is refused in words.
@costs.command("set", context_settings={"ignore_unknown_options": True})
@click.argument("month", type=MONTH, metavar="YYYY-MM")
@click.argument("kind")
@click.argument("amount", required=False)
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option("--remove", is_flag=True, help="Take away what was told.")
@with_database
def set_cost(*, month: datetime, kind: str, amount: str | None, slug: str, remove: bool) -> None:
    """Say what was spent: AMOUNT in the currency's major unit, such as 1200.50."""
    from regard.cli.cost_text import change_cost  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    if (amount is None) != remove:
        raise click.UsageError("Give an AMOUNT, or --remove.")
    change_cost(store_by_slug(slug), month.date(), kind, amount)


@costs.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--store", "slug", required=True, help="The store's short name.")
@with_database
def import_file(*, file: Path, slug: str) -> None:
    """Read costs from a CSV file with the heading month,kind,amount; bad lines are rejected and said."""
    from regard.cli.cost_text import import_and_say  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    import_and_say(store_by_slug(slug), file.read_bytes())
