from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import click

from regard.cli.installation import with_database

of_store = click.option("--store", "slug", required=True, help="The store's short name.")
numbers = click.argument("numbers", type=click.IntRange(min=1), nargs=-1, required=True, metavar="NUMBER…")
RESOLUTIONS = ["solved", "used", "passed_on", "nothing_to_do", "false_alarm"]
in_words = click.option("--words", default="", help="More of it, in a sentence.")


def resolved_as(*, required: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """What came of an alert: a choice of those that there are."""
    choice = click.Choice(RESOLUTIONS)
    return click.option("--as", "resolution", type=choice, required=required, help="What came of it.")


@click.group()
def alerts() -> None:
    """Alerts of a store: what a person should look at."""


@alerts.command("list")
@of_store
@click.option(
    "--state",
    type=click.Choice(["open", "new", "seen", "asleep", "handled", "all"]),
    default="open",
    show_default=True,
)
@click.option("--class", "level", type=click.Choice(["critical", "warning", "opportunity"]), default=None)
@click.option("--overdue", is_flag=True, help="Only open ones whose time has passed.")
@click.option("--due", "order", flag_value="due", help="Open ones by when they are due.")
@click.option(
    "--worth",
    "order",
    flag_value="worth",
    help="Open ones by what their customers have spent, the most first.",
)
@click.option("--last", type=click.IntRange(1, 1_000), default=50, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_database
def list_alerts(
    *, slug: str, state: str, level: str | None, overdue: bool, order: str | None, last: int,
    as_json: bool,
) -> None:  # fmt: skip
    """List alerts: open ones by class and how long they wait, else the newest first."""
    from regard.cli.alert_text import say_alerts  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    store = store_by_slug(slug)
    due = "overdue" if overdue else ""
    say_alerts(store, state=state, level=level or "", due=due, order=order or "", limit=last, as_json=as_json)


@alerts.command()
@click.argument("number", type=click.IntRange(min=1))
@of_store
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_database
def show(number: int, slug: str, as_json: bool) -> None:
    """Show alert NUMBER: how it stands, and what gave reason for it."""
    from regard.cli.alert_text import say_alert  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_alert(store_by_slug(slug), number, as_json=as_json)


@alerts.command()
@numbers
@of_store
@with_database
def seen(numbers: tuple[int, ...], slug: str) -> None:
    """Note that somebody has looked at these alerts."""
    from regard.act.domain.alert_handling import mark_seen  # noqa: PLC0415 - needs Django set up

    _change(slug, numbers, mark_seen, "seen", "was not new")


@alerts.command()
@numbers
@of_store
@click.option("--to", "email", default="", help="The e-mail of a member of the store; without it, nobody.")
@with_database
def assign(numbers: tuple[int, ...], slug: str, email: str) -> None:
    """Give these alerts to a member, or to nobody."""
    from regard.cli.alert_text import say_assigned  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_assigned(store_by_slug(slug), numbers, email=email)


@alerts.command()
@numbers
@of_store
@resolved_as(required=False)
@in_words
@with_database
def handle(numbers: tuple[int, ...], slug: str, resolution: str | None, words: str) -> None:
    """Note that these alerts were dealt with, and what came of them."""
    from regard.act.domain.alert_handling import handle_alert  # noqa: PLC0415 - needs Django set up

    act = partial(handle_alert, resolution=resolution or "", words=words)
    _change(slug, numbers, act, "handled", "was handled before")


@alerts.command()
@numbers
@of_store
@resolved_as(required=True)
@in_words
@with_database
def resolve(numbers: tuple[int, ...], slug: str, resolution: str, words: str) -> None:
    """Say what came of these alerts, which were handled before."""
    from regard.act.domain.alert_handling import tell_resolution  # noqa: PLC0415 - needs Django set up

    act = partial(tell_resolution, resolution=resolution, words=words)
    _change(slug, numbers, act, resolution.replace("_", " "), "was that before")


@alerts.command()
@numbers
@of_store
@with_database
def reopen(numbers: tuple[int, ...], slug: str) -> None:
    """Take back that these alerts were handled."""
    from regard.act.domain.alert_handling import reopen_alert  # noqa: PLC0415 - needs Django set up

    _change(slug, numbers, reopen_alert, "open again", "was open")


@alerts.command()
@numbers
@of_store
@click.option(
    "--until",
    required=True,
    help="hour, evening, tomorrow, monday, a day (its morning), or a day and time, in the store's time zone.",
)
@with_database
def snooze(numbers: tuple[int, ...], slug: str, until: str) -> None:
    """Let these alerts sleep until a time."""
    from regard.cli.alert_text import say_asleep  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_asleep(store_by_slug(slug), numbers, until=until)


@alerts.command()
@numbers
@of_store
@with_database
def wake(numbers: tuple[int, ...], slug: str) -> None:
    """Wake these alerts before their time."""
    from regard.act.domain.alert_handling import wake_alert  # noqa: PLC0415 - needs Django set up

    _change(slug, numbers, wake_alert, "awake", "did not sleep")


def _change(slug: str, numbers: tuple[int, ...], act: Callable[..., Any], done: str, otherwise: str) -> None:
    from regard.cli.alert_text import say_changed  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    say_changed(store_by_slug(slug), numbers, act, done=done, otherwise=otherwise)
