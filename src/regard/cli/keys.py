from __future__ import annotations

import click

from regard.cli.installation import ACTOR, with_database


@click.group()
def key() -> None:
    """Keys: write keys send events, API keys use the REST API."""


@key.command()
@click.option("--store", "slug", required=True, help="The store's short name.")
@click.option("--kind", type=click.Choice(["write", "api"]), required=True)
@click.option(
    "--source", default="default", show_default=True, help="write: the source that the events come from."
)
@click.option(
    "--events-per-second", default=10_000, show_default=True, help="write: more are answered with 429."
)
@click.option("--name", default="command line", show_default=True, help="api: what the key is for.")
@click.option(
    "--scope", "scopes", multiple=True, help="api: a permission; may be repeated. Default: all reading."
)
@with_database
def create(
    *, slug: str, kind: str, source: str, events_per_second: int, name: str, scopes: tuple[str, ...]
) -> None:
    """Create a key and print it alone."""
    from regard.capture.domain.sources import create_write_key, source_named  # noqa: PLC0415 - needs Django set up
    from regard.core.domain.keys import create_api_key  # noqa: PLC0415
    from regard.core.domain.permissions import READ  # noqa: PLC0415
    from regard.core.domain.stores import store_by_slug  # noqa: PLC0415

    store = store_by_slug(slug)
    if kind == "write":
        sender = source_named(store=store, name=source, actor=ACTOR)
        _, token = create_write_key(source=sender, actor=ACTOR, events_per_second=events_per_second)
    else:
        _, token = create_api_key(store=store, name=name, scopes=scopes or sorted(READ), actor=ACTOR)
    click.echo(token)
