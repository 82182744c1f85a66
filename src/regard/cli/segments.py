from __future__ import annotations

import click

from regard.cli.installation import with_database


@click.group()
def segment() -> None:
    """Segments: questions about customers, such as "orders >= 2 and nps <= 6"."""


@segment.command()
@click.argument("text")
@click.option("--store", "slug", required=True, help="The store's short name.")
@with_database
def count(text: str, slug: str) -> None:
    """Count the customers who are in the segment TEXT now. An empty TEXT means everybody."""
    from regard.cli.segment_text import say_count  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_count(store_by_slug(slug), text)


@segment.command("list")
@click.option("--store", "slug", required=True, help="The store's short name.")
@with_database
def list_segments(slug: str) -> None:
    """List the saved and the ready-made segments: how many customers each has, its name, its filter."""
    from regard.cli.segment_text import say_segments  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_segments(store_by_slug(slug))


@segment.command()
@with_database
def fields() -> None:
    """List the fields that a segment may ask, each with its type and what it means."""
    from regard.cli.segment_text import say_fields  # noqa: PLC0415 - needs Django set up

    say_fields()


@segment.command()
@click.argument("text")
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option(
    "--without-personal-data", "anonymous", is_flag=True,
    help="No names, addresses, phones, tags or exact times; customers have made-up ids.",
)  # fmt: skip
@with_database
def export(text: str, slug: str, anonymous: bool) -> None:
    """Write the customers in the segment TEXT to the standard output, as CSV. An empty TEXT means everybody."""
    from regard.cli.segment_text import write_customers  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    write_customers(store_by_slug(slug), text, anonymous=anonymous)
