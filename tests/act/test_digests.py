"""Warnings once a day and opportunities once a week, by e-mail to those who lead the store."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.db import connection

from regard import pipeline
from regard.act.domain.conditions import expansion, trends
from regard.act.domain.digests import make_due_digests
from regard.act.domain.sending import send_due
from regard.act.models import Alert, AlertKind, Send
from regard.connect.mail.server import mail_server
from regard.connect.mail.smtp import SmtpChannel
from regard.core import clock
from regard.core.domain.members import add_member
from regard.core.models import Store, User
from regard.core.registry import volumes
from regard.desk.models import Ticket
from regard.listen.models import Response, Review
from regard.profile.domain.segments.ask import customers_in_segment
from regard.profile.models import Product
from regard.score.domain.refresh import refresh_health
from regard.score.models import Score
from tests.connect.mailserver import running_mail_server
from tests.profile.histories import append, at, call, take
from tests.query_plans import plan_of
from tests.score.people import identity_of, new_customer, new_order, new_refund

pytestmark = pytest.mark.django_db
NUMBERS = count(1)
TUESDAY = datetime(2026, 11, 3, 7, 5, tzinfo=UTC)  # five past eight in Berlin
MONDAY = TUESDAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def _leaders(store):
    for role in ("owner", "agent"):
        user = User.objects.create_user(f"{role}@example.com")
        add_member(store=store, user=user, role=role, actor="tests")


def answers(store, score, number, *, days, measure="csat", topic="support", history=False, product=""):
    Response.objects.bulk_create(
        Response(
            store=store, external_id=f"a{next(NUMBERS)}", measure=measure, topic=topic, value=1, lowest=0,
            highest=1, score=score, answered_at=TUESDAY - timedelta(days=days), history=history, event_id=1,
            product_external_id=product,
        )
        for _ in range(number)
    )  # fmt: skip


def due(store, at=TUESDAY):
    with clock.set_to(at):
        return [str(period) for period in make_due_digests(store)]


def raised(*, level="warning"):
    return list(Alert.objects.filter(level=level).order_by("kind", "id").values_list("kind", "reason"))


@pytest.mark.parametrize(
    ("recent", "number", "history", "warned"),
    [(80, 20, False, True), (85, 20, False, False), (80, 19, False, False), (80, 20, True, False)],
)
def test_satisfaction_that_falls_is_a_warning(store, recent, number, history, warned):
    answers(store, 90, 60, days=20, history=True)
    answers(store, recent, number, days=3, history=history)

    due(store)

    sentence = "Satisfaction with help that was given: 80 of 100 in 7 days (20 answers), 88 in 28."
    assert raised() == ([("satisfaction_fall", sentence)] if warned else [])


@pytest.mark.parametrize(("stars", "number", "warned"), [(4, 10, True), (4, 9, False), (5, 10, False)])
def test_a_product_that_satisfies_less_than_before_is_a_warning(store, stars, number, warned):
    Product.objects.create(store=store, external_id="boots", title="Hiking boots", currency="EUR")
    for many, rating, days in ((20, 5, 100), (number, stars, 5)):
        Review.objects.bulk_create(
            Review(
                store=store, external_id=f"r{next(NUMBERS)}", product_external_id="boots", rating=rating,
                reviewed_at=TUESDAY - timedelta(days=days), history=days == 100, event_id=1,
            )
            for _ in range(many)
        )  # fmt: skip
    answers(store, 100, 40, days=5, topic="product", product="hat")

    due(store)

    sentence = "Hiking boots: 4.0 of 5 stars in 28 days (10 ratings), 5.0 before."
    assert raised() == ([("product_fall", sentence)] if warned else [])


def test_a_reason_is_in_the_language_of_the_store(store):
    """Whoever reads it; and numbers are written as there."""
    Store.objects.filter(pk=store.pk).update(language="de")
    store.refresh_from_db()
    Product.objects.create(store=store, external_id="boots", title="Stiefel", currency="EUR")
    for rating, days in ((5, 100), (4, 5)):
        Review.objects.bulk_create(
            Review(
                store=store, external_id=f"r{next(NUMBERS)}", product_external_id="boots", rating=rating,
                reviewed_at=TUESDAY - timedelta(days=days), history=days == 100, event_id=1,
            )
            for _ in range(20)
        )  # fmt: skip

    due(store)

    sentence = "Stiefel: 4,0 von 5 Sternen in 28 Tagen (20 Bewertungen), vorher 5,0."
    assert raised() == [("product_fall", sentence)]


@pytest.mark.parametrize(("late", "warned"), [(1, True), (0, False)])
def test_deliveries_that_come_later_than_before_are_a_warning(store, late, warned):
    customer = new_customer(store)
    for number in range(40):
        recent = number < 20
        delivered = TUESDAY - timedelta(days=3 if recent else 20)
        is_late = recent and number < late
        order = new_order(customer, delivered - timedelta(days=4), history=not recent)
        order.delivered_at = delivered
        order.promised_at = delivered + timedelta(days=-1 if is_late else 0)
        order.save()

    due(store)

    sentence = "95 % of 20 deliveries came in time in 7 days, 100 % before."
    assert raised() == ([("late_deliveries", sentence)] if warned else [])


@pytest.mark.parametrize(("history", "warned"), [(False, True), (True, False)])
def test_a_delivery_is_live_when_what_tells_of_it_is(store, history, warned):
    """The orders were imported. Twenty came in time three weeks ago, twenty come late now."""
    since = (TUESDAY - at(0)) / timedelta(hours=1)
    rows = []
    for number in range(40):
        placed, promised, came = (since - 24 * days for days in ((30, 25, 26) if number < 20 else (9, 6, 2)))
        told = {"order_id": f"o{number}", "total": 10, "promised_at": at(promised).isoformat()}
        if number < 20:
            told["delivered_at"] = at(came).isoformat()
        order = call(store, hour=placed, user=f"u{number}", name="Order Completed", properties=told)
        rows.append(order._replace(history=True))
    parcels = [
        call(
            store, hour=since - 48, user=f"u{number}", name="Order Delivered",
            properties={"order_id": f"o{number}", "shipment_id": f"s{number}"},
        )._replace(history=history)
        for number in range(20, 40)
    ]  # fmt: skip
    for part in (rows, parcels):
        take(store, append(part), stages=pipeline.STAGES)

    due(store)

    sentence = "0 % of 20 deliveries came in time in 7 days, 100 % before."
    assert raised() == ([("late_deliveries", sentence)] if warned else [])


@pytest.mark.parametrize(
    ("now", "before", "history", "warned"),
    [(10, 8, False, True), (9, 0, False, False), (10, 9, False, False), (10, 8, True, False)],
)
def test_more_tickets_of_a_category_are_a_warning(store, now, before, history, warned):
    for many, days in ((now, 2), (before, 9)):
        at = TUESDAY - timedelta(days=days)
        Ticket.objects.bulk_create(
            Ticket(store=store, external_id=f"t{next(NUMBERS)}", category="refunds", opened_at=at,
                   described_at=at, event_id=1, history=history)
            for _ in range(many)
        )  # fmt: skip

    due(store)

    assert raised() == ([("volume_rise", "refunds: 10 in 7 days, 8 in the 7 days before.")] if warned else [])


def test_satisfaction_that_rises_is_an_opportunity(store):
    answers(store, 80, 20, days=40)
    answers(store, 84, 20, days=10)

    due(store)

    sentence = "Satisfaction with help that was given: 84 of 100 in 28 days (20 answers), 80 before."
    assert raised(level="opportunity") == [("satisfaction_rise", sentence)]


@pytest.mark.parametrize(
    ("health", "last", "history", "found"),
    [
        (60, 10_500, False, True),
        (59, 10_500, False, False),
        (60, 10_400, False, False),
        (60, 10_500, True, False),
    ],
)
def test_a_good_customer_who_buys_more_is_an_opportunity(store, health, last, history, found):
    customer, other = new_customer(store), new_customer(store)
    for number in range(2):
        new_order(customer, TUESDAY - timedelta(days=100 + number), total=10_000)
    new_order(other, TUESDAY - timedelta(days=3), total=500, history=False)
    new_order(customer, TUESDAY - timedelta(days=2), total=last, history=history)
    refresh_health(store=store, as_of=TUESDAY)
    Score.objects.filter(store=store).update(value=health)

    due(store)

    alerts = Alert.objects.filter(kind=AlertKind.EXPANSION)
    assert [alert.customer for alert in alerts] == ([customer] if found else [])
    if found:
        assert alerts[0].reason == (
            "Orders of 105.00 EUR this week, 100.00 EUR before; spent 305.00 EUR, health 60."
        )


@pytest.mark.parametrize(
    ("before", "recent", "last_is_history", "told"),
    [
        ((100, 120), (50, 20, 2), False, "3 orders in 90 days, 2 in the 90 days before"),
        ((300, 400), (50, 20, 2), False, "3 orders in 90 days, 0 in the 90 days before"),
        ((100, 120, 130), (50, 20, 2), False, ""),  # as often
        ((100, 120), (20, 2), False, ""),  # two are no frequency
        ((100,), (50, 20, 2), False, ""),  # of whom too little is known
        ((100, 120), (50, 20, 8), False, ""),  # not this week
        ((100, 120), (50, 20, 2), True, ""),  # an import tells of it
    ],
)
def test_a_good_customer_who_buys_more_often_is_an_opportunity(store, before, recent, last_is_history, told):
    """At the same value each time. What was imported is what it is compared with."""
    customer = new_customer(store)
    for days in (*before, *recent[:-1]):
        new_order(customer, TUESDAY - timedelta(days=days), total=10_000)
    new_order(customer, TUESDAY - timedelta(days=recent[-1]), total=10_000, history=last_is_history)
    refresh_health(store=store, as_of=TUESDAY)
    Score.objects.filter(store=store).update(value=60)

    due(store)

    spent = 100 * len((*before, *recent))
    expected = [f"{told}; spent {spent}.00 EUR, health 60."] if told else []
    found = Alert.objects.filter(kind=AlertKind.EXPANSION)
    assert list(found.values_list("reason", flat=True)) == expected


def test_whose_orders_are_worth_more_and_come_more_often_is_told_of_once(store):
    customer = new_customer(store)
    for days in (100, 120, 50, 20):
        new_order(customer, TUESDAY - timedelta(days=days), total=10_000)
    new_order(customer, TUESDAY - timedelta(days=2), total=12_000, history=False)
    refresh_health(store=store, as_of=TUESDAY)
    Score.objects.filter(store=store).update(value=60)

    due(store)

    assert Alert.objects.get(kind=AlertKind.EXPANSION).reason == (
        "Orders of 120.00 EUR this week, 100.00 EUR before; 3 orders in 90 days, 2 in the 90 days before; "
        "spent 520.00 EUR, health 60."
    )


@pytest.mark.parametrize(("paid_back", "spent"), [(0, ["305.00"]), (500, ["300.00"]), (1_000, [])])
def test_who_buys_more_counts_by_what_is_left_after_refunds(store, paid_back, spent):
    customer, other = new_customer(store), new_customer(store)
    new_order(other, TUESDAY - timedelta(days=90), total=29_800)
    first, _second = (
        new_order(customer, TUESDAY - timedelta(days=100 + number), total=10_000) for number in range(2)
    )
    new_order(customer, TUESDAY - timedelta(days=2), total=10_500, history=False)
    new_refund(first, paid_back, TUESDAY - timedelta(days=50))
    refresh_health(store=store, as_of=TUESDAY)
    Score.objects.filter(store=store).update(value=60)

    due(store)

    found = Alert.objects.filter(kind=AlertKind.EXPANSION)
    assert [alert.reason.partition("spent ")[2].partition(" EUR")[0] for alert in found] == spent


def test_digests_are_made_once_from_eight_o_clock_of_the_store(store):
    assert due(store, MONDAY - timedelta(hours=1)) == ["daily", "weekly"]  # of the day and week before
    assert due(store, MONDAY - timedelta(minutes=6)) == []
    assert due(store, MONDAY) == ["daily", "weekly"]
    assert due(store, MONDAY + timedelta(hours=12)) == []
    assert due(store, TUESDAY) == ["daily"]
    assert due(store, TUESDAY + timedelta(days=3)) == ["daily"]
    assert Send.objects.count() == 0  # there is nothing to tell


def test_those_who_lead_are_told_in_one_e_mail_each(store, other_store):
    customer = new_customer(store)
    answers(store, 90, 60, days=20)
    answers(store, 80, 20, days=3)
    for number in range(12):
        Alert.objects.create(
            store=store, kind="promoter", level="opportunity", identity=identity_of(customer),
            reason=f"Nine of ten {number}.",
            instance=str(number), raised_at=MONDAY - timedelta(days=2, minutes=number),
        )  # fmt: skip

    assert due(store, MONDAY) == ["daily", "weekly"]

    daily, weekly = Send.objects.order_by("intent")
    assert {daily.recipient, weekly.recipient} == {"owner@example.com"}
    assert (daily.intent, daily.instance, daily.subject) == ("daily_digest", "2026-11-02", "Acme: 1 warning")
    assert "80 of 100 in 7 days" in daily.body_text
    assert (weekly.intent, weekly.subject) == ("weekly_digest", "Acme: 12 opportunities")
    assert weekly.body_text.count("Nine of ten") == 10
    newest = Alert.objects.get(instance="0")
    assert f"/s/acme/customers/{customer.pk}/#alert-{newest.pk}\n" in weekly.body_text
    assert "- and 2 more" in weekly.body_text
    assert not Send.objects.filter(store=other_store).exists()


def test_what_was_just_found_is_told_while_the_clock_runs(store):
    answers(store, 90, 60, days=20)
    answers(store, 80, 20, days=3)
    for moment in (TUESDAY, TUESDAY + timedelta(days=1)):
        with clock.set_to(moment, rate=1):
            make_due_digests(store)

    assert [reason for _kind, reason in raised()] == [
        "Satisfaction with help that was given: 80 of 100 in 7 days (20 answers), 88 in 28."
    ]
    assert list(Send.objects.values_list("intent", "instance")) == [("daily_digest", "2026-11-03")]


def test_what_goes_on_is_no_news_for_a_week(store):
    answers(store, 90, 60, days=20)
    answers(store, 80, 30, days=1)
    for day in range(6):
        due(store, TUESDAY + timedelta(days=day))

    assert list(Alert.objects.filter(level="warning").values_list("repeats", flat=True)) == [5]
    assert Send.objects.filter(intent="daily_digest").count() == 1


def test_a_warning_is_about_the_store(store):
    answers(store, 90, 60, days=20)
    answers(store, 80, 20, days=3)
    due(store)

    alert = Alert.objects.get(level="warning")
    assert (alert.customer, alert.event_id, alert.subject) == (None, None, "csat/support")


def test_days_that_share_a_date_in_utc_do_not_collide(store):
    """Made late on one day in Auckland, and at eight the next day: both on the same day in Greenwich."""
    store.time_zone = "Pacific/Auckland"
    store.save()
    answers(store, 90, 60, days=20)
    answers(store, 80, 20, days=2)
    assert due(store, datetime(2026, 11, 3, 8, tzinfo=UTC)) == ["daily", "weekly"]
    assert due(store, datetime(2026, 11, 3, 19, 5, tzinfo=UTC)) == ["daily"]
    assert Alert.objects.get(level="warning").repeats == 1


def test_another_store_is_untouched(store, other_store):
    answers(other_store, 90, 60, days=20)
    answers(other_store, 80, 20, days=3)
    due(store)
    assert Alert.objects.count() == 0


def test_critical_at_once_warnings_daily_opportunities_weekly(store):
    """Through a real mail server: who leads the store gets each class when its time has come."""
    answers(store, 90, 60, days=24)
    answers(store, 80, 25, days=4)
    with running_mail_server() as server:
        channels = {"email": SmtpChannel(mail_server(server.url), sender="Regard <regard@shop.example>")}

        def arrived():
            send_due(channels=channels)
            return sorted(str(mail["Subject"]) for mail in server.taken)

        with clock.set_to(MONDAY - timedelta(days=3)):
            rows = [
                call(store, user=user, hour=hour, name="NPS Survey Submitted", properties={"value": value})
                for hour, user, value in ((1, "1", 10), (2, "1", 2), (3, "2", 9))
            ]
            take(store, append(rows), stages=pipeline.STAGES)
            at_once = arrived()
        with clock.set_to(MONDAY):
            assert make_due_digests(store) == ["daily", "weekly"]
            later = arrived()

    critical = "Acme: Critical: A promoter has become a detractor"
    assert at_once == [critical]
    assert later == ["Acme: 1 opportunity", "Acme: 1 warning", critical]


def test_segments_can_ask_of_open_alerts(store):
    customer, _other = new_customer(store), new_customer(store)
    for number, state in enumerate(("new", "seen", "handled")):
        Alert.objects.create(
            store=store, kind="promoter", level="opportunity", identity=identity_of(customer),
            reason="Nine.", state=state, instance=str(number), raised_at=MONDAY,
        )  # fmt: skip

    found = customers_in_segment(store=store, text="alerts_open >= 2").rows
    assert [row.pk for row in found] == [customer.pk]


# So many that an index is worth its while, an hour apart.
MANY = 5_000
FILL = (
    """
    INSERT INTO listen_response (store_id, external_id, survey, measure, topic, score, text, order_external_id,
        product_external_id, answered_at, history, event_id, follows_order, low_is_good)
    SELECT %(store)s, n::text, '', 'csat', 'product', 50, '', '', 'p' || mod(n, 500),
        %(now)s - n * interval '1 hour', false, n, false, false
    FROM generate_series(1, %(many)s) AS n
    """,
    """
    INSERT INTO listen_review (store_id, external_id, rating, title, body, order_external_id,
        product_external_id, reviewed_at, history, event_id, follows_order)
    SELECT %(store)s, n::text, 1 + mod(n, 5), '', '', '', 'p' || mod(n, 500),
        %(now)s - n * interval '1 hour', false, n, false
    FROM generate_series(1, %(many)s) AS n
    """,
    """
    INSERT INTO profile_order (store_id, external_id, identity_id, status, ordered_at, promised_at, delivered_at,
        refunded_minor, currency, is_return, history, described_at, event_id, told)
    SELECT %(store)s, n::text, %(identity)s, 'paid', %(now)s - n * interval '1 hour',
        %(now)s - n * interval '1 hour', %(now)s - n * interval '1 hour', 0, 'EUR', false, false, %(now)s, n, '{}'
    FROM generate_series(1, %(many)s) AS n
    """,
    """
    INSERT INTO desk_ticket (store_id, external_id, follows_order, subject, channel, status, priority, category,
        agent, order_external_id, opened_at, described_at, event_id, history, told)
    SELECT %(store)s, n::text, false, '', '', '', '', '', '', '', %(now)s - n * interval '1 hour', %(now)s,
        n, false, '{}'
    FROM generate_series(1, %(many)s) AS n
    """,
    "ANALYZE profile_order, listen_response, listen_review, desk_ticket",
)


@pytest.mark.parametrize(
    ("statement", "indexes"),
    [
        (trends.SATISFACTION, ["responses_by_time"]),
        # That by stars goes by time within each of the five, which is as good.
        (trends.PRODUCTS, ["responses_by_time", "reviews_by_time|reviews_by_stars"]),
        (trends.DELIVERIES, ["promised_orders_by_delivery"]),
        (trends.VOLUMES.format(sql=volumes.get("tickets").sql), ["tickets_by_time"]),
        (expansion.FIND_EXPANDING, ["orders_by_time"]),
    ],
    ids=["satisfaction", "products", "deliveries", "volumes", "expansion"],
)
def test_what_is_looked_at_every_day_is_found_by_time(store, statement, indexes):
    values = dict.fromkeys(("recent", "from", "to", "now", "since", "until", "span", "span_before"), TUESDAY)
    values |= {"store": store.pk, "zone": "UTC", "currency": "EUR", "void": [], "health": 1, "line": 1}
    filled = {
        "store": store.pk,
        "now": TUESDAY,
        "many": MANY,
        "identity": identity_of(new_customer(store)).pk,
    }
    with connection.cursor() as cursor:
        for fill in FILL:
            cursor.execute(fill, filled if "%(" in fill else None)
    plan = plan_of(statement, values | dict.fromkeys(("orders", "rise", "often", "often_rise", "most"), 1))
    assert [index for index in indexes if not re.search(index, plan)] == []
