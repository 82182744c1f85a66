from __future__ import annotations

from datetime import datetime

import click

from regard.cli.alerts import numbers, of_store
from regard.cli.installation import with_database


@click.group()
def task() -> None:
    """Tasks of a store: what people have to do."""


@task.command("list")
@of_store
@click.option(
    "--state", type=click.Choice(["open", "done", "dropped", "all"]), default="open", show_default=True
)
@click.option("--owner", default="", help="Only those of this member, by e-mail; “nobody”: those of nobody.")
@click.option("--overdue", is_flag=True, help="Only open ones whose time has passed.")
@click.option("--origin", default="", help="Only those that this made, such as journey:win-back.")
@click.option("--last", type=click.IntRange(1, 1_000), default=50, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_database
def list_tasks(
    *, slug: str, state: str, owner: str, overdue: bool, origin: str, last: int, as_json: bool
) -> None:
    """List tasks: open ones by when they are due, else the latest first."""
    from regard.cli.task_text import filter_of, say_tasks  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    store = store_by_slug(slug)
    only = filter_of(store, state=state, owner=owner, is_overdue=overdue, origin=origin)
    say_tasks(store, only, limit=last, as_json=as_json)


@task.command()
@click.argument("number", type=click.IntRange(min=1))
@of_store
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_database
def show(number: int, slug: str, as_json: bool) -> None:
    """Show task NUMBER."""
    from regard.cli.task_text import say_task  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_task(store_by_slug(slug), number, as_json=as_json)


@task.command()
@click.argument("title")
@of_store
@click.option("--text", default="", help="What one should know for it.")
@click.option("--customer", "who", default="", help="Whom it is about: an e-mail, a phone, a number.")
@click.option("--to", "email", default="", help="The e-mail of a member of the store; without it, nobody.")
@click.option("--hours", type=click.IntRange(1, 8_784), default=None, help="Within which it is to be done.")
@with_database
def make(*, title: str, slug: str, text: str, who: str, email: str, hours: int | None) -> None:
    """Make a task."""
    from regard.cli.task_text import say_made  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_made(store_by_slug(slug), title, text=text, who=who, email=email, hours=hours)


@task.command()
@numbers
@of_store
@click.option("--to", "email", default="", help="The e-mail of a member of the store; without it, nobody.")
@with_database
def assign(numbers: tuple[int, ...], slug: str, email: str) -> None:
    """Give these tasks to a member, or to nobody."""
    from regard.cli.task_text import say_assigned  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_assigned(store_by_slug(slug), numbers, email=email)


@task.command()
@numbers
@of_store
@click.option(
    "--result", type=click.Choice(["settled", "unsettled", "unreached"]), default="settled", show_default=True
)
@click.option("--text", default="", help="What came of it, in words.")
@with_database
def done(numbers: tuple[int, ...], slug: str, result: str, text: str) -> None:
    """Note that these tasks are done."""
    from regard.cli.task_text import say_done  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_done(store_by_slug(slug), numbers, result=result, text=text)


@task.command()
@numbers
@of_store
@click.option("--because", "reason", required=True, help="Why they are not done.")
@with_database
def drop(numbers: tuple[int, ...], slug: str, reason: str) -> None:
    """Note that these tasks will not be done."""
    from regard.cli.task_text import say_dropped  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_dropped(store_by_slug(slug), numbers, reason=reason)


@task.command()
@numbers
@of_store
@click.option("--until", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), required=True,
              help="A day or moment, in the store's time zone.")  # fmt: skip
@with_database
def postpone(numbers: tuple[int, ...], slug: str, until: datetime) -> None:
    """Let these tasks be due at another time."""
    from regard.cli.task_text import say_postponed  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_postponed(store_by_slug(slug), numbers, until=until)


@task.command()
@numbers
@of_store
@with_database
def reopen(numbers: tuple[int, ...], slug: str) -> None:
    """Take back that these tasks were done or dropped."""
    from regard.cli.task_text import say_reopened  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_reopened(store_by_slug(slug), numbers)
