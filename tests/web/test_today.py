"""Today: right figures that lead to their rows, bounded work, and for an empty store the way to begin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from regard.act.domain import queries
from regard.act.domain.alert_handling import assign_alert
from regard.act.domain.queries import OPEN, AlertFilter, alerts_for_viewer, open_alert_summary
from regard.act.models import Alert, AlertLevel, Send, SendState
from regard.capture.models import ImportRun, ImportState
from regard.core import clock
from regard.core.config import config
from regard.core.models import Store, User
from regard.core.registry import first_steps, today_cards
from regard.listen.domain.weekly_statements import nps_by_week, reviews_by_week
from regard.listen.models import Measure, Response, Review, Topic
from regard.profile.domain.weekly_orders import orders_by_week
from regard.profile.models import Order
from regard.score.domain.band_totals import count_bands
from regard.ui.charts.chart import store_charts
from regard.ui.charts.weeks import beginning_of, last_weeks
from regard.web.pages import today
from regard.web.pages.overnight import load_overnight
from tests.api import rows
from tests.web.rows import add_alert, add_customer, add_event, add_send


@pytest.fixture(autouse=True)
def _charts_in_memory(settings) -> None:
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    settings.CACHES = {**settings.CACHES, "charts": memory}
    caches["charts"].clear()


def queries_of(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


def fill(store: Store, last: int, first: int = 1) -> None:
    for number in range(first, last + 1):
        customer = add_customer(store, number)
        add_alert(store, customer, number)
        add_send(store, number)
        ImportRun.objects.create(
            store=store, kind="orders", file_name=f"{number}.csv", actor="tests", state=ImportState.FINISHED,
            finished_at=clock.now(), added=1,
        )  # fmt: skip
    count_bands(store)


def test_an_empty_store_shows_the_way(store: Store, owner: Client) -> None:
    page = owner.get(f"/s/{store.slug}/")
    assert "From an empty store to the first insight" in page.content.decode()
    assert [(step.done, step.current) for step in page.context["steps"]] == [
        (True, False), (False, True), (False, False), (False, False), (False, False),
    ]  # fmt: skip


def test_steps_know_what_is_done(store: Store, owner: Client, make_person: Callable[..., User]) -> None:
    done = {step.name: step.is_done(store) for step in first_steps}
    assert done == {"store": True, "past": False, "events": False, "colleague": False, "insight": False}
    fill(store, 1)
    make_person("bob@acme.example", store, "agent")
    assert all(step.is_done(store) for step in first_steps if step.name != "insight")


def test_who_may_not_take_a_step_is_not_asked_to(store: Store, signed_in: Callable[..., Client]) -> None:
    page = signed_in(store, "read-only").get(f"/s/{store.slug}/")
    assert [step.title for step in page.context["steps"]] == ["Name the store", "See how your customers are"]


def test_the_work_does_not_grow_with_the_store(store: Store, owner: Client) -> None:
    url = f"/s/{store.slug}/"
    fill(store, 1)
    owner.get(url)
    at_one = queries_of(lambda: owner.get(url))
    fill(store, 3, first=2)
    assert queries_of(lambda: owner.get(url)) == at_one <= 28


CARDS = ["needs", "tasks", "mentions", "offers_waiting", "health", "money", "overnight"]


@pytest.mark.parametrize("name", CARDS)
def test_a_card_keeps_to_its_queries(name: str, store: Store) -> None:
    fill(store, 3)
    for number in range(5):
        rows.add_mention(store, number)
    card = today_cards.get(name)
    assert 0 < queries_of(lambda: card.load(store)) <= card.queries
    assert {card.name for card in today_cards} == set(CARDS)


@pytest.mark.parametrize("name", ["orders", "stars", "nps", "feelings"])
def test_a_chart_keeps_to_its_queries(name: str, store: Store) -> None:
    fill(store, 3)
    chart = store_charts.get(name)
    assert queries_of(lambda: chart.load(store)) <= chart.queries
    assert {chart.name for chart in store_charts} == {"orders", "stars", "nps", "feelings"}


def test_cards_are_for_those_who_may_see_them(store: Store, signed_in: Callable[..., Client]) -> None:
    fill(store, 1)
    reader = signed_in(store, "read-only")
    shown = [thing.name for thing in reader.get(f"/s/{store.slug}/").context["things"]]
    assert shown == ["needs", "tasks", "mentions", "health", "money", "orders", "stars", "nps", "feelings"]
    assert reader.get(f"/s/{store.slug}/today/overnight/").status_code == 403
    assert [reader.get(f"/s/{store.slug}/{path}").status_code for path in ("today/none/", "charts/none")] == [
        404,
        404,
    ]


def most_urgent(store: Store, *, limit: int) -> list[Alert]:
    return alerts_for_viewer(store=store, only=AlertFilter(state=OPEN), limit=limit).rows


def test_what_waits_longest_stands_first_among_the_critical(
    store: Store, make_person: Callable[..., User]
) -> None:
    customer, now = add_customer(store), clock.now()
    for number, (level, hours) in enumerate(
        [
            (AlertLevel.WARNING, 9),
            (AlertLevel.CRITICAL, 1),
            (AlertLevel.CRITICAL, 3),
            (AlertLevel.OPPORTUNITY, 20),
        ],
        1,
    ):
        alert = add_alert(store, customer, number)
        alert.level, alert.raised_at = level, now - timedelta(hours=hours)
        alert.save()
    found = most_urgent(store, limit=3)
    hours = [(alert.level, (now - alert.raised_at) / timedelta(hours=1)) for alert in found]
    assert hours == [("critical", 3), ("critical", 1), ("warning", 9)]
    assign_alert(found[1], owner=make_person("ana@acme.example", store), actor="tests")
    summary = open_alert_summary(store)
    assert (summary.open, summary.critical, summary.critical_unowned, summary.unowned) == (4, 2, 1, 3)
    assert (summary.overdue, summary.oldest_critical_at) == (0, now - timedelta(hours=3))
    assert (summary.more, summary.more_critical) == (False, False)


def test_how_many_are_overdue_stands_there_with_the_way_to_them(
    store: Store, signed_in: Callable[..., Client]
) -> None:
    customer, now, reader = add_customer(store), clock.now(), signed_in(store, "read-only")
    for number, due_in in enumerate((timedelta(hours=-1), timedelta(hours=1), None), 1):
        alert = add_alert(store, customer, number)
        alert.level, alert.due_at = AlertLevel.CRITICAL, due_in and now + due_in
        alert.save()
    assert open_alert_summary(store).overdue == 1
    assert f'href="/s/{store.slug}/alerts/?due=overdue"' in reader.get(f"/s/{store.slug}/").content.decode()
    Alert.objects.update(due_at=None)
    assert "due=overdue" not in reader.get(f"/s/{store.slug}/").content.decode()


def test_what_is_critical_is_seen_however_much_else_is_newer(
    store: Store, monkeypatch: pytest.MonkeyPatch, signed_in: Callable[..., Client]
) -> None:
    monkeypatch.setattr(queries, "MOST_COUNTED", 2)
    customer, now = add_customer(store), clock.now()
    for number in range(1, 5):
        alert = add_alert(store, customer, number)
        alert.level = AlertLevel.CRITICAL if number == 1 else AlertLevel.WARNING
        alert.raised_at = now - timedelta(hours=9 - number)
        alert.save()
    summary = open_alert_summary(store)
    assert (summary.critical, summary.more_critical, summary.open, summary.more) == (1, False, 3, True)
    assert summary.oldest_critical_at == now - timedelta(hours=8)
    assert [alert.level for alert in most_urgent(store, limit=2)] == ["critical", "warning"]
    page = signed_in(store, "read-only").get(f"/s/{store.slug}/").content.decode()
    assert '<span class="value">3+</span>' in page
    assert '<span class="value">1</span>' in page


def test_what_the_system_did_counts_the_last_day(store: Store) -> None:
    fill(store, 2)
    ImportRun.objects.update(rejected=3)
    add_send(store, 7, state=SendState.SENT)
    ImportRun.objects.create(
        store=store, kind="orders", file_name="old.csv", actor="tests", state=ImportState.FINISHED,
        finished_at=clock.now() - timedelta(days=2), added=1,
    )  # fmt: skip
    entries = today_cards.get("overnight").load(store)["entries"]
    assert [(entry.text, entry.detail, entry.badge) for entry in entries] == [
        ("Brought in 2 files", "2 facts; 6 rows rejected", "rejected rows"),
        ("2 messages could not be sent", "", "failed"),
        ("Raised 2 alerts", "", ""),
    ]


@pytest.mark.parametrize(
    ("server", "told"),
    [
        ("", ("1 message reached nobody", "No mail server is set; e-mails become files.", "not sent")),
        ("smtp://mail.example:25", ("Sent 1 message", "", "")),
    ],
)
def test_what_reaches_nobody_is_not_counted_as_sent(
    store: Store, monkeypatch: pytest.MonkeyPatch, server: str, told: tuple[str, str, str]
) -> None:
    monkeypatch.setenv("REGARD_SMTP_URL", server)
    config.cache_clear()
    send = add_send(store, 1, state=SendState.SENT)
    Send.objects.filter(pk=send.pk).update(sent_at=clock.now())
    entries = today_cards.get("overnight").load(store)["entries"]
    config.cache_clear()
    assert [(entry.text, entry.detail, entry.badge) for entry in entries] == [told]


# The figures of the weeks.


def monday_and_sunday(store: Store) -> tuple:
    """The first and the last moment of the week before this one, where the store is."""
    weeks = last_weeks(store)
    return beginning_of(store, weeks[-2]), beginning_of(store, weeks[-1]) - timedelta(microseconds=1)


def new_order(store: Store, number: str, at, **more: object) -> None:
    values = {
        "total_minor": 1000,
        "currency": "EUR",
        "history": False,
        "described_at": at,
        "event_id": 1,
        **more,
    }
    Order.objects.create(store=store, external_id=number, ordered_at=at, **values)


def test_orders_of_a_week_are_purchases_from_monday_on_where_the_store_is(
    store: Store, other_store: Store
) -> None:
    first, last = monday_and_sunday(store)
    new_order(store, "1", first)
    new_order(store, "2", last)
    new_order(store, "3", first - timedelta(microseconds=1))
    new_order(store, "4", last, status="Cancelled")
    new_order(store, "5", last, is_return=True)
    new_order(store, "6", last, currency="USD")
    new_order(other_store, "1", last)
    weeks = orders_by_week(store, last_weeks(store))
    assert len(weeks) == 13
    assert [(week.orders, week.spent_minor) for week in weeks[-3:]] == [(1, 1000), (3, 2000), (0, 0)]
    assert sum(week.orders for week in weeks) == 4


def test_stars_and_recommendation_of_a_week(store: Store, other_store: Store) -> None:
    first, last = monday_and_sunday(store)
    for number, (of, stars, at) in enumerate([(store, 5, first), (store, 2, last), (other_store, 1, last)]):
        Review.objects.create(
            store=of, external_id=str(number), rating=stars, reviewed_at=at, history=False, event_id=1
        )
    for number, (value, measure) in enumerate([(10, "nps"), (9, "nps"), (8, "nps"), (6, "nps"), (1, "csat")]):
        Response.objects.create(
            store=store, external_id=str(number), measure=Measure(measure), topic=Topic.RELATIONSHIP, value=value,
            answered_at=last, history=False, event_id=1,
        )  # fmt: skip
    stars = reviews_by_week(store, last_weeks(store))
    assert [(week.reviews, week.mean) for week in stars[-3:]] == [(0, None), (2, 3.5), (0, None)]
    nps = nps_by_week(store, last_weeks(store))
    assert [(week.answers, week.score) for week in nps[-3:]] == [(0, None), (4, 25.0), (0, None)]


def test_a_chart_that_takes_too_long_says_so(
    store: Store, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(store: Store) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT PG_SLEEP(5)")

    slow = replace(store_charts.get("orders"), load=load)
    monkeypatch.setitem(store_charts._items, "orders", slow)
    monkeypatch.setattr(today, "PATIENCE", "20ms")
    assert "This takes too long just now" in owner.get(f"/s/{store.slug}/charts/orders").content.decode()
    assert owner.get(f"/s/{store.slug}/charts/orders.csv").status_code == 503


def test_what_was_taken_back_is_no_work_of_the_night(store: Store) -> None:
    fill(store, 2)
    ImportRun.objects.filter(file_name="1.csv").update(state=ImportState.UNDONE)
    [told] = [done.text for done in load_overnight(store)["entries"] if "file" in done.text]
    assert told == "Brought in 1 file"


def test_a_chart_without_figures_says_what_will_stand_there(store: Store, owner: Client) -> None:
    assert "No orders in 13 weeks" in owner.get(f"/s/{store.slug}/charts/orders").content.decode()
    assert owner.get(f"/s/{store.slug}/charts/orders.png").status_code == 404
    assert owner.get(f"/s/{store.slug}/charts/orders.csv").content == b"Week from,Orders,Amount\r\n"


# The palette.


def options(browser: Client, store: Store, text: str) -> dict[str, list[str]]:
    groups = browser.get(f"/s/{store.slug}/palette/", {"q": text}).context["groups"]
    return {group.title: [each.label for each in group.found] for group in groups}


def test_the_palette_finds_pages_acts_and_customers(store: Store, owner: Client) -> None:
    add_customer(store)
    assert options(owner, store, "imp") == {"Pages": ["Improvements", "Imports"], "Do": ["Import a file"]}
    assert options(owner, store, "upload") == {"Do": ["Import a file"]}
    assert options(owner, store, "A-1")["Customers"] == ["Customer C-1"]
    assert options(owner, store, "negative rev") == {"Alerts": ["Negative review from a repeat customer"]}
    assert options(owner, store, "lapsed") == {"Segments": ["Lapsed regulars"]}
    assert options(owner, store, "zzz\0zz") == {}
    assert "Today" in options(owner, store, "")["Pages"]


def test_the_palette_shows_what_the_member_may(store: Store, signed_in: Callable[..., Client]) -> None:
    reader = signed_in(store, "read-only")
    found = options(reader, store, "")
    assert found["Pages"] == [
        "Today",
        "Customers",
        "Alerts",
        "Tasks",
        "Outbox",
        "Journeys",
        "Feedback",
        "Reviews",
        "Surveys",
        "Improvements",
        "Prompts",
        "Mentions",
        "Programmes",
        "Products",
        "Metrics",
        "Relationships",
        "Models",
        "Settings",
        "Store",
        "Scores",
        "Brand",
        "E-mail",
        "Messages",
        "Channels",
        "Shop reviews",
        "Definitions",
        "Costs",
        "Retention",
    ]
    assert "Do" not in found


def test_the_palette_does_not_work_more_for_many(store: Store, owner: Client) -> None:
    add_customer(store, 1)
    owner.get(f"/s/{store.slug}/palette/", {"q": "C-"})
    at_one = queries_of(lambda: owner.get(f"/s/{store.slug}/palette/", {"q": "C-"}))
    add_customer(store, 2)
    add_event(store, user_id="C-3")
    assert queries_of(lambda: owner.get(f"/s/{store.slug}/palette/", {"q": "C-"})) == at_one


# How pages look to a person.


def test_the_look_is_kept_for_the_person(store: Store, owner: Client) -> None:
    answer = owner.post(
        "/account/look/", {"theme": "dark", "density": "comfortable", "next": f"/s/{store.slug}/"}
    )
    assert answer.headers["Location"] == f"/s/{store.slug}/"
    assert 'data-theme="dark" data-density="comfortable"' in owner.get("/account/").content.decode()
    owner.post("/account/look/", {"theme": "pink", "next": "https://elsewhere.example/"})
    assert "data-theme" not in owner.get("/account/").content.decode()
    assert owner.post("/account/look/", headers={"HX-Request": "true"}).status_code == 204
