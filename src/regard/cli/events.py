from __future__ import annotations

import time

import click

from regard.cli.installation import with_database
from regard.cli.replays import parked, replay


@click.group()
def events() -> None:
    """The event log: count, watch, see what was rejected or failed, read it again."""


@events.command()
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option("--type", "type_", default="", help="Only this type: track, identify, page, fact and so on.")
@click.option("--name", default="", help="Only events of this name.")
@with_database
def count(slug: str, type_: str, name: str) -> None:
    """Print how many events the log holds: the number alone."""
    from regard.capture.domain.events import count_events  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    click.echo(count_events(store_by_slug(slug), type_=type_, name=name))


@events.command()
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option(
    "--last", type=click.IntRange(1, 10_000), default=10, show_default=True, help="How many to begin with."
)
@click.option("--follow/--no-follow", default=True, help="Go on until Ctrl-C. The default.")
@with_database
def tail(slug: str, last: int, follow: bool) -> None:
    """Show events as they come in."""
    from regard.capture.domain.events import events_after, last_events  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    store = store_by_slug(slug)
    shown = list(last_events(store, limit=last))
    newest = shown[-1].id if shown else 0
    while True:
        for event in shown:
            who = event.user_id or event.anonymous_id or "-"
            click.echo(f"{event.received_at:%Y-%m-%d %H:%M:%S}  {event.type:<9} {event.name:<30} {who}")
            newest = event.id
        if not follow:
            return
        time.sleep(0.5)
        shown = list(events_after(store, newest, limit=1_000))


@events.command()
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option(
    "--last", type=click.IntRange(1, 10_000), default=50, show_default=True,
    help="How many to show, the newest first.",
)  # fmt: skip
@with_database
def rejected(slug: str, last: int) -> None:
    """List events that could not be accepted, and why. They can be mended and replayed on the page."""
    from regard.capture.models import RejectedEvent  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    rows = RejectedEvent.objects.filter(store=store_by_slug(slug)).order_by("-id")[:last]
    for row in rows:
        click.echo(f"{row.received_at:%Y-%m-%d %H:%M:%S}  {row.state:<9} {row.field}: {row.reason}")
        click.echo(f"    {row.body[:200]}")


events.add_command(parked)
events.add_command(replay)
