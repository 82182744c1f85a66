"""A made-up year, brought in by a command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click import ClickException

from regard.act.models import Alert
from regard.capture.domain.calls import take_calls
from regard.capture.domain.events import last_events
from regard.capture.domain.reader import read_all
from regard.capture.domain.sources import source_named
from regard.cli import demo_store
from regard.cli.demo_store import fill_store, go_through_mentions, load_past, publish_latest_reviews
from regard.cli.made_up import MadeUp
from regard.core import clock
from regard.core.config import config
from regard.core.domain.stores import create_store
from regard.core.models import Store
from regard.desk.models import Ticket
from regard.journey.models import Enrolment, Journey, JourneyState
from regard.listen.models import Response, Review
from regard.pipeline import READER, STAGES
from regard.profile.models import Customer, Order, OrderLine, Product, Shipment
from regard.review.models import Mention, MentionStanding, ReviewStanding, Shown
from regard.score.models import Score
from regard.sim.files import CALLS, write_past
from regard.sim.plan import Plan
from tests.sim.stores import column

CUSTOMERS = 60


@pytest.fixture
def filled(transactional_db: None, tmp_path: Path) -> Store:
    fill_store("demo", customers=CUSTOMERS, seed=3, actor="tests", data_folder=tmp_path)
    return Store.objects.get(slug="demo")


@pytest.fixture
def mail_server_set(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("REGARD_SMTP_URL", "smtp://127.0.0.1:9")
    config.cache_clear()
    yield
    monkeypatch.undo()
    config.cache_clear()


def counts(store: Store) -> dict[str, int]:
    kept = {
        "products": Product, "orders": Order, "order_lines": OrderLine, "shipments": Shipment,
        "reviews": Review, "answers": Response, "tickets": Ticket,
    }  # fmt: skip
    told = {kind: model.objects.filter(store=store).count() for kind, model in kept.items()}
    return told | {"answers": Response.objects.filter(store=store, history=True).count()}


def strangers(calls: Path) -> set[str]:
    """Browsers whose owners never said who they are."""
    told = [json.loads(call) for call in pq.read_table(calls)["call"].to_pylist()]
    known = {call.get("anonymousId") for call in told if "userId" in call}
    return {call["anonymousId"] for call in told if "userId" not in call} - known


def test_all_of_the_past_arrives_once(filled: Store, tmp_path: Path):
    told = write_past(MadeUp(tmp_path, "demo").plan, tmp_path / "files")
    people = CUSTOMERS + len(strangers(tmp_path / "files" / f"{CALLS}.parquet"))
    assert counts(filled) == {kind: told[kind] for kind in counts(filled)}
    assert Customer.objects.filter(store=filled, merged_into=None).count() == people
    owners = set(column(pq.read_table(tmp_path / "files" / "orders.parquet"), "customer_id"))
    assert Score.objects.filter(store=filled).count() >= len(owners)
    assert load_past(filled, tmp_path / "files", actor="tests") == 0


def test_what_was_said_in_public_was_gone_through_and_some_waits(filled: Store, tmp_path: Path):
    past = write_past(MadeUp(tmp_path, "demo").plan, tmp_path / "files")
    told = pq.read_table(tmp_path / "files" / f"{CALLS}.parquet")["call"].to_pylist()
    said = [call["properties"] for call in map(json.loads, told) if call["event"] == "Social Mention"]
    assert past["orders"] > len(said) > 0
    assert set(Mention.objects.filter(store=filled, history=True).values_list("external_id", flat=True)) == {
        each["mention_id"] for each in said
    }
    seen = MentionStanding.objects.filter(store=filled, done_at__lte=clock.now())
    recent = Mention.objects.filter(store=filled, mentioned_at__gte=clock.now() - timedelta(days=30))
    left = recent.filter(is_open=True).count()
    assert seen.count() == recent.count() - left > 0
    assert go_through_mentions(filled, actor="tests") == 0


def test_latest_reviews_are_shown_but_for_some_that_wait(filled: Store):
    latest = Review.objects.filter(store=filled).order_by("-reviewed_at", "-id")[: demo_store.MOST_REVIEWS]
    ids = [review.external_id for review in latest]
    shown = ReviewStanding.objects.filter(store=filled, shown=Shown.PUBLISHED, external_id__in=ids)
    assert len(ids) / 2 < shown.count() < len(ids)
    assert ReviewStanding.objects.filter(store=filled).count() == shown.count()
    assert publish_latest_reviews(filled, actor="tests") == 0


def test_the_past_raises_no_alerts(filled: Store):
    """But that enough is known of some by now to say how satisfied they are."""
    assert not Alert.objects.exclude(instance__startswith="csi/").exists()


def test_playbooks_are_on_and_the_past_starts_none(filled: Store):
    on = Journey.objects.filter(store=filled, state=JourneyState.ON)
    assert set(on.values_list("key", flat=True)) == set(demo_store.PLAYBOOKS)
    assert not Enrolment.objects.exists()
    order = {"order_id": "new", "total": 20, "currency": "EUR"}
    call = {"type": "track", "event": "Order Completed", "userId": "new", "properties": order}
    take_calls(source_named(store=filled, name="web", actor="tests"), [json.dumps(call).encode()])
    read_all(reader=READER, stages=STAGES)
    assert Enrolment.objects.filter(journey__key="order-updates").exists()


def test_people_who_are_made_up_are_sent_no_e_mail_over_a_mail_server(
    transactional_db: None, tmp_path: Path, mail_server_set: None
):
    fill_store("other", customers=10, seed=3, actor="tests", data_folder=tmp_path)
    assert not Journey.objects.exists()


def test_a_store_in_use_is_left_alone(filled: Store, tmp_path: Path):
    with pytest.raises(ClickException, match="is filled already"):
        fill_store("demo", customers=25, seed=3, actor="tests", data_folder=tmp_path)
    with pytest.raises(ClickException, match="has events already"):
        fill_store("demo", customers=25, seed=3, actor="tests", data_folder=tmp_path / "elsewhere")


class Killed(Exception):
    pass


def test_what_was_broken_off_goes_on_with_the_same_people(
    transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def die(*_arguments: object) -> None:
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(demo_store, "_catch_up", die)
        with pytest.raises(Killed):
            fill_store("demo", customers=CUSTOMERS, seed=3, actor="tests", data_folder=tmp_path)
    assert not MadeUp(tmp_path, "demo").is_filled
    store = Store.objects.get(slug="demo")
    held, last = counts(store), next(iter(last_events(store, limit=1))).id
    fill_store("demo", customers=25, seed=4, actor="tests", data_folder=tmp_path)
    plan = MadeUp(tmp_path, "demo").plan
    assert plan == Plan(3, CUSTOMERS, plan.until)
    later = last_events(store, limit=100_000)
    assert not any(event.history for event in later if event.id > last)
    read_all(reader=READER, stages=STAGES)
    assert {kind: min(count, held[kind]) for kind, count in counts(store).items()} == held


def test_files_for_one_store_go_into_any(transactional_db: None, tmp_path: Path, filled: Store):
    other = create_store(slug="other", name="Other", currency="EUR", owner=None, actor="tests")
    told = write_past(MadeUp(tmp_path, "demo").plan, tmp_path / "files")
    assert load_past(other, tmp_path / "files", actor="tests") == sum(told.values())
