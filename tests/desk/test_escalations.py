"""The risk that a ticket escalates: by hand, as events arrive and days go by, and held against past tickets."""

from __future__ import annotations

from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from regard.capture.domain.batch import Stage
from regard.capture.models import Event
from regard.cli.main import main
from regard.core import clock
from regard.desk import reactions as desk
from regard.desk.domain.escalation_quality import LEAST, judged_escalations
from regard.desk.domain.escalation_risk import ESCALATION_RISK, INPUTS, EscalationBand
from regard.desk.domain.escalations import past_risks, refresh_all_risks
from regard.desk.domain.personal_data import clear_tickets, export_tickets
from regard.desk.models import Ticket
from regard.desk.pages.panel import render_tickets
from regard.listen.models import Understanding
from regard.profile.models import Customer, Identity, Order
from regard.score.domain.things import scores_of_thing
from regard.score.models import Score, ScoreChange
from tests.profile.histories import STAGES, append, at, call, take
from tests.score.people import NOW, days_ago, identity_of, new_customer, new_order

ALL = (*STAGES, Stage("tickets", desk.project_tickets), Stage("escalations", desk.refresh_risks))


def tell(store, hour, name, ticket_id="t1", user="7", **told):
    row = call(store, hour=hour, user=user, name=f"Ticket {name}", properties={"ticket_id": ticket_id} | told)
    with clock.set_to(at(hour)):
        return take(store, append([row]), stages=ALL)


def understand(ticket_id, **what):
    """As the text of a ticket was understood."""
    ticket = Ticket.objects.get(external_id=ticket_id)
    told = {"feeling": "negative", "urgency": 3, "intents": ["complaint"], "understood_at": ticket.opened_at}
    key = {"store": ticket.store, "source": "tickets", "source_id": ticket.pk}
    new = {"said_at": ticket.opened_at, "digest": 1}
    return Understanding.objects.update_or_create(
        **key, defaults=told | what, create_defaults=new | told | what
    )[0]


def points(store, ticket_id="t1"):
    [view] = scores_of_thing(store, "ticket", ticket_id)
    return {part.name: part.points for part in view.parts}


@given(st.tuples(*[st.integers(0, 60)] * len(INPUTS)))
def test_contributions_add_up_to_a_probability(figures):
    value = ESCALATION_RISK.value(figures)

    assert 5 <= value <= 100
    assert sum(part.points for part in ESCALATION_RISK.parts(figures)) == pytest.approx(value, abs=0.02)
    assert all(part.sentence for part in ESCALATION_RISK.parts(figures))


@pytest.mark.django_db
def test_the_risk_of_a_ticket_from_its_opening_to_its_end(store):
    """5 for any, 15 for a complaint, 20 for its urgency and 15 for its mood; 20 for an escalated one and 5
    for that ticket itself; then a day, and three, without an answer."""
    tell(store, 0, "Opened", "t0")
    tell(store, 1, "Answered", "t0")
    tell(store, 2, "Escalated", "t0")
    assert points(store, "t0") == {"ticket": 5}
    tell(store, 5, "Opened", subject="Where is it")
    understand("t1")
    with clock.set_to(at(6)):
        assert refresh_all_risks(store) == 1
        assert refresh_all_risks(store) == 0
    told = {"ticket": 5, "feeling": 15, "urgency": 20, "reason": 15, "tickets": 5, "escalations": 20}
    assert points(store) == told
    [view] = scores_of_thing(store, "ticket", "t1")
    assert (view.value, view.band) == (80, EscalationBand.LIKELY)
    said = CliRunner().invoke(main, ["score", "show", "--subject", "ticket:t1", "--store", store.slug])
    assert "Risk of escalation: 80 of 100, Likely to escalate" in said.output
    assert "1 ticket in the 90 days before." in said.output

    with clock.set_to(at(5 + 25)):
        refresh_all_risks(store)
    assert points(store) == told | {"open": 5, "unanswered": 10}

    tell(store, 5 + 73, "Answered")
    assert points(store) == told | {"open": 15}
    tell(store, 5 + 74, "Solved")
    with clock.set_to(at(5 + 24 * 9)):
        assert refresh_all_risks(store) == 0
    assert points(store) == told | {"open": 15}
    values = ScoreChange.objects.filter(store=store, subject_type="ticket").order_by("id")
    assert list(values.values_list("value", flat=True)) == [5, 30, 80, 95]


@pytest.mark.django_db
def test_it_is_told_by_the_event_of_a_ticket_and_called_off_orders_are_no_value(store):
    customer_of = {"hour": 1, "user": "7"}
    order = {"order_id": "o1", "total": 900, "currency": "EUR", "status": "cancelled"}
    rows = [
        call(store, name="Order Updated", properties=order, **customer_of),
        call(store, name="Ticket Opened", properties={"ticket_id": "t1"}, **customer_of),
        call(store, name="Product Viewed", properties={"product_id": "p1"}, hour=1.1, user="8"),
    ]
    with clock.set_to(at(1.2)):
        take(store, append(rows), stages=ALL)

    assert points(store) == {"ticket": 5}
    event = Event.objects.get(store=store, name="Ticket Opened")
    assert ScoreChange.objects.get(subject_type="ticket").event_id == event.id

    Order.objects.update(status="shipped")
    with clock.set_to(at(2)):
        refresh_all_risks(store)
    assert points(store) == {"ticket": 5, "value": 5}


@pytest.mark.django_db
def test_what_is_kept_is_held_before_it_is_computed_anew(store):
    """Else the job of the hour would undo what an event told while it computed."""
    tell(store, 0, "Opened")
    with CaptureQueriesContext(connection) as queries, clock.set_to(at(30)):
        assert refresh_all_risks(store) == 1
    said = [query["sql"] for query in queries]
    held = next(number for number, sql in enumerate(said) if "FOR UPDATE" in sql)
    read = next(number for number, sql in enumerate(said) if "listen_understanding" in sql)
    assert held < read


@pytest.mark.django_db
def test_customers_pages_tell_it_with_its_reasons_and_in_one_query_more(store, rf):
    tell(store, 1, "Opened")
    customer_id = Customer.objects.get().pk
    with CaptureQueriesContext(connection) as one:
        html = render_tickets(rf.get("/"), store, customer_id)
    tell(store, 2, "Opened", "t2")
    tell(store, 3, "Escalated", "t2")
    with CaptureQueriesContext(connection) as two:
        later = render_tickets(rf.get("/"), store, customer_id)

    assert len(one) == len(two) == 3
    assert "a probability of 5 %" in html
    assert "What every ticket has." in html
    assert "it was escalated" in later


@pytest.mark.django_db
def test_another_stores_tickets_have_no_part(store, other_store):
    tell(other_store, 0, "Opened", "t0")
    tell(other_store, 1, "Escalated", "t0")
    tell(store, 2, "Opened")

    assert points(store) == {"ticket": 5}
    with pytest.raises(ObjectDoesNotExist):
        scores_of_thing(other_store, "ticket", "t1")
    with clock.set_to(at(50)):
        assert refresh_all_risks(other_store) == 0


@pytest.mark.django_db
def test_what_is_foreseen_of_a_ticket_is_given_out_and_goes_with_it(store):
    tell(store, 1, "Opened")
    identity = Identity.objects.get()
    assert [told["escalation_risk"] for told in export_tickets(store, identity.customer_id)] == [5]

    clear_tickets(store, [identity.pk])
    assert not Score.objects.filter(subject_type="ticket").exists()
    assert not ScoreChange.objects.filter(subject_type="ticket").exists()


def past_ticket(customer, number, days, **told):
    opened = days_ago(days)
    return Ticket.objects.create(
        store=customer.store, identity=identity_of(customer), external_id=f"p{number}", opened_at=opened,
        described_at=opened, event_id=0, **{"history": True, "solved_at": opened + timedelta(hours=5)} | told,
    )  # fmt: skip


@pytest.mark.django_db
def test_past_tickets_are_judged_as_of_their_opening(store, other_store):
    """Three of thirty were at 55; two of them, and one of the others, took more than one answer."""
    people = [new_customer(store) for _ in range(LEAST)]
    for number, customer in enumerate(people):
        past_ticket(customer, number, 30)
    for number in range(3):
        understand(f"p{number}")
    Ticket.objects.filter(external_id="p0").update(escalated_at=days_ago(29.9))
    Ticket.objects.filter(external_id="p1").update(reopened_at=days_ago(20), solved_at=None)
    for number, days in ((100, 28), (101, 27)):
        past_ticket(people[5], number, days, category="late", solved_at=None)
    Ticket.objects.filter(external_id="p5").update(category="late")
    with clock.set_to(NOW):
        with CaptureQueriesContext(connection) as queries:
            found = judged_escalations(store)
        assert len(queries) == 1
        assert found is not None
        assert found.n == LEAST
        assert (found.shares["precision"], found.shares["recall"]) == (2 / 3, 2 / 3)
        assert "at 25 % or more when they were opened, 66.7 % were escalated" in found.said
        assert judged_escalations(other_store) is None


@pytest.mark.django_db
def test_what_came_later_has_no_influence_on_what_is_judged(store):
    customer = new_customer(store)
    ticket = past_ticket(customer, 1, 30, history=False, told={"subject": _rank(days_ago(30))})
    said = understand("p1", feeling="neutral", urgency=1, intents=["refund"])
    before = judged_figures(store)
    assert before == (1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0)

    past_ticket(customer, 2, 20, escalated_at=days_ago(19))
    new_order(customer, days_ago(10), total=90_000)
    for name in ("health", "csi"):
        ScoreChange.objects.create(
            store=store, name=name, subject_type="customer", subject_id=customer.pk, value=10, coverage=100,
            band=f"{name}:at_risk", history=False, changed_at=days_ago(29),
        )  # fmt: skip
    ticket.escalated_at = days_ago(25)
    ticket.save()
    assert judged_figures(store) == before

    without_text = (1, 0, 0, 0, *before[4:])
    Understanding.objects.filter(pk=said.pk).update(feeling="negative", is_feeling_told=True)
    assert judged_figures(store) == without_text
    Understanding.objects.filter(pk=said.pk).update(is_feeling_told=False)
    Ticket.objects.filter(pk=ticket.pk).update(told={"subject": _rank(days_ago(29))})
    assert judged_figures(store) == without_text

    past_ticket(customer, 3, 40, escalated_at=days_ago(35))
    new_order(customer, days_ago(31), total=90_000)
    for name in ("health", "csi"):
        ScoreChange.objects.filter(name=name, subject_id=customer.pk).update(changed_at=days_ago(31))
    assert judged_figures(store) == (1, 0, 0, 0, 1, 1, 50, 50, 1, 0, 0)


def judged_figures(store):
    """Of the ticket that was opened thirty days ago."""
    [(_outcome, figures)] = past_risks(store, since=days_ago(30.1), until=days_ago(29.5), most=50)
    return tuple(figures)


def _rank(moment):
    return [int(moment.timestamp()) * 1_000_000, 1]
