"""Commands that tell how the relationships of all customers move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

import click

from regard.cli.installation import with_database
from regard.cli.metrics import DAY


def _asked(command: Callable[..., Any]) -> Callable[..., Any]:
    """What all of them are asked."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="As JSON."),
        click.option("--to", "last", type=DAY, help="The last day; else that of the last whole month."),
        click.option(
            "--from",
            "first",
            type=DAY,
            help="The first day, such as 2026-01-01; else that of the last twelve months.",
        ),
        click.option("--store", "slug", required=True, help="The store's short name."),
        click.argument("name", default="health", metavar="[SCORE]"),
    ):
        command = option(command)
    return command


@click.command("over-time")
@_asked
@click.option("--by", type=click.Choice(["week", "month"]), default="month", show_default=True)
@with_database
def over_time(
    *, name: str, slug: str, first: datetime | None, last: datetime | None, as_json: bool, by: str
) -> None:
    """Show the average of SCORE and how many customers were in which band, when each period was over."""
    from regard.cli.metric_text import asked_days  # noqa: PLC0415 - needs Django set up
    from regard.cli.relationship_text import say_over_time  # noqa: PLC0415
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415
    from regard.measure.domain.relationships.over_time import Stretch  # noqa: PLC0415

    store = store_by_slug(slug)
    say_over_time(store, name, asked_days(store, first, last), each=cast("Stretch", by), as_json=as_json)


@click.command("cohorts")
@_asked
@with_database
def cohorts(*, name: str, slug: str, first: datetime | None, last: datetime | None, as_json: bool) -> None:
    """Show SCORE of customers by the month of their first purchase, when each month since was over."""
    from regard.cli.metric_text import asked_days  # noqa: PLC0415 - needs Django set up
    from regard.cli.relationship_text import say_cohorts  # noqa: PLC0415
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    store = store_by_slug(slug)
    say_cohorts(store, name, asked_days(store, first, last), as_json=as_json)


@click.command("moves")
@_asked
@with_database
def moves(*, name: str, slug: str, first: datetime | None, last: datetime | None, as_json: bool) -> None:
    """Show from which band of SCORE to which customers moved between the ends of two days."""
    from regard.cli.metric_text import asked_days  # noqa: PLC0415 - needs Django set up
    from regard.cli.relationship_text import say_moves  # noqa: PLC0415
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    store = store_by_slug(slug)
    say_moves(store, name, asked_days(store, first, last), as_json=as_json)
