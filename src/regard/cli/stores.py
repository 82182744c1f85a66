from __future__ import annotations

import click

from regard.cli.installation import ACTOR, with_database


@click.group()
def store() -> None:
    """Stores: an installation holds any number, each apart from the others."""


@store.command()
@click.argument("slug")
@click.option(
    "--currency", required=True, help="ISO 4217 code, such as EUR. Money is reported in it, for good."
)
@click.option("--name", default="", help="The name people see. Default: the short name.")
@click.option(
    "--time-zone", default="UTC", show_default=True, help="Days are cut in it, such as Europe/Berlin."
)
@click.option("--language", default="en", show_default=True, help="Of the store's customers.")
@click.option(
    "--country", default="", help="Two letters, such as DE: how phone numbers without a prefix are read."
)
@with_database
def create(*, slug: str, currency: str, name: str, time_zone: str, language: str, country: str) -> None:
    """Create the store SLUG: a short name of small letters, digits and hyphens."""
    from regard.core.domain.stores import create_store  # noqa: PLC0415 - needs Django set up

    made = create_store(
        slug=slug,
        currency=currency,
        name=name,
        time_zone=time_zone,
        language=language,
        country=country,
        actor=ACTOR,
    )
    click.echo(f"Store {made.slug} is there, in {made.currency}. Give somebody access:")
    click.echo(f"  regard member invite you@example.com --role owner --store {made.slug}")


@store.command("list")
@with_database
def list_stores() -> None:
    """List the stores."""
    from regard.core.models import Store  # noqa: PLC0415 - needs Django set up

    for row in Store.objects.order_by("slug"):
        click.echo(f"{row.slug}\t{row.currency}\t{row.time_zone}\t{row.name}")
