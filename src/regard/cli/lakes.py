from __future__ import annotations

import json
from dataclasses import asdict

import click

from regard.cli.installation import with_database


@click.group()
def lake() -> None:
    """The analytical copy of a store's facts, from which metrics are computed."""


@lake.command("refresh")
@click.option("--store", "slug", required=True, help="The store's short name.")
@with_database
def refresh(slug: str) -> None:
    """Bring the copy up to this moment; while Regard runs, that happens every minute."""
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415 - needs Django set up
    from regard.lake.domain.refresh import refresh_lake  # noqa: PLC0415

    done = refresh_lake(store_by_slug(slug))
    click.echo(
        f"The lake of {slug} is as of {done.at:%Y-%m-%d %H:%M:%S} UTC: {done.rows:,} rows written anew."
    )


@lake.command("tables")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with the columns.")
@with_database
def show_tables(*, as_json: bool) -> None:
    """List the tables, and what a row of each is."""
    from regard.lake.domain.tables import TABLES  # noqa: PLC0415

    if as_json:
        click.echo(json.dumps([asdict(table) for table in TABLES.values()], indent=2))
    else:
        for table in TABLES.values():
            click.echo(f"{table.name:<16}{table.grain}")
