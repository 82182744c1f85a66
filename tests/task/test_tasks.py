"""Tasks: made once for a wish, given, done, dropped, postponed, and what the log and the audit know of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regard.act.models import Alert, Send
from regard.capture.models import Event
from regard.core import clock
from regard.core.domain.members import add_member
from regard.core.models import AuditEntry, User
from regard.core.registry import ActionCall, actions, data_holders
from regard.task.domain.handling import assign_task, do_task, drop_task, postpone_task, reopen_task
from regard.task.domain.making import make_task
from regard.task.domain.overdue import stores_with_overdue_tasks, tell_overdue
from regard.task.domain.queries import TaskFilter, known_origins, open_tasks, tasks_for_viewer
from regard.task.models import Task
from regard.task.pages.palette import find_tasks
from tests.act.queueing import facts
from tests.score.people import identity_of, new_customer

pytestmark = pytest.mark.django_db
ADA, BEA = "ada@acme.example", "bea@acme.example"


def join(store, email, role):
    return add_member(store=store, user=User.objects.create_user(email), role=role, actor="tests").user


def call(customer, key="enrolment:1:call", **parameters):
    identity = identity_of(customer)
    return ActionCall(identity.pk, customer.pk, key, "journey:recovery", parameters)


def audited(store):
    rows = AuditEntry.objects.filter(store=store, action__startswith="task.").order_by("id")
    return list(rows.values_list("action", flat=True))


def test_a_wish_makes_one_task_however_often_it_is_made(store):
    customer = new_customer(store, "u-1")
    wish = call(customer, title="Call Ada", text="She is cross.", due_hours=4)
    perform = actions.get("task").perform
    (first,) = perform(store, [wish])
    again = perform(store, [wish, wish, call(customer, "enrolment:2:call", title="Call again")])
    task = Task.objects.get(key=wish.key)
    assert (task.title, task.text, task.origin, task.due_at - task.made_at > timedelta(hours=3.9)) == (
        "Call Ada", "She is cross.", "journey:recovery", True,
    )  # fmt: skip
    assert first == again[0] == again[1]
    assert first.values == {"task_id": task.pk, "task_key": wish.key}
    assert [fact["key"] for fact in facts("TaskMade")] == [wish.key, "enrolment:2:call"]
    assert set(Event.objects.filter(name="TaskMade").values_list("user_id", flat=True)) == {"u-1"}
    counts = []
    for number in (1, 3):
        calls = [call(customer, f"{number}:{each}", title="x") for each in range(number)]
        with CaptureQueriesContext(connection) as counted:
            perform(store, calls)
        counts.append(len(counted))
    assert counts[0] == counts[1]


def test_owners_are_named_as_nobody_lead_or_a_member(store):
    customer = new_customer(store)
    join(store, BEA, "agent")
    leads = [join(store, f"lead{number}@acme.example", "manager").pk for number in (1, 2)]

    def owner(named, key):
        (said,) = actions.get("task").perform(store, [call(customer, key, title="x", owner=named)])
        return Task.objects.select_related("owner").get(pk=said.values["task_id"]).owner

    assert owner("nobody", "a") is owner("gone@acme.example", "b") is None
    assert owner(BEA.upper(), "c").email == BEA
    assert {owner("lead", "d").pk, owner("lead", "e").pk} == set(leads)  # who has less to do


def test_what_is_wrong_with_parameters_is_said(store):
    check = actions.get("task").check
    assert check(store, {"title": "Call {{ customer.name }}", "due_hours": "4", "owner": "lead"}) == []
    assert check(store, {"due_hours": "soon", "owner": "x@y.example"}) == [
        "“What is to be done” is missing.",
        "“To be done within hours” is a whole number from 1 to 8784.",
        "“x@y.example” is no member of this store. Say “nobody”, “lead”, or the e-mail of a member.",
    ]


@pytest.mark.parametrize(
    ("name", "parameters", "title"),
    [
        ("points", {"points": 50}, "Give 50 points"),
        ("ticket", {"subject": "100% broken"}, "Open a ticket: 100% broken"),
        ("shop_update", {"change": "tier Gold"}, "Change in the shop: tier Gold"),
    ],
)
def test_what_no_room_does_yet_is_done_by_a_person(store, name, parameters, title):
    action = actions.get(name)
    assert action.label.startswith("A person does it: ")
    action.perform(store, [call(new_customer(store), **parameters)])
    assert (action.check(store, parameters), len(action.check(store, {}))) == ([], 1)
    assert Task.objects.get().title == title


def test_a_task_is_given_done_and_opened_again(store):
    owner = join(store, ADA, "agent")
    task = make_task(store=store, title=" Call \n Ada ", customer=new_customer(store, "u-1"), actor=ADA)
    assert task.title == "Call Ada"
    assert [assign_task(task, owner=owner, actor=ADA), assign_task(task, owner=owner, actor=ADA)] == [
        True,
        False,
    ]
    assert [do_task(task, result="unreached", text="No answer", actor=ADA), do_task(task, actor=ADA)] == [
        True,
        False,
    ]
    (done,) = facts("TaskDone")
    assert (done["key"], done["result"], done["customer_id"]) == (task.key, "unreached", task.customer_id)
    assert "No answer" not in str(done)
    assert [reopen_task(task, actor=ADA), reopen_task(task, actor=ADA)] == [True, False]
    assert (task.state, task.result, task.result_text) == ("open", "", "No answer")
    with pytest.raises(ValidationError):
        drop_task(task, reason=" ", actor=ADA)
    assert drop_task(task, reason="She left", actor=ADA)
    assert audited(store) == ["task.made", "task.assigned", "task.done", "task.reopened", "task.dropped"]


def test_a_task_is_postponed_to_what_is_yet_to_come(store):
    now = clock.now()
    task = make_task(store=store, title="x", due_at=now - timedelta(hours=1), actor=ADA)
    assert task.is_overdue
    with pytest.raises(ValidationError):
        postpone_task(task, until=now - timedelta(minutes=1), actor=ADA)
    assert postpone_task(task, until=now + timedelta(days=1), actor=ADA)
    assert (task.is_overdue, task.due_order) == (False, now + timedelta(days=1))
    do_task(task, actor=ADA)
    assert not postpone_task(task, until=now + timedelta(days=2), actor=ADA)


def test_nobody_gets_a_task_who_is_no_member(store, other_store):
    stranger = join(other_store, BEA, "owner")
    with pytest.raises(ValidationError):
        make_task(store=store, title="x", owner=stranger, actor=ADA)
    task = make_task(store=store, title="x", actor=ADA)
    with pytest.raises(ValidationError):
        assign_task(task, owner=stranger, actor=ADA)


def test_a_persons_tasks_are_given_out_and_emptied(store):
    customer = new_customer(store, "u-1")
    kept = make_task(store=store, title="Not hers", actor=ADA)
    task = make_task(store=store, title="Call Ada", text="She is cross", customer=customer, actor=ADA)
    holder = data_holders.get("tasks")
    assert [row["title"] for row in holder.export(store, customer.pk)["tasks"]] == ["Call Ada"]
    assert holder.erase(store, customer.pk) == 1
    task.refresh_from_db()
    kept.refresh_from_db()
    assert (task.state, task.text, "Ada" in task.title, kept.title) == ("dropped", "", False, "Not hers")
    assert [fact["key"] for fact in facts("TaskDropped")] == [task.key]


def test_leads_are_told_once_when_a_deadline_passes(store):
    join(store, ADA, "manager")
    customer = new_customer(store, "u-1")
    now = clock.now()
    urgent = make_task(
        store=store, title="Call", customer=customer, due_at=now + timedelta(hours=4), actor=BEA
    )
    slow = make_task(store=store, title="Write", due_at=now + timedelta(days=3), actor=BEA)
    make_task(store=store, title="Some day", actor=BEA)
    with clock.set_to(now + timedelta(hours=5)):
        assert (stores_with_overdue_tasks(), tell_overdue(store), tell_overdue(store)) == ([store.pk], 1, 0)
        assert Alert.objects.get().level == "critical"  # which is e-mailed at once
        assert Send.objects.get().recipient == ADA
        postpone_task(urgent, until=now + timedelta(hours=6), actor=ADA)
    with clock.set_to(now + timedelta(days=4)):
        assert tell_overdue(store) == 2
    assert [fact["task_id"] for fact in facts("TaskOverdue")] == [urgent.pk, urgent.pk, slow.pk]
    levels = Alert.objects.filter(kind="task_overdue").order_by("id").values_list("level", "subject")
    assert list(levels) == [("critical", ""), ("critical", ""), ("warning", "Write")]
    do_task(slow, actor=ADA)
    assert stores_with_overdue_tasks() == []


def test_the_list_is_narrowed_and_counted(store, other_store):
    ada = join(store, ADA, "agent")
    now = clock.now()
    late = make_task(store=store, title="Late", owner=ada, due_at=now - timedelta(hours=1), actor=ADA)
    soon = make_task(
        store=store, title="Soon", customer=new_customer(store), due_at=now + timedelta(hours=1), actor=ADA
    )
    free = make_task(store=store, title="100% free", actor=ADA)
    done = make_task(store=store, title="Done", actor=ADA)
    do_task(done, actor=ADA)
    make_task(store=other_store, title="Elsewhere", actor=ADA)

    def listed(**only):
        return [task.title for task in tasks_for_viewer(store=store, only=TaskFilter(**only)).rows]

    assert listed(state="open") == ["Late", "Soon", "100% free"]
    assert listed() == ["Done", "100% free", "Soon", "Late"]
    assert listed(state="done") == ["Done"]
    assert listed(state="open", owner_id=ada.pk) == listed(is_overdue=True) == ["Late"]
    assert listed(state="open", is_unowned=True) == ["Soon", "100% free"]
    assert (listed(search="0% fr"), listed(search="ADA")) == (["100% free"], ["Soon"])
    assert listed(origin="journey:x") == []
    first = tasks_for_viewer(store=store, only=TaskFilter(state="open"), limit=2)
    rest = tasks_for_viewer(store=store, only=TaskFilter(state="open"), cursor=first.next_cursor, limit=2)
    assert [task.pk for task in (*first.rows, *rest.rows)] == [late.pk, soon.pk, free.pk]
    counts = open_tasks(store)
    assert (counts.open, counts.overdue, counts.unowned, counts.of_owner) == (3, 1, 2, {ada.pk: 1})
    assert known_origins(store) == ["person"]
    assert len(find_tasks(store, "late", 5)) == 1
