from __future__ import annotations

import click

from regard.cli.alerts import numbers, of_store
from regard.cli.installation import with_database


@click.group()
def mentions() -> None:
    """Mentions of a store: what is said of it in public, and what was done about it.

    `regard import mentions` takes in a file of them.
    """


@mentions.command("list")
@of_store
@click.option("--state", type=click.Choice(["open", "done", "all"]), default="open", show_default=True)
@click.option("--negative", is_flag=True, help="Only those that sound negative.")
@click.option("--source", default="", help="Only those of this network.")
@click.option("--last", type=click.IntRange(1, 1_000), default=50, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_database
def list_mentions(*, slug: str, state: str, negative: bool, source: str, last: int, as_json: bool) -> None:
    """List mentions: open ones with the negative ones first, and the latest of each first."""
    from regard.cli.mention_text import say_mentions  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415
    from regard.review.domain.mention_queries import MentionFilter  # noqa: PLC0415

    only = MentionFilter(state="" if state == "all" else state, is_negative=negative, source=source)
    say_mentions(store_by_slug(slug), only, limit=last, as_json=as_json)


@mentions.command()
@numbers
@of_store
@with_database
def done(numbers: tuple[int, ...], slug: str) -> None:
    """Note that somebody saw to these mentions."""
    from regard.cli.mention_text import say_done  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_done(store_by_slug(slug), numbers)


@mentions.command()
@numbers
@of_store
@with_database
def reopen(numbers: tuple[int, ...], slug: str) -> None:
    """Take back that somebody saw to these mentions."""
    from regard.cli.mention_text import say_reopened  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_reopened(store_by_slug(slug), numbers)


@mentions.command()
@click.argument("number", type=click.IntRange(min=1))
@click.argument("url")
@of_store
@with_database
def answered(number: int, url: str, slug: str) -> None:
    """Keep the address URL of the store's answer to mention NUMBER, which is done by that."""
    from regard.cli.mention_text import say_answered  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_answered(store_by_slug(slug), number, url)


@mentions.command()
@click.argument("number", type=click.IntRange(min=1))
@click.argument("title")
@of_store
@with_database
def task(number: int, title: str, slug: str) -> None:
    """Make a task named TITLE of mention NUMBER."""
    from regard.cli.mention_text import say_handed_on  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_handed_on(store_by_slug(slug), number, title)
