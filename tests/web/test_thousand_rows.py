"""A thousand of everything costs a page no more queries than one of each, and stays light."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from regard.act.models import Alert, AlertKind, AlertLevel, AlertState, Purpose, Send, SendState
from regard.capture.domain.batch import Batch
from regard.capture.domain.log import REPEAT_HORIZON, append_events
from regard.capture.domain.segment import read_event
from regard.capture.domain.sources import source_named
from regard.capture.models import Event, ImportRun, ParkedEvent, RejectedEvent, Source, WriteKey
from regard.core import clock
from regard.core.models import ApiKey, AuditEntry, Invitation, Member, Store, User
from regard.grow.models import Attendance, Decision, Programme, ProgrammeMember, ProgrammeSession
from regard.journey.domain.handling import put_in
from regard.journey.models import Journey
from regard.message.domain.templates import add_templates, read_definition
from regard.offer.models import Offer, OfferCode, OfferPool, OfferState
from regard.pipeline import STAGES
from regard.profile.models import Identity
from regard.task.domain.cases import NewCase, open_cases
from regard.task.domain.making import NewTask, make_tasks
from regard.task.models import Task, TaskState
from tests.grow.boards import new_programme
from tests.measure.written_lake import write_lake
from tests.offer.giving import new_pool
from tests.web.rows import add_journey

pytestmark = pytest.mark.django_db
MANY = 1_000
HEAVIEST = 100_000  # bytes over the wire
BUSY = "C-busy"  # who has a thousand of everything
PAGES = (
    "", "customers/", "customers/?order=-spent", "customers/?q=buyer", "customers/?segment=orders+>=+1",
    "alerts/", "alerts/?state=handled", "alerts/?state=all", "outbox/", "outbox/?state=failed", "events/",
    "events/rejected/", "events/parked/", "imports/", "feedback/", "feedback/texts/",
    "feedback/texts/?product=x", "products/", "feedback/understanding/",
    "tasks/", "tasks/?state=done", "cases/", "templates/", "templates/?q=hello", "offers/", "offers/{pool}/",
    "offers/waiting/", "journeys/{journey}/people/",
    "programmes/", "programmes/{programme}/", "programmes/{programme}/candidates/",
    "programmes/{programme}/sessions/", "programmes/{programme}/sessions/{session}/",
    "programmes/{programme}/decisions/",
    "settings/members/", "settings/keys/", "settings/sources/", "settings/reviews/",
    "settings/sources/{source}/", "settings/audit/", "settings/audit/?actor=tests&q=thing", "settings/email/",
    "customers/{customer}/", "customers/{customer}/?whole=1", "customers/{customer}/look/",
    "customers/{customer}/timeline/",
    "customers/{customer}/merge/", "customers/{customer}/erase/", "alerts/{alert}/", "palette/?q=buyer",
    "mentions/", "mentions/?show=all",
    "metrics/", "metrics/?state=dormant", "metrics/?q=customers", "metrics/review_rating/?by=product_id",
    "metrics/review_rating/20260101-20261231-month-product_id-default/chart",
    "metrics/review_rating/20260101-20261231-day-product_id-default/chart",
)  # fmt: skip


@pytest.fixture(autouse=True)
def lake_folder(settings, tmp_path: Path) -> None:
    settings.LAKE_FOLDER = tmp_path / "lake"


def test_a_thousand_rows_cost_no_more_queries_and_stay_light(store: Store, owner: Client) -> None:
    source = source_named(store=store, name="web", actor="tests")
    _fill(store, source, range(1))
    busy = Identity.objects.get(store=store, value=BUSY)
    names = {
        "source": source.pk, "customer": busy.customer_id, "alert": Alert.objects.earliest("id").pk,
        "pool": OfferPool.objects.get(store=store).pk, "journey": Journey.objects.get(store=store).pk,
        "programme": Programme.objects.get(store=store).pk,
        "session": ProgrammeSession.objects.earliest("id").pk,
    }  # fmt: skip
    addresses = {path: f"/s/{store.slug}/{path.format(**names)}" for path in PAGES}
    at_one = {path: _asked(owner, address)[0] for path, address in addresses.items()}
    _fill(store, source, range(1, MANY))
    at_many = {path: _asked(owner, address) for path, address in addresses.items()}
    assert {path: queries for path, (queries, _size) in at_many.items() if queries > at_one[path]} == {}
    assert {path: size for path, (_queries, size) in at_many.items() if size > HEAVIEST} == {}


def _asked(browser: Client, address: str) -> tuple[int, int]:
    """Queries and bytes of a page that has been asked for before."""
    browser.get(address)
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200, address
    assert len(gzip.decompress(answer.content)) >= len(answer.content)
    return len(queries), len(answer.content)


def _fill(store: Store, source: Source, numbers: Iterable[int]) -> None:
    _tell(store, numbers)
    _add_acts(store, numbers)
    _add_work(store, numbers)
    _add_settings(store, source, numbers)
    _write_reviews(store, numbers)


def _tell(store: Store, numbers: Iterable[int]) -> None:
    """Each number is a customer who has ordered and said something; the busy one has done it as often."""
    calls = [
        call for number in numbers for user in (f"C-{number}", BUSY) for call in _calls(store, user, number)
    ]
    now = clock.now()
    rows = [
        read_event(kind, body, store_id=store.pk, source_id=None, received_at=now, sent_at=None)
        for kind, body in calls
    ]
    last = Event.objects.filter(store_id=store.pk).order_by("-id").values_list("id", flat=True).first() or 0
    with connection.cursor() as cursor:
        append_events(cursor, rows, horizon=now - REPEAT_HORIZON)
    batch = Batch(store, list(Event.objects.filter(store_id=store.pk, id__gt=last).order_by("id")))
    with transaction.atomic():
        for stage in STAGES:
            stage.run(batch)


def _calls(store: Store, user: str, number: int) -> Iterable[tuple[str, bytes]]:
    about = f"{user}-{number}"

    def track(event: str, **told: Any) -> tuple[str, bytes]:
        return "track", json.dumps({"event": event, "userId": user, "properties": told}).encode()

    yield (
        "identify",
        json.dumps({"userId": user, "traits": {"name": f"Buyer {user}", "plan": number % 7}}).encode(),
    )
    yield track("Order Completed", order_id=about, total=20, currency=store.currency)
    yield track("Shipment Updated", order_id=about, shipment_id=about, status="in_transit")
    yield track("Social Mention", mention_id=about, text="Fits badly.", sentiment=-1)
    yield track("Product Reviewed", review_id=about, order_id=about, rating=4, review_body="Fits well.")
    yield track("Survey Answered", response_id=about, survey="nps", measure="nps", score=9, text="Quick.")
    yield track("Ticket Created", ticket_id=about, subject="Where is it?")


def _add_acts(store: Store, numbers: Iterable[int]) -> None:
    """The alerts of the busy customer are open, those of the others handled."""
    now = clock.now()
    whose = {each.value: each for each in Identity.objects.filter(store=store, kind="user_id")}
    Alert.objects.bulk_create(
        Alert(
            store=store, kind=AlertKind.NEGATIVE_REVIEW, level=AlertLevel.CRITICAL, identity=whose[user],
            reason="2 of 5", instance=f"{user}-{number}", raised_at=now,
            state=AlertState.NEW if user == BUSY else AlertState.HANDLED, handled_at=None if user == BUSY else now,
        )
        for number in numbers
        for user in (f"C-{number}", BUSY)
    )  # fmt: skip
    Send.objects.bulk_create(
        Send(
            store=store, channel="email", recipient="ann@example.com", purpose=Purpose.TEAM, intent="alert",
            instance=str(number), subject="Look", body_text="At this.", due_at=now, created_at=now,
            state=SendState.FAILED, message_id=f"<{number}@example.com>",
        )
        for number in numbers
    )  # fmt: skip
    RejectedEvent.objects.bulk_create(
        RejectedEvent(store=store, sent_as="track", field="userId", reason="None.", body="{}")
        for _number in numbers
    )
    ParkedEvent.objects.bulk_create(
        ParkedEvent(store=store, event_id=number + 1, stage="orders", error="why") for number in numbers
    )
    ImportRun.objects.bulk_create(
        ImportRun(store=store, kind="orders", file_name=f"{number}.csv", actor="tests") for number in numbers
    )


def _add_work(store: Store, numbers: Iterable[int]) -> None:
    """What is to be done, written and given: for each customer, and as often for the busy one."""
    whose = {each.value: each.pk for each in Identity.objects.filter(store=store, kind="user_id")}
    about = [(f"{user}-{number}", whose[user]) for number in numbers for user in (f"C-{number}", BUSY)]
    make_tasks(store, [
        NewTask(key=key, origin="journey:x", title=f"Call {key}", identity_id=identity)
        for key, identity in about
    ])  # fmt: skip
    Task.objects.filter(store=store, identity=whose[BUSY]).update(state=TaskState.DONE, done_at=clock.now())
    open_cases(
        store, [NewCase(key=key, origin="x", identity_id=identity, reason=key) for key, identity in about]
    )
    pool = OfferPool.objects.filter(store=store).first() or new_pool(store)
    states = (OfferState.GIVEN, OfferState.WAITING)
    codes = OfferCode.objects.bulk_create(
        OfferCode(store=store, pool=pool, code=key, folded=key, is_taken=True, made_at=clock.now())
        for key, _identity in about
    )
    Offer.objects.bulk_create(
        Offer(store=store, pool=pool, identity_id=identity, key=f"{key}-{state}", origin="x", state=state,
              code=code if state == OfferState.GIVEN else None, worth_minor=10, cost_minor=10,
              made_at=clock.now())
        for (key, identity), code in zip(about, codes, strict=True)
        for state in states
    )  # fmt: skip
    _add_programme(store, about)
    journey = Journey.objects.filter(store=store).first() or add_journey(store, on=True)
    people = Identity.objects.filter(pk__in=[identity for _key, identity in about])
    put_in(journey, list(people.values_list("customer", flat=True)), actor="tests")
    words = {"en": {"subject": "Hello", "body": [{"text": "Good day."}]}}
    add_templates(
        store,
        [read_definition({"key": f"hello-{number}", "name": "Hello", "texts": words}) for number in numbers],
        actor="tests",
    )


def _add_programme(store: Store, about: Sequence[tuple[str, int]]) -> None:
    """Each customer is a candidate of it or takes part, and was there; as many sessions and decisions."""
    board = Programme.objects.filter(store=store).first() or new_programme(store)
    held = set(ProgrammeMember.objects.filter(programme=board).values_list("identity_id", flat=True))
    fresh = sorted({identity for _key, identity in about} - held)
    members = ProgrammeMember.objects.bulk_create(
        ProgrammeMember(
            store=store, programme=board, identity_id=identity, proposed_at=clock.now(),
            state=("accepted", "candidate")[place % 2],
        )
        for place, identity in enumerate(fresh)
    )  # fmt: skip
    sessions = ProgrammeSession.objects.bulk_create(
        ProgrammeSession(
            store=store, programme=board, kind="test", title=key, held_at=clock.now(), recorded_by="x"
        )
        for key, _identity in about
    )
    first = ProgrammeSession.objects.filter(programme=board).earliest("id")
    Attendance.objects.bulk_create(
        Attendance(store=store, session=first, member=member, external_id=f"a-{member.pk}", satisfaction=4)
        for member in members
    )
    Decision.objects.bulk_create(
        Decision(store=store, programme=board, session=session, text="Zips", decided_by="x")
        for session in sessions
    )


def _write_reviews(store: Store, numbers: Iterable[int]) -> None:
    """Of as many products, as the lake has them."""
    days = [date(2026, month, 9) for month in range(1, 13)]
    reviews = [
        {"product_id": f"P-{number}", "rating": 1 + number % 5, "reviewed_on": day}
        for number in numbers
        for day in days
    ]
    write_lake(store, {"reviews": reviews})


def _add_settings(store: Store, source: Source, numbers: Iterable[int]) -> None:
    later = clock.now() + timedelta(days=7)
    people = User.objects.bulk_create(User(email=f"p{number}@example.com") for number in numbers)
    Member.objects.bulk_create(Member(store=store, user=person, role="agent") for person in people)
    Invitation.objects.bulk_create(
        Invitation(store=store, email=f"i{n}@example.com", role="agent", token_hash=f"i{n}", expires_at=later)
        for n in numbers
    )
    ApiKey.objects.bulk_create(
        ApiKey(store=store, name=f"key {n}", token_hash=f"k{n}", hint="rk_", scopes=["store.read"])
        for n in numbers
    )
    Source.objects.bulk_create(Source(store=store, name=f"source {n}") for n in numbers)
    WriteKey.objects.bulk_create(
        WriteKey(source=source, token_hash=f"w{n}", token_encrypted="", revoked_at=later) for n in numbers
    )
    AuditEntry.objects.bulk_create(
        AuditEntry(store=store, actor="tests", action=f"a{n % 50}.done", target=f"thing {n}") for n in numbers
    )
