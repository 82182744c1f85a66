from __future__ import annotations

import click

from regard.cli.alerts import of_store
from regard.cli.installation import with_database


@click.group()
def programme() -> None:
    """Programmes of customers: advisory boards, beta tests and pre-launch tests."""


@programme.command("list")
@of_store
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_database
def list_programmes(slug: str, as_json: bool) -> None:
    """List the programmes, the latest first."""
    from regard.cli.programme_text import say_programmes  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_programmes(store_by_slug(slug), as_json=as_json)


@programme.command()
@click.argument("number", type=click.IntRange(min=1))
@of_store
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_database
def show(number: int, slug: str, as_json: bool) -> None:
    """Show programme NUMBER: its members, and what came of it."""
    from regard.cli.programme_text import say_programme  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_programme(store_by_slug(slug), number, as_json=as_json)
