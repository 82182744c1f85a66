from __future__ import annotations

import click

from regard.cli.alerts import numbers, of_store
from regard.cli.installation import with_database


@click.group()
def review() -> None:
    """Reviews of a store: shown or hidden, and answered."""


@review.command("list")
@of_store
@click.option("--shown", type=click.Choice(["waiting", "published", "hidden"]), default=None)
@click.option("--stars", type=click.IntRange(1, 5), default=None, help="Only those with so many stars.")
@click.option("--product", default="", help="Only those of this product, by the shop's id.")
@click.option("--unanswered", is_flag=True, help="Only those that the store has not answered.")
@click.option("--last", type=click.IntRange(1, 1_000), default=50, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_database
def list_reviews(
    *,
    slug: str,
    shown: str | None,
    stars: int | None,
    product: str,
    unanswered: bool,
    last: int,
    as_json: bool,
) -> None:
    """List reviews, the latest first."""
    from regard.cli.review_text import say_reviews  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415
    from regard.review.domain.queries import ReviewFilter  # noqa: PLC0415

    only = ReviewFilter(shown=shown or "", rating=stars, product=product, is_unanswered=unanswered)
    say_reviews(store_by_slug(slug), only, limit=last, as_json=as_json)


@review.command()
@numbers
@of_store
@with_database
def publish(numbers: tuple[int, ...], slug: str) -> None:
    """Show these reviews to customers."""
    from regard.cli.review_text import say_published  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_published(store_by_slug(slug), numbers)


@review.command()
@numbers
@of_store
@click.option("--because", "reason", required=True, help="Why they are not shown.")
@with_database
def hide(numbers: tuple[int, ...], slug: str, reason: str) -> None:
    """Do not show these reviews."""
    from regard.cli.review_text import say_hidden  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_hidden(store_by_slug(slug), numbers, reason=reason)


@review.command("return")
@numbers
@of_store
@with_database
def return_(numbers: tuple[int, ...], slug: str) -> None:
    """Let these reviews wait again."""
    from regard.cli.review_text import say_returned  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_returned(store_by_slug(slug), numbers)


@review.command()
@click.argument("number", type=click.IntRange(min=1))
@click.argument("text")
@of_store
@click.option("--send", is_flag=True, help="The customer gets it as an e-mail too.")
@with_database
def answer(number: int, text: str, slug: str, *, send: bool) -> None:
    """Answer review NUMBER in public; an empty TEXT takes the answer back."""
    from regard.cli.review_text import say_answered  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_answered(store_by_slug(slug), number, text, send=send)
