"""What customers write, on the command line."""

from __future__ import annotations

import click

from regard.cli.installation import with_database


@click.group()
def feedback() -> None:
    """What customers write: texts, and the themes they speak of."""


@feedback.command("themes")
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option(
    "--days", type=click.IntRange(1, 3_660), default=91, show_default=True, help="How far back from now."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on each line.")
@with_database
def list_themes(slug: str, days: int, as_json: bool) -> None:
    """List what customers speak of, the most frequent first: texts, negative ones, those of the days before."""
    from regard.cli.feedback_text import say_themes  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_themes(store_by_slug(slug), days=days, as_json=as_json)


@feedback.command("texts")
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option(
    "--feeling", type=click.Choice(["negative", "neutral", "positive", "unknown"]), help="Only these."
)
@click.option("--intent", default="", help="Only those that want this, such as refund.")
@click.option(
    "--limit", type=click.IntRange(1, 1_000), default=20, show_default=True, help="How many at most."
)
@with_database
def list_texts(slug: str, feeling: str | None, intent: str, limit: int) -> None:
    """Write the latest texts as JSON lines, each with what was understood of it."""
    from regard.cli.feedback_text import say_texts  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_texts(store_by_slug(slug), feeling=feeling or "", intent=intent, limit=limit)


@feedback.command("find-themes")
@click.option("--store", "slug", required=True, help="The store's short name.")
@with_database
def find(slug: str) -> None:
    """Understand all texts that wait, and find the themes of the latest ones now instead of in the night."""
    from regard.cli.feedback_text import say_found  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_found(store_by_slug(slug))
