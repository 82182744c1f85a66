from __future__ import annotations

from itertools import pairwise, permutations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from regard.capture.domain.batch import Stage
from regard.capture.domain.imports import import_file
from regard.capture.domain.logged import next_events
from regard.capture.domain.record import new_fact
from regard.core import clock
from regard.desk import reactions as desk
from regard.desk.domain.queries import tickets_of_customer
from regard.desk.facts import TicketImported
from regard.desk.models import Ticket
from regard.profile.domain.segments.ask import customers_in_segment
from regard.profile.models import CustomerEvent, Identity
from tests.profile.histories import STAGES, append, at, call, take

pytestmark = pytest.mark.django_db
ALL = (*STAGES, Stage("tickets", desk.project_tickets))
CONTENT = (
    "external_id", "subject", "channel", "status", "priority", "category", "agent", "order_external_id",
    "opened_at", "first_answered_at", "solved_at", "reopened_at", "escalated_at", "described_at", "history",
    "identity__value",
)  # fmt: skip


def tell(store, *rows):
    return take(store, append(rows), stages=ALL)


def ticket(store, name="Opened", hour=1, user="1", **properties):
    told = {"ticket_id": "t1"} | properties
    return call(store, hour=hour, user=user, name=f"Ticket {name}", properties=told)


def imported(store, hour=1, **told):
    fact = TicketImported(**({"ticket_id": "t1", "opened_at": at(hour)} | told))
    user_id = told.get("customer_id")
    row = new_fact(fact, store_id=store.pk, occurred_at=at(hour), history=True, user_id=user_id)
    return row._replace(received_at=at(1_000))


def test_a_ticket_is_kept_with_all_that_is_told(store):
    told = {"subject": " Late ", "channel": "chat", "priority": "high", "category": "delivery", "agent": "Bo"}
    batch = tell(store, ticket(store, ticket_id=12, order_id="o1", **told))

    row = Ticket.objects.get()
    assert (row.external_id, row.subject, row.channel, row.status) == ("12", "Late", "chat", "open")
    assert (row.priority, row.category, row.agent, row.order_external_id) == ("high", "delivery", "Bo", "o1")
    assert (row.opened_at, row.solved_at, row.history, row.follows_order) == (at(1), None, False, False)
    assert batch.touched == {row.identity.customer_id}


def test_the_life_of_a_ticket(store):
    tell(store, ticket(store, "Opened", 1), ticket(store, "Answered", 2), ticket(store, "Answered", 3))
    tell(store, ticket(store, "Solved", 4))
    row = Ticket.objects.get()
    assert (row.status, row.first_answered_at, row.solved_at) == ("solved", at(2), at(4))

    tell(store, ticket(store, "Reopened", 5), ticket(store, "Escalated", 6), ticket(store, "Escalated", 7))
    row = Ticket.objects.get()
    assert (row.status, row.solved_at, row.reopened_at, row.escalated_at) == ("open", None, at(5), at(6))

    tell(store, ticket(store, "Solved", 8, status="closed"))
    row = Ticket.objects.get()
    assert (row.status, row.solved_at, row.described_at) == ("closed", at(8), at(8))


LIFE = [
    ("Opened", 1, {"subject": "Late", "category": "delivery"}),
    ("Updated", 2, {"category": "refund", "status": "pending"}),
    ("Answered", 3, {"agent": "Bo"}),
    ("Solved", 4, {}),
    ("Reopened", 5, {"user": "2"}),
    ("Escalated", 6, {"priority": "high"}),
]


@settings(max_examples=25)
@given(st.permutations(range(len(LIFE) + 1)), st.lists(st.integers(1, 7), max_size=4))
def test_late_repeated_and_shuffled_events_give_the_same_ticket(store, arrival, cuts):
    with transaction.atomic():
        rows = [ticket(store, name, hour, **told) for name, hour, told in LIFE]
        events = append([*rows, imported(store, 0, customer_id="3", subject="Old", solved_at=at(2.5))])
        tell_all = take(store, events, stages=ALL)
        expected = Ticket.objects.values_list(*CONTENT).get()
        Ticket.objects.all().delete()

        shuffled = [events[number] for number in arrival]
        bounds = [0, *sorted(cuts), len(shuffled)]
        for start, end in pairwise(bounds):
            take(store, shuffled[start:end], stages=ALL)
        take(store, shuffled[:2], stages=ALL)
        assert Ticket.objects.values_list(*CONTENT).get() == expected
        assert len(tell_all.touched) == 3
        transaction.set_rollback(True)


def test_a_ticket_that_names_only_its_order_is_by_who_placed_it(store):
    order = call(store, user="9", name="Order Completed", properties={"order_id": "o1"})
    events = append([imported(store, 3, order_id="o1"), order])
    for arrival in permutations(events):
        with transaction.atomic():
            touched = set()
            for event in arrival:
                touched |= take(store, [event], stages=ALL).touched
            row = Ticket.objects.get()
            assert (row.identity.value, row.follows_order, row.history) == ("9", True, True)
            assert row.identity.customer_id in touched
            assert CustomerEvent.objects.get(event_id=events[0].id).identity_id == row.identity_id
            assert tickets_of_customer(store, row.identity.customer_id) == [row]
            transaction.set_rollback(True)


@pytest.mark.parametrize("ticket_id", [None, "", True, [1], "x" * 201])
def test_what_has_no_id_is_no_ticket_and_is_noted(store, ticket_id):
    tell(store, ticket(store, ticket_id=ticket_id), ticket(store, ticket_id="t2"))

    assert list(Ticket.objects.values_list("external_id", flat=True)) == ["t2"]
    notes = list(CustomerEvent.objects.order_by("event_id").values_list("note", flat=True))
    assert [note.startswith("No ticket was kept: ticket_id: it is ") for note in notes] == [True, False]


def test_any_number_of_tickets_takes_the_same_queries(store):
    def cost(first, count):
        rows = [ticket(store, ticket_id=f"t{first + n}", user=f"u{first + n}") for n in range(count)]
        batch = take(store, append(rows), stages=STAGES)
        with CaptureQueriesContext(connection) as queries:
            desk.project_tickets(batch)
        return len(queries)

    assert cost(0, 1) == cost(1, 30) == 4  # load, keep, their words


def test_a_batch_without_tickets_asks_nothing(store):
    batch = take(store, append([call(store, user="1")]), stages=STAGES)
    with CaptureQueriesContext(connection) as queries:
        desk.project_tickets(batch)
    assert len(queries) == 0


def test_a_helpdesk_s_file_is_imported(store, tmp_path):
    path = tmp_path / "tickets.csv"
    path.write_text(
        "Ticket,Created at,Customer email,Title,Reason,State,First response at,Resolved at\n"
        "7,2026-01-02T10:00:00Z,ann@example.com,Late,delivery,solved,2026-01-02T11:00:00Z,2026-01-03T10:00:00Z\n"
        "8,never,bob@example.com,Broken,product,open,,\n"
    )
    summary = import_file(store=store, kind="tickets", path=path, actor="tests")
    assert (summary.read, summary.added, summary.rejected) == (2, 1, 1)

    take(store, next_events(store.pk, after=0, up_to=2**60, limit=9), stages=ALL)
    row = Ticket.objects.get()
    assert (row.external_id, row.subject, row.category, row.status) == ("7", "Late", "delivery", "solved")
    assert (row.history, row.identity) == (True, Identity.objects.get(value="ann@example.com"))
    assert (row.solved_at - row.opened_at).total_seconds() == 86_400


def test_segments_can_ask_of_tickets(store):
    with clock.set_to(at(49)):
        tell(
            store,
            ticket(store, user="1"),
            ticket(store, ticket_id="t2", user="1"),
            ticket(store, "Solved", 2),
        )
        tell(store, call(store, user="2"))

        def found(text):
            return [row.pk for row in customers_in_segment(store=store, text=text).rows]

        one, two = (Identity.objects.get(value=value).customer_id for value in ("1", "2"))
        assert found("tickets = 2 and tickets_open = 1") == [one]
        assert found("tickets = 0") == [two]
        assert found("last_ticket_days >= 2") == [one]
        assert found("last_ticket_days > 2") == []
