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
