"""Filling a store with the made-up past of `regard.sim`, and with what happened there since."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from zlib import crc32

import click
import pyarrow.parquet as pq

from regard.capture.domain.calls import take_calls
from regard.capture.domain.events import last_events
from regard.capture.domain.imports import import_file
from regard.capture.domain.sources import create_write_key, source_named, token_of, write_keys_of
from regard.cli.demo_prompts import show_lately
from regard.cli.demo_rooms import live_in_rooms
from regard.cli.import_progress import form_profiles
from regard.cli.installation import ACTOR, close_connections
from regard.cli.made_up import MadeUp
from regard.connect.mail.channel import mail_reaches_nobody
from regard.core import clock
from regard.core.config import config
from regard.core.domain.stores import create_store
from regard.core.models import Member, Store
from regard.core.models.member import Role
from regard.journey.domain.journeys import switch_on
from regard.journey.domain.playbooks import add_playbook
from regard.journey.models import JourneyState
from regard.listen.models import Review
from regard.offer.domain.pools import PoolTerms, create_pool
from regard.offer.models import OfferKind, OfferPool
from regard.review.domain.mention_handling import finish_mention, note_reply
from regard.review.domain.mention_queries import OPEN, MentionFilter, mentions_for_viewer
from regard.review.domain.moderating import publish_review
from regard.sim.cells import Cell, make_cell
from regard.sim.files import CALLS, write_past
from regard.sim.live import Life, Pace
from regard.sim.plan import Plan
from regard.sim.sending import Refused, Sender

# In this order only because it reads well: facts may come in any.
FILES = ("customers", "products", "orders", "order_lines", "shipments", "reviews", "answers", "tickets")
SOURCE = "Demo shop"
# What most stores begin with.
PLAYBOOKS = (
    "cart-abandonment", "detractor-recovery", "order-updates", "post-purchase", "promoter-activation",
    "support-frustration", "welcome",
)  # fmt: skip
WELCOME = "welcome"  # the offer that the playbook of this name gives
# Of ten mentions or reviews of the last weeks, those that nobody saw to and those that were answered.
LEFT, ANSWERED = 1, 3
MOST_MENTIONS = 1_000
MOST_REVIEWS = 200  # the latest: each is decided by itself, which takes a moment
CHUNK = 10_000  # calls that are taken in one transaction


def fill_store(slug: str, *, customers: int, seed: int, actor: str, data_folder: Path) -> None:
    """Import a year of life and let the last days happen.

    A fill that was broken off is gone on with, by the plan that it began with. Raises click.ClickException for
    a store that is filled or was in use before.
    """
    store = Store.objects.filter(slug=slug).first() or _make_store(slug, actor)
    notes = MadeUp(data_folder, slug)
    if _is_used(store) and not notes.is_begun:
        raise click.ClickException(
            f"{slug} has events already; name another with --store, and it is made for the demo."
        )
    if notes.is_filled:
        raise click.ClickException(f"{slug} is filled already; name another store with --store.")
    notes.begin(clock.now(), customers=customers, seed=seed)
    plan = notes.plan
    with tempfile.TemporaryDirectory() as made:
        write_past(plan, Path(made))
        load_past(store, Path(made), actor=actor)
    form_profiles(store)
    _say("mentions seen to", go_through_mentions(store, actor=actor))
    _say("reviews published", publish_latest_reviews(store, actor=actor))
    source = source_named(store=store, name=SOURCE, actor=actor)
    for what, count in live_in_rooms(store, source, plan, actor=actor):
        _say(what, count)
    if mail_reaches_nobody(config()):  # nothing is sent to people who are made up
        switch_on_playbooks(store, actor=actor)
    _catch_up(store, notes, actor)
    click.echo(f"{plan.customers:,} customers live in {slug}. Begin with its customers and its alerts.")


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


def switch_on_playbooks(store: Store, *, actor: str) -> None:
    """Let the store act as one does that began with the playbooks; what is on stays as it is."""
    if not OfferPool.objects.filter(store=store, key=WELCOME).exists():
        terms = PoolTerms(
            name="Welcome", kind=OfferKind.PERCENT, percent=10, because="Your first order", valid_days=30,
            makes_codes=True, prefix="HELLO-", kept_back_percent=10,
        )  # fmt: skip
        create_pool(store=store, key=WELCOME, terms=terms, actor=actor)
    for key in PLAYBOOKS:
        journey = add_playbook(store, key, actor=actor)
        if journey.state != JourneyState.ON:
            switch_on(journey, actor=actor)
    _say("playbooks", len(PLAYBOOKS))


def go_through_mentions(store: Store, *, actor: str) -> int:
    """See to what was said of the store in public, as its people did day by day; gives how many. Some wait."""
    page = mentions_for_viewer(store=store, only=MentionFilter(state=OPEN), limit=MOST_MENTIONS)
    lots = [(known.mention, _lot(known.mention.external_id)) for known in page.rows]
    seen = [(mention, lot) for mention, lot in lots if lot >= LEFT]
    for mention, lot in seen:
        with clock.set_to(mention.mentioned_at + timedelta(hours=2 + lot)):
            if lot < LEFT + ANSWERED:
                note_reply(mention, url=f"{mention.url}/answer", actor=actor)
            else:
                finish_mention(mention, actor=actor)
    return len(seen)


def publish_latest_reviews(store: Store, *, actor: str) -> int:
    """Show what customers wrote lately, good and bad, as the store's people did; gives how many. Some wait."""
    rows = Review.objects.filter(store=store).select_related("store", "identity")
    published = 0
    for review in rows.order_by("-reviewed_at", "-id")[:MOST_REVIEWS]:
        lot = _lot(review.external_id)
        if lot >= LEFT:
            with clock.set_to(review.reviewed_at + timedelta(hours=1 + lot)):
                published += publish_review(review, actor=actor)
    return published


def _lot(name: str) -> int:
    """Of ten the same whenever it is drawn."""
    return crc32(name.encode()) % 10


def take_in_chunks(calls: Iterator[bytes], take: Callable[[list[bytes]], int]) -> int:
    """Have all calls taken, some thousand at a time; gives how many were new."""
    new = 0
    while some := list(islice(calls, CHUNK)):
        new += take(some)
    return new


def _catch_up(store: Store, notes: MadeUp, actor: str) -> None:
    """What happened since the past of the plan ended comes in as it would have."""
    source = source_named(store=store, name=SOURCE, actor=actor)
    life = Life(_cells(notes.plan), notes.plan.present)
    told = 0
    for calls in life.catch_up(clock.now().timestamp()):
        told += take_calls(source, calls)
        show_lately(store, source, calls, seed=notes.plan.seed)
    _say("last days", told)
    notes.note_reached(life.reached)


def _cells(plan: Plan) -> list[Cell]:
    return [make_cell(plan, number) for number in range(plan.cells)]


def live_on(
    slug: str, *, address: str, data_folder: Path, pace: Pace, seconds: float | None, stop: threading.Event
) -> int:
    """Let a made-up store live on over the public API, from where it is; gives how many calls were sent.

    Raises click.ClickException for a store that is not filled, and when the API refuses.
    """
    notes = MadeUp(data_folder, slug)
    if not notes.is_filled:
        raise click.ClickException(f"{slug} is no store of made-up life; fill it: regard demo --store {slug}")
    sender = Sender(address, _write_key(Store.objects.get(slug=slug)))
    close_connections()  # none is needed from here on
    life = Life(_cells(notes.plan), notes.reached)

    def take(calls: Sequence[bytes]) -> bool:
        return sender.send(calls, stop=stop)

    def now() -> float:
        return clock.now().timestamp()

    sent = 0
    try:
        for calls in life.catch_up(now()):
            if not take(calls):
                return sent
            sent += len(calls)
        return sent + life.live(take, pace, now=now, stop=stop, seconds=seconds, note=notes.note_reached)
    except Refused as problem:
        raise click.ClickException(str(problem)) from problem


def _write_key(store: Store) -> str:
    """The key of the made-up shop's systems; made where it has none that works."""
    source = source_named(store=store, name=SOURCE, actor=ACTOR)
    key = write_keys_of(source).filter(revoked_at=None).first()
    return token_of(key) if key else create_write_key(source=source, actor=ACTOR)[1]


def _say(what: str, count: int) -> None:
    click.echo(f"  {what:<18} {count:>10,}")
