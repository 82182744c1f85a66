"""Every live alert, from the event to the alert and its trace, through the whole pipeline."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from django.db import transaction

from regard import pipeline
from regard.act.domain.alert_handling import handle_alert
from regard.act.domain.digests import make_due_digests
from regard.act.domain.evaluations import forget_old_evaluations
from regard.act.domain.high_value import high_value_line
from regard.act.domain.thresholds import EVALUATIONS_KEPT, NEWS_AGE
from regard.act.domain.trace import trace_for_viewer
from regard.act.models import Alert, Evaluation, Send
from regard.core import clock
from regard.core.domain.members import add_member
from regard.core.models import User
from regard.profile.models import Customer, Identity, Order
from regard.score.domain.refresh import refresh_health
from tests.profile.histories import append, at, call, take
from tests.score.people import new_customer, new_order, new_refund

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with clock.set_to(at(50)):
        yield


def happens(store, *rows):
    return take(store, append(rows), stages=pipeline.STAGES)


def nps(store, value, hour=1, user="1", **more):
    told = {"value": value} | more
    return call(store, hour=hour, user=user, name="NPS Survey Submitted", properties=told)


def alerts(store):
    return list(Alert.objects.filter(store=store).order_by("id").values_list("kind", "level", "reason"))


def checks(store, kind):
    rows = Evaluation.objects.filter(store=store, kind=kind).order_by("event_id")
    return list(rows.values_list("matched", "why"))


FELL = "Would recommend us with 6 of 10, after 9 the time before"


@pytest.mark.parametrize(
    ("before", "after", "matched", "why"),
    [
        (9, 6, True, f"{FELL}."),
        (10, 0, True, "Would recommend us with 0 of 10, after 10 the time before."),
        (8, 6, False, "6 of 10 after 8; it takes 9 or more before."),
        (9, 7, False, "Would recommend us with 7 of 10; it takes 6 or less."),
        (None, 3, False, "Would recommend us with 3 of 10, and has not answered before."),
    ],
)
def test_a_promoter_who_becomes_a_detractor_is_critical(store, before, after, matched, why):
    if before is not None:
        happens(store, nps(store, before, 1))
    happens(store, nps(store, after, 2))

    assert checks(store, "nps_fall")[-1] == (matched, why)
    assert [(kind, level) for kind, level, _ in alerts(store) if kind == "nps_fall"] == (
        [("nps_fall", "critical")] if matched else []
    )


def test_answers_that_come_late_or_shuffled_give_the_same_alerts(store):
    rows = [nps(store, 9, 48, comment="Love it"), nps(store, 5, 49, comment="Broke"), nps(store, 7, 47)]
    events = append(rows)
    seen = []
    for arrival in permutations(events):
        with transaction.atomic():
            for event in arrival:
                take(store, [event], stages=pipeline.STAGES)
            seen.append({(kind, reason) for kind, _level, reason in alerts(store) if kind == "nps_fall"})
            transaction.set_rollback(True)

    fell = "Would recommend us with 5 of 10, after 9 the time before: “Broke”"
    assert seen == [{("nps_fall", fell)}] * len(seen)


def test_a_bad_answer_that_comes_late_is_no_news_of_who_recommends_us_again(store):
    happens(store, nps(store, 10, 1), nps(store, 9, 30))
    happens(store, nps(store, 2, 20))

    assert "nps_fall" not in {kind for kind, *_rest in alerts(store)}
    assert checks(store, "nps_fall")[-1] == (False, "2 of 10, but 9 in a later answer.")


def test_somebody_who_becomes_a_promoter_is_an_opportunity_without_an_e_mail(store):
    add_member(store=store, user=User.objects.create_user("olga@example.com"), role="owner", actor="tests")
    happens(store, nps(store, 8, 1), nps(store, 9, 2), nps(store, 10, 3))

    reason = "Would recommend us with 9 of 10, after 8 the time before."
    assert alerts(store) == [("promoter", "opportunity", reason)]
    assert [matched for matched, _why in checks(store, "promoter")] == [False, True, False]
    assert Send.objects.count() == 0


def test_an_old_answer_that_comes_late_makes_nobody_a_promoter(store):
    happens(store, nps(store, 2, 3))
    happens(store, nps(store, 10, 1))

    assert "promoter" not in {kind for kind, *_rest in alerts(store)}
    assert checks(store, "promoter")[-1] == (False, "10 of 10, but 2 in a later answer.")


def escalated(store, user="1", hour=2, **more):
    told = {"ticket_id": 77, "subject": "Where is it?"} | more
    return call(store, hour=hour, user=user, name="Ticket Escalated", properties=told)


def buyers(store, *spent):
    for number, total in enumerate(spent, 1):
        new_order(new_customer(store, str(number)), at(0), total=total)
    refresh_health(store=store)


@pytest.mark.parametrize(("who", "matched"), [("1", True), ("2", False), ("4", False), ("nobody", False)])
def test_an_escalation_is_critical_for_the_top_quarter_by_spend(store, who, matched):
    buyers(store, 40_000, 30_000, 20_000, 10_000)

    happens(store, escalated(store, who))

    assert high_value_line(store) == 40_000
    assert [found for found, _why in checks(store, "escalation")] == [matched]
    expected = "A ticket was escalated of a customer who spent 400.00 EUR, in the top quarter: “Where is it?”"
    assert alerts(store) == ([("escalation", "critical", expected)] if matched else [])


def test_returns_and_orders_called_off_are_not_spent(store):
    """Of the four who bought the first has spent most, once these are left out."""
    buyers(store, 40_000, 30_000, 20_000, 10_000)
    back, off = (new_order(new_customer(store, name), at(0), total=90_000) for name in ("back", "off"))
    Order.objects.filter(pk=back.pk).update(is_return=True)
    Order.objects.filter(pk=off.pk).update(status="cancelled")
    refresh_health(store=store)

    happens(store, escalated(store, "back"), escalated(store, "off"), escalated(store, "1"))

    assert high_value_line(store) == 40_000
    assert [found for found, _why in checks(store, "escalation")] == [False, False, True]


@pytest.mark.parametrize(("hour", "matched"), [(1, False), (3, True)])
def test_what_was_paid_back_by_then_is_not_spent(store, hour, matched):
    """The line itself knows of every refund."""
    for number, total in enumerate((40_000, 30_000, 20_000), 1):
        order = new_order(new_customer(store, str(number)), at(0), total=total)
        if number == 1:
            new_refund(order, 15_000, at(hour))
    refresh_health(store=store)

    happens(store, escalated(store, "1"))

    assert high_value_line(store) == 30_000
    assert checks(store, "escalation")[0][0] is matched


def test_the_line_of_high_value_holds_until_the_next_morning(store, django_assert_num_queries):
    buyers(store, 40_000)
    assert high_value_line(store) == 40_000
    new_order(new_customer(store, "2"), at(0), total=50_000)
    refresh_health(store=store)

    with clock.set_to(at(24 * 30)), django_assert_num_queries(1):
        assert high_value_line(store) == 40_000
    make_due_digests(store)
    assert high_value_line(store) == 50_000


def test_an_escalation_told_twice_alerts_once_and_says_so(store):
    buyers(store, 40_000)
    happens(store, escalated(store))
    happens(store, escalated(store, hour=3))

    assert len(alerts(store)) == 1
    assert checks(store, "escalation")[1] == (False, "It has raised an alert before.")


def ordered(store, total, hour=1, user="1"):
    told = {"order_id": f"o-{user}-{hour}", "total": total, "currency": "EUR"}
    return call(store, hour=hour, user=user, name="Order Completed", properties=told)


def test_an_escalation_alerts_whatever_is_heard_of_first(store):
    """The order was placed before it; another one after it changes nothing."""
    buyers(store, 40_000, 30_000, 20_000, 10_000)
    assert high_value_line(store) == 40_000
    events = append([escalated(store, "9", 40), ordered(store, 500, 39, "9"), ordered(store, 900, 41, "8"),
                     escalated(store, "8", 40, ticket_id=78)])  # fmt: skip
    seen = []
    for arrival in permutations(events):
        with transaction.atomic():
            for event in arrival:
                take(store, [event], stages=pipeline.STAGES)
            seen.append((alerts(store), checks(store, "escalation")))
            transaction.set_rollback(True)

    reason = "A ticket was escalated of a customer who spent 500.00 EUR, in the top quarter"
    few = "A ticket of a customer who spent 0.00 EUR was escalated; it takes 400.00 EUR."
    expected = (
        [("escalation", "critical", f"{reason}: “Where is it?”")],
        [(True, f"{reason}."), (False, few)],
    )
    assert seen == [expected] * len(seen)


def test_what_happened_more_than_a_week_ago_is_no_news_and_says_so(store):
    buyers(store, 40_000)
    with clock.set_to(at(10) + NEWS_AGE):
        happens(store, nps(store, 9, 8, "2"), nps(store, 2, 9, "2"), escalated(store, hour=9))
        happens(store, mention(store, interactions=99))
        assert alerts(store) == []
        why = "It happened more than 7 days before it was read, which is no news."
        assert checks(store, "nps_fall") == [(False, why)] * 2
        assert checks(store, "escalation") + checks(store, "social_complaint") == [(False, why)] * 2
        happens(store, escalated(store, hour=10))
    assert [kind for kind, *_rest in alerts(store)] == ["escalation"]


def mention(store, **told):
    given = {"sentiment": "negative", "url": "https://social.example/1", "text": "Avoid them"} | told
    return call(store, browser="fan", name="Social Mention", properties=given)


def test_complaints_of_nobody_known_are_told_apart_read_together_or_not(store, other_store):
    def rows(of):
        return [
            mention(of, interactions=99, url="", mention_id=f"m{n}")._replace(anonymous_id=None) for n in "12"
        ]

    happens(store, *rows(store))
    for row in rows(other_store):
        happens(other_store, row)

    assert [len(alerts(one)) for one in (store, other_store)] == [2, 2]
    assert set(Alert.objects.values_list("identity", "subject", "repeats")) == {(None, "", 0)}


@pytest.mark.parametrize(
    ("told", "matched"),
    [
        ({"interactions": 50}, True),
        ({"interactions": "49"}, False),
        ({"followers": 10_000}, True),
        ({"followers": 9_999, "interactions": 49}, False),
        ({"interactions": 50, "sentiment": "positive"}, False),
        ({"interactions": 50, "sentiment": -0.4}, True),
        ({"interactions": 50, "sentiment": None, "negative": True}, True),
        ({"interactions": [], "followers": "many"}, False),
        ({"interactions": "1e999"}, False),
    ],
)
def test_a_complaint_in_public_is_critical_when_many_see_it(store, told, matched):
    happens(store, mention(store, **told))

    assert [found for found, _why in checks(store, "social_complaint")] == [matched]
    assert [(kind, level) for kind, level, _ in alerts(store)] == (
        [("social_complaint", "critical")] if matched else []
    )


def test_history_is_checked_for_nothing(store):
    happens(store, nps(store, 9, 1), nps(store, 9, 1)._replace(history=True))
    Alert.objects.all().delete()
    Evaluation.objects.all().delete()

    rows = [nps(store, 3, 2), escalated(store), mention(store, interactions=99)]
    happens(store, *[row._replace(history=True) for row in rows])
    happens(store, *[row._replace(history=True, key=bytes(15) + bytes([n])) for n, row in enumerate(rows)],
            call(store, user="1"))  # fmt: skip

    assert (alerts(store), Evaluation.objects.count()) == ([], 0)


def test_of_two_customers_who_are_merged_one_alert_is_open(store):
    for user in ("1", "2"):
        happens(store, nps(store, 9, 1, user))
    Alert.objects.all().delete()
    happens(store, nps(store, 3, 2, "1"))
    one, two = (Identity.objects.get(store=store, value=user) for user in ("1", "2"))
    Customer.objects.filter(pk=one.customer_id).update(merged_into=two.customer_id)
    Identity.objects.filter(pk=one.pk).update(customer=two.customer_id)

    happens(store, nps(store, 9, 3, "2"), nps(store, 2, 4, "2"))

    (alert,) = Alert.objects.filter(kind="nps_fall")
    assert (alert.identity, alert.customer, alert.repeats) == (one, two.customer, 1)


def test_the_scores_that_an_event_moved_can_be_seen(store, django_assert_num_queries):
    order = {"order_id": "o", "total": "40.00", "currency": "EUR"}
    happens(store, call(store, user="1", name="Order Completed", properties=order))
    happens(store, call(store, user="1", name="Product Reviewed", properties={"review_id": "a", "rating": 5}))
    bad = {"review_id": "b", "rating": 1}
    (event,) = happens(store, call(store, hour=2, user="1", name="Product Reviewed", properties=bad)).events

    with django_assert_num_queries(4):
        move, *others = trace_for_viewer(store, event.id).scores
    assert {other.name for other in others} <= {"csi", "churn", "referral"}
    assert (move.name, move.at) == ("health", at(50))
    assert move.before is not None
    assert move.after is not None
    assert move.after < move.before


def test_a_score_that_rests_on_too_little_is_none_that_moved(store):
    good, bad = {"review_id": "a", "rating": 5}, {"review_id": "b", "rating": 1}
    happens(store, call(store, user="1", name="Product Reviewed", properties=good))
    (event,) = happens(store, call(store, hour=2, user="1", name="Product Reviewed", properties=bad)).events

    moves = trace_for_viewer(store, event.id).scores
    assert {(move.before, move.after, move.band_label) for move in moves} == {(None, None, "Not enough data")}


def test_the_six_steps_of_an_answer_can_be_seen(store):
    add_member(store=store, user=User.objects.create_user("olga@example.com"), role="owner", actor="tests")
    happens(store, nps(store, 10, 1))
    batch = happens(store, nps(store, 2, 2, comment="Never again"))
    (event,) = batch.events

    trace = trace_for_viewer(store, event.id)

    assert (trace.event.occurred_at, trace.event.received_at) == (at(2), at(1_000))
    assert trace.customer == Customer.objects.get()
    assert [(one.kind, one.matched) for one in trace.evaluations] == [("nps_fall", True), ("promoter", False)]
    (alert,) = trace.alerts
    assert (alert.kind, alert.event_id) == ("nps_fall", event.id)
    assert "Never again" in alert.reason
    assert "Never again" not in "".join(one.why for one in trace.evaluations)
    assert [(send.recipient, send.intent, send.instance) for send in trace.sends] == [
        ("olga@example.com", "alert", str(alert.pk))
    ]


def test_a_handled_alert_takes_nothing_in(store):
    happens(store, nps(store, 9, 1), nps(store, 1, 2))
    handle_alert(Alert.objects.get(kind="nps_fall"), actor="ada@example.com")
    happens(store, nps(store, 9, 3), nps(store, 1, 4))

    states = Alert.objects.filter(kind="nps_fall").order_by("id").values_list("state", flat=True)
    assert list(states) == ["handled", "new"]


def test_checks_are_forgotten_after_ninety_days(store):
    happens(store, nps(store, 9, 1))
    with clock.set_to(at(50) + EVALUATIONS_KEPT):
        assert forget_old_evaluations() == 0
    with clock.set_to(at(50) + EVALUATIONS_KEPT + timedelta(seconds=1)):
        assert forget_old_evaluations() == 2
