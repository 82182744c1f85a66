"""Tasks on pages and in the terminal."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from regard.core.domain.members import add_member
from regard.core.models import Store, User
from regard.task.models import Task
from tests.cli.test_alerts import called, run
from tests.web.rows import add_customer, add_task

pytestmark = pytest.mark.django_db
ANA = "ana@acme.example"


@pytest.fixture
def owner(store: Store) -> Client:
    user = User.objects.create_user(ANA)
    add_member(store=store, user=user, role="owner", actor="tests")
    browser = Client()
    browser.force_login(user)
    return browser


def test_a_task_is_made_for_a_customer_done_and_opened_again(store: Store, owner: Client) -> None:
    customer = add_customer(store)
    base = f"/s/{store.slug}/tasks"
    made = owner.post(
        f"{base}/new/?customer={customer.pk}", {"title": "Call", "owner": "", "due_at": "2199-01-01T10:00"}
    )
    task = Task.objects.get()
    assert (made.url, task.customer_id, task.due_at.hour) == (
        f"{base}/{task.pk}/",
        customer.pk,
        9,
    )  # of Berlin
    beside = f"/s/{store.slug}/customers/{customer.pk}/parts/beside/"
    assert "Call" in owner.get(beside).content.decode()
    owner.post(f"{base}/{task.pk}/do/", {"result": "unreached", "text": "No answer"})
    page = owner.get(f"{base}/{task.pk}/").content.decode()
    assert ("No answer" in page, "Nobody was reached" in page) == (True, True)
    owner.post(f"{base}/reopen/?selected={task.pk}", {"next": base})
    owner.post(f"{base}/take/", {"selected": task.pk})
    mine = owner.get(f"{base}/?whose=mine").context["rows"]
    assert [(row.state, row.owner.email) for row in mine] == [("open", ANA)]
    assert "Say why" in owner.post(f"{base}/{task.pk}/drop/", {"reason": ""}, follow=True).content.decode()
    assert owner.get(f"{base}/new/?customer=x").status_code == 404


def test_a_page_of_tasks_takes_as_many_queries_for_three_as_for_one(store: Store, owner: Client) -> None:
    counts = []
    for number in (1, 2, 3):
        add_task(store, add_customer(store, number))
        with CaptureQueriesContext(connection) as counted:
            assert len(owner.get(f"/s/{store.slug}/tasks/").context["rows"]) == number
        counts.append(len(counted))
    assert counts[1] == counts[2]


def test_tasks_in_the_terminal(store: Store, owner: Client) -> None:
    customer = add_customer(store)
    assert run("task", "make", "Call Ada", "--customer", "C-1", "--hours", 4) == (
        f"Task {Task.objects.get().pk} is made.\n"
    )
    task = Task.objects.get()
    assert "nobody's yet" in run("task", "list")
    [told] = json.loads(run("task", "list", "--owner", "nobody", "--json"))
    assert (told["title"], told["customer_id"]) == ("Call Ada", customer.pk)
    assert run("task", "assign", task.pk, "--to", ANA) == f"Task {task.pk} is given to {ANA}.\n"
    assert run("task", "postpone", task.pk, "--until", "2199-01-01") == (
        f"Task {task.pk} is due on 2199-01-01 00:00.\n"
    )
    assert (
        run("task", "done", task.pk, "--result", "unreached", "--text", "No answer")
        == f"Task {task.pk} is done.\n"
    )
    assert "in words  No answer" in run("task", "show", task.pk)
    assert run("task", "reopen", task.pk) == f"Task {task.pk} is open again.\n"
    assert run("task", "drop", task.pk, "--because", "She left") == f"Task {task.pk} is dropped.\n"
    assert f"has no task {task.pk + 1}" in called("task", "show", task.pk + 1).output
    assert "is no member of acme" in called("task", "list", "--owner", "eve@x.co").output
