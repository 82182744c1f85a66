"""Filling a store with the made-up past of `regard.sim`, and with what happened there since."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path

import click
import pyarrow.parquet as pq

from regard.capture.domain.calls import take_calls
from regard.capture.domain.events import last_events
from regard.capture.domain.imports import import_file
from regard.capture.domain.sources import source_named
from regard.cli.import_progress import form_profiles
from regard.core import clock
from regard.core.domain.stores import create_store
from regard.core.models import Member, Store
from regard.core.models.member import Role
from regard.sim.calls import encode_call, live_calls
from regard.sim.cells import make_cell
from regard.sim.files import CALLS, plan_text, read_plan, write_past
from regard.sim.plan import Plan, Span, plan_until

# In this order only because it reads well: facts may come in any.
FILES = ("customers", "products", "orders", "order_lines", "shipments", "reviews", "answers", "tickets")
SOURCE = "Demo shop"
LIVE = timedelta(days=5)  # what happened in the last days comes in as if it just did, and may raise alerts
CHUNK = 10_000  # calls that are taken in one transaction


def fill_store(slug: str, *, customers: int, seed: int, actor: str, folder: Path) -> Plan:
    """Import a year of life and let the last days happen; gives the plan of the store.

    folder: where plans of made-up stores are noted, so that a fill that was broken off is gone on with, with the
    plan it began with. Raises click.ClickException for a store that is filled or was in use before.
    """
    store = Store.objects.filter(slug=slug).first() or _make_store(slug, actor)
    noted = plan_file(folder, slug)
    if _is_used(store) and not noted.exists():
        raise click.ClickException(
            f"{slug} has events already; name another with --store, and it is made for the demo."
        )
    if is_filled(folder, slug):
        raise click.ClickException(f"{slug} is filled already; name another store with --store.")
    plan = _begin(noted, customers=customers, seed=seed)
    with tempfile.TemporaryDirectory() as made:
        write_past(plan, Path(made))
        load_past(store, Path(made), actor=actor)
    form_profiles(store)
    _catch_up(store, plan, actor)
    _done_file(folder, slug).touch()
    click.echo(f"{plan.customers:,} customers live in {slug}. Begin with its customers and its alerts.")
    return plan


def plan_file(folder: Path, slug: str) -> Path:
    """Where the plan of a made-up store is noted."""
    return folder / f"{slug}.json"


def is_filled(folder: Path, slug: str) -> bool:
    """Whether a fill of the store came to its end."""
    return _done_file(folder, slug).exists()


def _done_file(folder: Path, slug: str) -> Path:
    return folder / f"{slug}.filled"


def _begin(noted: Path, *, customers: int, seed: int) -> Plan:
    """The plan that an earlier, broken-off fill noted, else a new one."""
    if noted.exists():
        return read_plan(noted)
    plan = plan_until(clock.now() - LIVE, seed=seed, customers=customers)
    noted.parent.mkdir(parents=True, exist_ok=True)
    part = noted.with_suffix(".part")
    part.write_text(plan_text(plan))
    part.replace(noted)
    return plan


def _is_used(store: Store) -> bool:
    return any(last_events(store, limit=1))


def _make_store(slug: str, actor: str) -> Store:
    """Whoever owns the first store owns this one, so that somebody can look at it."""
    first = Member.objects.filter(role=Role.OWNER).select_related("user").order_by("pk").first()
    return create_store(
        slug=slug,
        name="Demo store",
        currency="EUR",
        time_zone="Europe/Berlin",
        owner=first.user if first else None,
        actor=actor,
    )


def load_past(store: Store, folder: Path, *, actor: str) -> int:
    """Bring a folder that `write_past` made in, as history; gives the facts that were new.

    Running it again adds nothing, and goes on where it was broken off. Raises click.ClickException for rows that
    are rejected: the simulator makes none.
    """
    added = 0
    for kind in FILES:
        summary = import_file(store=store, kind=kind, path=folder / f"{kind}.parquet", actor=actor)
        if summary.rejected:
            raise click.ClickException(
                f"{summary.rejected} rows of {kind} were rejected: {summary.rejects_path}"
            )
        _say(kind.replace("_", " "), summary.added)
        added += summary.added
    source = source_named(store=store, name=SOURCE, actor=actor)
    calls = take_in_chunks(
        _calls_in(folder / f"{CALLS}.parquet"), lambda some: take_calls(source, some, history=True)
    )
    _say("calls", calls)
    return added + calls


def _calls_in(path: Path) -> Iterator[bytes]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(CHUNK):
            for call in batch.column("call"):
                yield call.as_py().encode()


def take_in_chunks(calls: Iterator[bytes], take: Callable[[list[bytes]], int]) -> int:
    """Have all calls taken, some thousand at a time; gives how many were new."""
    new = 0
    while some := list(islice(calls, CHUNK)):
        new += take(some)
    return new


def _catch_up(store: Store, plan: Plan, actor: str) -> None:
    """What happened since the past of the plan ended comes in as it would have."""
    source = source_named(store=store, name=SOURCE, actor=actor)
    span = Span(plan.present, clock.now().timestamp())
    calls = [call for number in range(plan.cells) for call in live_calls(make_cell(plan, number), span)]
    calls.sort(key=lambda call: (call.at, call.number))
    encoded = (encode_call(call) for call in calls)
    _say("last days", take_in_chunks(encoded, lambda some: take_calls(source, some)))


def _say(what: str, count: int) -> None:
    click.echo(f"  {what:<14} {count:>10,}")
