"""Raising alerts from batches of events, and what people do with them."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from regard.act.domain import queries
from regard.act.domain.alert_handling import assign_alert, handle_alert, mark_seen, reopen_alert
from regard.act.domain.queries import (
    AlertFilter,
    alert_for_viewer,
    alerts_for_viewer,
    alerts_of_customer,
    open_alert_counts,
)
from regard.act.domain.team import stores_without_leaders
from regard.act.models import Alert, Send
from regard.act.reactions import raise_alerts
from regard.capture.domain.batch import Batch
from regard.capture.domain.logged import LoggedEvent
from regard.capture.models import Event
from regard.core import clock
from regard.core.config import config
from regard.core.domain.members import add_member
from regard.core.models import AuditEntry, User
from regard.core.registry import event_words
from regard.listen.domain.review_import import MAX_REVIEW_ID
from regard.listen.models import Review
from regard.profile.models import Identity, Product
from tests.score.people import NOW, days_ago, identity_of, new_customer, new_order, new_review

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with clock.set_to(NOW):
        yield


def person(store, email, role):
    user = User.objects.create_user(email)
    add_member(store=store, user=user, role=role, actor="tests")
    return user


def repeat_customer(store, *, orders=2):
    customer = new_customer(store)
    for number in range(orders):
        new_order(customer, days_ago(30 + number))
    return customer


def logged(**values):
    given = {"received_at": NOW, "occurred_at": NOW, "source_id": None, "key": uuid.uuid4(), "user_id": None}
    return LoggedEvent(**(given | {"anonymous_id": None, "payload": "{}"} | values))


def batch(store, *events):
    """A batch of (event id, customer, history) events."""
    rows = [
        logged(id=number, history=history, type="track", name="Product Reviewed")
        for number, _, history in events
    ]
    identities = {number: identity_of(customer).pk for number, customer, _ in events}
    return Batch(store, rows, identities, {customer.pk for _, customer, _ in events})


def review_arrives(customer, rating=1, *, event_id=1, at=NOW, history=False, title="Broke at once"):
    review = new_review(customer, at, rating, event_id=event_id, history=history, title=title)
    raise_alerts(batch(customer.store, (event_id, customer, history)))
    return review


def facts(store, name):
    return [event.body for event in Event.objects.filter(store=store, name=name).order_by("id")]


def test_a_negative_review_of_a_repeat_customer_raises_a_critical_alert(store):
    customer = repeat_customer(store)

    review = review_arrives(customer, event_id=7)

    alert = Alert.objects.get(store=store)
    assert (alert.kind, alert.level, alert.state) == ("negative_review", "critical", "new")
    assert (alert.customer, alert.event_id, alert.instance) == (customer, 7, review.external_id)
    assert (alert.owner, alert.raised_at, alert.repeats, alert.response_time) == (None, NOW, 0, None)
    assert alert.reason == "1 of 5 stars from a customer with 2 orders: “Broke at once”"
    assert facts(store, "AlertRaised") == [
        {
            "alert_id": alert.pk,
            "kind": "negative_review",
            "level": "critical",
            "customer_id": customer.pk,
            "event_id": 7,
            "mailed": 0,
        }
    ]


def test_an_alert_of_which_nobody_is_mailed_says_so(store, caplog):
    customer = repeat_customer(store)

    review_arrives(customer, event_id=7)

    [told] = facts(store, "AlertRaised")
    assert event_words.get("AlertRaised")(told).endswith(
        "E-mailed to nobody: the store had no owner, admin or manager"
    )
    assert [record.levelname for record in caplog.records if record.name == "regard.alerts"] == ["WARNING"]
    assert stores_without_leaders() == [store.slug]

    person(store, "olga@example.com", "owner")
    with clock.set_to(NOW + timedelta(days=2)):
        review_arrives(customer, event_id=8, at=clock.now())
    assert facts(store, "AlertRaised")[1]["mailed"] == 1
    assert stores_without_leaders() == []


@pytest.mark.parametrize(
    ("rating", "orders", "alerts"), [(1, 2, 1), (2, 2, 1), (3, 2, 0), (1, 1, 0), (1, 0, 0), (2, 5, 1)]
)
def test_two_stars_and_two_orders_are_the_line(store, rating, orders, alerts):
    review_arrives(repeat_customer(store, orders=orders), rating)

    assert (Alert.objects.count(), len(facts(store, "AlertRaised"))) == (alerts, alerts)


@pytest.mark.parametrize(("event", "review"), [(True, True), (True, False), (False, True)])
def test_imports_never_raise_alerts(store, event, review):
    customer = repeat_customer(store)
    person(store, "olga@example.com", "owner")
    new_review(customer, NOW, 1, event_id=1, history=review)

    raise_alerts(batch(store, (1, customer, event)))

    assert (Alert.objects.count(), Send.objects.count()) == (0, 0)
    assert facts(store, "AlertRaised") == []


def test_imported_orders_count_but_cancelled_and_later_ones_do_not(store):
    cancelled, later, imported = (new_customer(store) for _ in range(3))
    new_order(cancelled, days_ago(2))
    new_order(cancelled, days_ago(1), status="cancelled")
    new_order(later, days_ago(2))
    new_order(later, NOW + timedelta(hours=1))
    new_order(imported, days_ago(3), history=True)
    new_order(imported, days_ago(2), history=True)

    for number, customer in enumerate((cancelled, later, imported), 1):
        review_arrives(customer, event_id=number)

    assert [alert.customer for alert in Alert.objects.all()] == [imported]


def test_a_review_alerts_once_however_often_it_is_read(store):
    customer = repeat_customer(store)
    review_arrives(customer)

    raise_alerts(batch(store, (1, customer, False)))
    raise_alerts(batch(store, (2, customer, False)))

    assert list(Alert.objects.values_list("repeats", flat=True)) == [0]


def test_repeats_collapse_for_a_day_into_one_alert(store):
    customer = repeat_customer(store)
    person(store, "olga@example.com", "owner")
    review_arrives(customer, event_id=1)

    with clock.set_to(NOW + timedelta(hours=23)):
        review_arrives(customer, event_id=2, at=clock.now())
        raise_alerts(batch(store, (2, customer, False)))
    with clock.set_to(NOW + timedelta(hours=24)):
        review_arrives(customer, event_id=3, at=clock.now())

    assert list(Alert.objects.order_by("id").values_list("event_id", "repeats")) == [(1, 1), (3, 0)]
    assert (Send.objects.count(), len(facts(store, "AlertRaised"))) == (2, 2)


def test_a_review_with_a_long_id_raises_an_alert_too(store):
    customer = repeat_customer(store)
    review = new_review(customer, NOW, 1, event_id=1, history=False)
    Review.objects.filter(pk=review.pk).update(external_id="r" * MAX_REVIEW_ID)

    raise_alerts(batch(store, (1, customer, False)))

    assert list(Alert.objects.values_list("instance", flat=True)) == ["r" * MAX_REVIEW_ID]


def test_two_reviews_of_a_batch_make_one_alert(store):
    customer = repeat_customer(store)
    new_review(customer, days_ago(0.1), 2, event_id=1, history=False, title="first")
    new_review(customer, NOW, 1, event_id=2, history=False, title="second")

    raise_alerts(batch(store, (1, customer, False), (2, customer, False)))

    assert list(Alert.objects.values_list("event_id", "repeats")) == [(1, 1)]


def test_a_handled_alert_hides_nothing_new(store):
    customer = repeat_customer(store)
    review_arrives(customer, event_id=1)
    handle_alert(Alert.objects.get(), actor="ada@example.com")

    review_arrives(customer, event_id=2)

    assert list(Alert.objects.order_by("id").values_list("state", "repeats")) == [("handled", 0), ("new", 0)]


def test_an_order_that_is_heard_of_late_still_counts(store):
    customer = repeat_customer(store, orders=1)
    review_arrives(customer, event_id=1)
    assert Alert.objects.count() == 0

    with clock.set_to(NOW + timedelta(hours=2)):
        new_order(customer, days_ago(1), event_id=2, history=False)
        raise_alerts(batch(store, (2, customer, False)))

    assert list(Alert.objects.values_list("event_id", flat=True)) == [1]


def test_a_merge_that_is_heard_of_late_still_counts(store):
    buyer, writer = repeat_customer(store), new_customer(store)
    review_arrives(writer, event_id=1)
    Identity.objects.filter(customer=writer).update(customer=buyer)

    raise_alerts(batch(store, (2, buyer, False)))

    assert [alert.customer for alert in Alert.objects.all()] == [buyer]


@pytest.mark.parametrize(("title", "named"), [("Linen shirt", "Linen shirt"), ("", "LS-M")])
def test_a_review_of_a_product_names_it_by_its_title_or_else_its_number(store, title, named):
    Product.objects.create(store=store, external_id="LS-M", title=title, currency="EUR")
    customer = repeat_customer(store)
    review = new_review(customer, NOW, 1, event_id=7, history=False, title="Thin")
    Review.objects.filter(pk=review.pk).update(product_external_id="LS-M")
    raise_alerts(batch(store, (7, customer, False)))

    assert Alert.objects.get().reason == f"{named}: 1 of 5 stars from a customer with 2 orders: “Thin”"


def test_an_old_review_is_no_news(store):
    customer = repeat_customer(store, orders=1)
    review_arrives(customer, event_id=1)

    with clock.set_to(NOW + timedelta(hours=25)):
        new_order(customer, days_ago(1), event_id=2, history=False)
        raise_alerts(batch(store, (2, customer, False)))

    assert Alert.objects.count() == 0


def test_another_store_is_untouched(store, other_store):
    person(other_store, "olga@example.com", "owner")
    elsewhere = new_customer(other_store)
    new_review(elsewhere, NOW, 1, event_id=1, history=False)
    new_order(elsewhere, days_ago(2))
    new_order(elsewhere, days_ago(3))

    review_arrives(repeat_customer(store))

    assert Alert.objects.filter(store=other_store).count() == 0
    assert Send.objects.filter(store=other_store).count() == 0


def test_those_who_lead_the_store_are_told_by_e_mail(store):
    for role in ("owner", "admin", "manager", "agent", "analyst", "read-only"):
        person(store, f"{role}@example.com", role)
    gone = person(store, "gone@example.com", "owner")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    customer = repeat_customer(store)

    review_arrives(customer)

    sends = list(Send.objects.order_by("recipient"))
    assert [send.recipient for send in sends] == [
        "admin@example.com",
        "manager@example.com",
        "owner@example.com",
    ]
    alert = Alert.objects.get()
    assert {(send.intent, send.instance, send.channel, send.purpose, send.state) for send in sends} == {
        ("alert", str(alert.pk), "email", "team", "queued")
    }
    assert sends[0].subject == "Acme: Critical: Negative review from a repeat customer"
    link = f"{config().public_url}/s/acme/customers/{customer.pk}/"
    assert sends[0].body_text == (
        f"{alert.reason}\n\nThe customer: {link}\n\nYou get this as somebody who leads Acme.\n"
    )


def test_nothing_that_people_write_gets_into_a_header(store):
    person(store, "olga@example.com", "owner")
    store.name = "Acme\r\nBcc: eve@example.com\x1b"
    store.save()

    review_arrives(repeat_customer(store), title="bad\nSubject: x")

    send = Send.objects.get()
    assert send.subject == "Acme Bcc: eve@example.com: Critical: Negative review from a repeat customer"
    assert "“bad Subject: x”" in send.body_text


def test_query_count_does_not_grow(store, django_assert_num_queries):
    person(store, "olga@example.com", "owner")
    customers = [repeat_customer(store) for _ in range(5)]
    for number, customer in enumerate(customers):
        new_review(customer, NOW, 1, event_id=number, history=False)
    batches = [
        batch(store, *((number, customers[number], False) for number in numbers))
        for numbers in ([0], [1], [2, 3, 4])
    ]
    raise_alerts(batches[0])

    for later in batches[1:]:
        with django_assert_num_queries(23):
            raise_alerts(later)

    assert Alert.objects.count() == 5


def test_a_batch_that_concerns_no_alert_costs_one_query_and_history_none(store, django_assert_num_queries):
    quiet = batch(store, (1, new_customer(store), False))
    quiet.events[0].name = "Product Viewed"
    with django_assert_num_queries(1):
        raise_alerts(quiet)

    past = batch(store, (1, new_customer(store), True))
    with django_assert_num_queries(0):
        raise_alerts(past)
    assert not Alert.objects.exists()


@pytest.fixture
def alert(store):
    review_arrives(repeat_customer(store))
    return Alert.objects.get(store=store)


def audits(store):
    return list(
        AuditEntry.objects.filter(store=store, action__startswith="alert.")
        .order_by("id")
        .values_list("action", "actor")
    )


def test_an_alert_is_seen_once(store, alert):
    with clock.set_to(NOW + timedelta(minutes=5)):
        assert mark_seen(alert, actor="ada@example.com") is True
        assert mark_seen(alert, actor="bob@example.com") is False

    assert (alert.state, alert.seen_at) == ("seen", NOW + timedelta(minutes=5))
    assert audits(store) == [("alert.seen", "ada@example.com")]
    assert facts(store, "AlertSeen") == [{"alert_id": alert.pk, "actor": "ada@example.com"}]


def test_handling_notes_the_response_time_and_can_be_undone(store, alert):
    with clock.set_to(NOW + timedelta(minutes=30)):
        assert handle_alert(alert, actor="ada@example.com") is True
        assert handle_alert(alert, actor="bob@example.com") is False
    assert (alert.state, alert.response_time) == ("handled", timedelta(minutes=30))
    assert (alert.seen_at, alert.handled_by) == (None, "ada@example.com")

    assert reopen_alert(alert, actor="ada@example.com") is True
    assert reopen_alert(alert, actor="ada@example.com") is False

    assert (alert.state, alert.seen_at, alert.handled_at, alert.response_time) == ("new", None, None, None)
    assert alert.handled_by == ""
    assert audits(store) == [("alert.handled", "ada@example.com"), ("alert.reopened", "ada@example.com")]
    assert facts(store, "AlertHandled") == [
        {"alert_id": alert.pk, "response_seconds": 1800.0, "actor": "ada@example.com", "resolution": ""}
    ]
    assert len(facts(store, "AlertReopened")) == 1


def test_what_was_seen_before_it_was_handled_is_seen_again(alert):
    with clock.set_to(NOW + timedelta(minutes=5)):
        mark_seen(alert, actor="ada@example.com")
    with clock.set_to(NOW + timedelta(minutes=30)):
        handle_alert(alert, actor="ada@example.com")
    reopen_alert(alert, actor="ada@example.com")
    assert (alert.state, alert.seen_at, alert.handled_at) == ("seen", NOW + timedelta(minutes=5), None)


def test_what_was_seen_and_handled_at_the_same_moment_was_seen(alert):
    mark_seen(alert, actor="ada@example.com")
    handle_alert(alert, actor="ada@example.com")
    assert alert.seen_at == alert.handled_at
    reopen_alert(alert, actor="ada@example.com")
    assert alert.state == "seen"


def test_alerts_are_given_to_members_only(store, other_store, alert):
    ada = person(store, "ada@example.com", "agent")
    stranger = person(other_store, "eve@example.com", "owner")

    assert assign_alert(alert, owner=ada, actor="ada@example.com") is True
    assert assign_alert(alert, owner=ada, actor="ada@example.com") is False
    with pytest.raises(ValidationError, match="no member"):
        assign_alert(alert, owner=stranger, actor="ada@example.com")

    assert alert.owner == ada
    assert assign_alert(alert, owner=None, actor="ada@example.com") is True
    assert alert.owner is None
    assert audits(store) == [("alert.assigned", "ada@example.com")] * 2
    assert [fact["owner_id"] for fact in facts(store, "AlertAssigned")] == [ada.pk, None]


def test_lists_are_paged_by_key_and_cost_one_query(store, django_assert_num_queries):
    for hours in range(3):
        with clock.set_to(NOW + timedelta(hours=hours)):
            review_arrives(repeat_customer(store), event_id=hours + 1)
    newest_first = list(Alert.objects.order_by("-raised_at"))

    for limit in (1, 3):
        with django_assert_num_queries(1):
            page = alerts_for_viewer(store=store, limit=limit)
            names = [alert.customer.name for alert in page.rows]
        assert (page.rows, names) == (newest_first[:limit], ["Ada"] * limit)
    first = alerts_for_viewer(store=store, limit=2)
    second = alerts_for_viewer(store=store, limit=2, cursor=first.next_cursor)
    assert (second.rows, second.next_cursor) == (newest_first[2:], "")


def test_lists_by_state_and_by_customer(store, other_store, monkeypatch):
    customers = [repeat_customer(store) for _ in range(3)]
    for number, customer in enumerate(customers, 1):
        review_arrives(customer, event_id=number)
    new, seen, handled = Alert.objects.order_by("id")
    mark_seen(seen, actor="ada@example.com")
    handle_alert(handled, actor="ada@example.com")

    def listed(state):
        return {alert.pk for alert in alerts_for_viewer(store=store, only=AlertFilter(state=state)).rows}

    assert [listed(state) for state in ("new", "seen", "handled", "open")] == [
        {new.pk}, {seen.pk}, {handled.pk}, {new.pk, seen.pk},
    ]  # fmt: skip
    assert open_alert_counts(store) == {"new": 1, "seen": 1}
    assert alerts_of_customer(store, customers[0].pk) == [new]
    assert alert_for_viewer(store, new.pk) == new
    assert alerts_for_viewer(store=other_store).rows == []
    monkeypatch.setattr(queries, "MOST_COUNTED", 1)
    mark_seen(new, actor="ada@example.com")
    assert open_alert_counts(store) == {"new": 0, "seen": 1}  # of two
    with pytest.raises(Alert.DoesNotExist):
        alert_for_viewer(other_store, new.pk)


def test_alerts_follow_a_merge(store):
    """And its undoing."""
    writer, winner = repeat_customer(store), new_customer(store)
    review_arrives(writer)
    whose = Identity.objects.filter(customer=writer)
    alert, identity = Alert.objects.get(), whose.get()
    whose.update(customer=winner)
    assert alerts_of_customer(store, winner.pk) == [alert]
    assert alerts_for_viewer(store=store, only=AlertFilter(customer_id=writer.pk)).rows == []

    Identity.objects.filter(pk=identity.pk).update(customer=writer)
    assert [found.customer for found in alerts_of_customer(store, writer.pk)] == [writer]
    assert alerts_for_viewer(store=store, only=AlertFilter(customer_id=writer.pk)).rows == [alert]
