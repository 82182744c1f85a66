"""Events taken through the pipeline again: parked ones, and the whole log of a store."""

from __future__ import annotations

import click

from regard.cli.installation import ACTOR, with_database


@click.command()
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option(
    "--replay", "parked_id", type=int, metavar="ID", help="Take this one through the pipeline again."
)
@click.option("--all", "replay_all", is_flag=True, help="Take all of them through the pipeline again.")
@click.option(
    "--last", type=click.IntRange(1, 10_000), default=50, show_default=True,
    help="How many to list, the newest first.",
)  # fmt: skip
@with_database
def parked(slug: str, parked_id: int | None, replay_all: bool, last: int) -> None:
    """List events that Regard failed on, or replay them when the cause is mended.

    A line an event: its ID here, when it was parked, the event's number in the log, the stage and the error.
    """
    from regard import pipeline  # noqa: PLC0415 - needs Django set up
    from regard.capture.domain.parked import (  # noqa: PLC0415
        parked_event_of,
        parked_events_of,
        retry_all_parked,
        retry_parked,
    )
    from regard.capture.domain.reader import StageFailed  # noqa: PLC0415
    from regard.capture.models import Event, ParkedEvent  # noqa: PLC0415
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    store = store_by_slug(slug)
    if replay_all:
        passed, failing = retry_all_parked(store=store, stages=pipeline.STAGES, actor=ACTOR)
        click.echo(f"{passed} passed, {failing} still fail")
        return
    if parked_id is None:
        for row in parked_events_of(store)[:last]:
            error = " ".join(row.error.split())
            click.echo(f"{row.pk}  {row.parked_at:%Y-%m-%d %H:%M:%S}  {row.event_id}  {row.stage}: {error}")
        return
    try:
        retry_parked(parked_event_of(store, parked_id), stages=pipeline.STAGES, actor=ACTOR)
    except ParkedEvent.DoesNotExist as error:
        raise click.ClickException(f"No event is parked in {slug} as {parked_id}.") from error
    except StageFailed as failure:
        raise click.ClickException(f"The event still fails: {failure}") from failure
    except Event.DoesNotExist as gone:
        raise click.ClickException("The log no longer has the event: retention has deleted it.") from gone
    click.echo("The event has passed the pipeline.")


@click.command()
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option(
    "--force", is_flag=True, help="Even where old events are deleted, and what they told will be lost."
)
@with_database
def replay(slug: str, force: bool) -> None:
    """Read the log of a store again from its beginning, and form all customers anew.

    For a fault that is mended. Nobody gets a message for it; what people decided stays; events that come
    meanwhile wait. Interrupt it at will: the workers of `regard run` go on with it, and so does the same command.
    """
    from regard import pipeline  # noqa: PLC0415 - needs Django set up
    from regard.capture.domain.replay import replay_progress  # noqa: PLC0415
    from regard.cli.import_progress import form_profiles  # noqa: PLC0415
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415
    from regard.profile.domain.rebuild import replay_store  # noqa: PLC0415

    store = store_by_slug(slug)
    if replay_progress(store, reader=pipeline.READER) is None:
        replay_store(store=store, reader=pipeline.READER, force=force, actor=ACTOR)
    form_profiles(store)
