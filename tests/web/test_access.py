"""Who may open which page: Ana may, Rita lacks the permission, Charlie belongs to another store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from regard.capture.models import ImportRun
from regard.core.domain.permissions import OF_ROLE
from regard.core.domain.stores import create_store
from regard.core.models import AuditEntry, Store
from tests.web.routes import (
    OPEN_ARGUMENTS,
    OPEN_PAGES,
    OWN_ARGUMENTS,
    OWN_PAGES,
    STORE_PAGES,
    Page,
    all_page_names,
)
from tests.web.rows import one_of_each

ROLES_BY_RIGHTS = sorted(OF_ROLE, key=lambda role: len(OF_ROLE[role]))
CASES = [
    pytest.param((name, method, permission), id=f"{method} {name}")
    for name, page in STORE_PAGES.items()
    for method, permission in (("get", page.get), ("post", page.post))
    if permission
]


@dataclass(frozen=True)
class World:
    """Two stores with one of everything, by what it is."""

    store: int
    other_store: int
    ours: dict[str, Any]
    theirs: dict[str, Any]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Made once for all these tests, each of which takes back what it changes."""
    with django_db_blocker.unblock(), transaction.atomic():
        store, other = (
            create_store(
                slug=slug, name=slug.title(), currency="EUR", time_zone="Europe/Berlin", actor="tests"
            )
            for slug in ("acme", "globex")
        )
        yield World(store.pk, other.pk, one_of_each(store), one_of_each(other))
        transaction.set_rollback(True)


@pytest.fixture
def store(world: World, db: None) -> Store:
    return Store.objects.get(pk=world.store)


@pytest.fixture
def other_store(world: World, db: None) -> Store:
    return Store.objects.get(pk=world.other_store)


def test_every_route_is_in_the_table() -> None:
    assert all_page_names() == {*STORE_PAGES, *OWN_PAGES, *OPEN_PAGES}


def address(name: str, page: Page, store: Store, rows: dict[str, int]) -> str:
    arguments = {argument: rows[what] for argument, what in page.needs.items()}
    return reverse(name, kwargs={"slug": store.slug, **arguments}) + page.query.format(**rows)


def request(browser: Client, method: str, url: str, page: Page, rows: dict[str, int]) -> Any:
    if method == "get":
        answer = browser.get(url)
        if answer.streaming:
            list(answer.streaming_content)  # a download's file is closed at its end
        return answer
    sent = {
        name: value.format(**rows) if isinstance(value, str) else value for name, value in page.sent.items()
    }
    return browser.post(url, sent)


@pytest.mark.parametrize("case", CASES)
def test_page_of_a_store(
    case: tuple[str, str, str],
    world: World,
    store: Store,
    other_store: Store,
    signed_in: Callable[..., Client],
) -> None:
    name, method, permission = case
    page = STORE_PAGES[name]
    rows = world.ours
    if name == "customer_erase":  # it waits for imports that may name the person
        ImportRun.objects.filter(pk=rows["import_draft"]).delete()
    url = address(name, page, store, rows)
    before = AuditEntry.objects.exclude(action="member.added").count()
    lacking = next((role for role in ROLES_BY_RIGHTS if permission not in OF_ROLE[role]), None)

    answer = request(Client(), method, url, page, rows)
    assert (answer.status_code, answer.headers.get("Location", "").partition("?")[0]) == (
        302,
        reverse("account_login"),
    )
    charlie = signed_in(other_store, email="charlie@globex.example")
    assert request(charlie, method, url, page, rows).status_code == 404
    if lacking is not None:
        rita = signed_in(store, lacking, email="rita@acme.example")
        assert request(rita, method, url, page, rows).status_code == 403
    refused = AuditEntry.objects.exclude(action="member.added").count()
    assert refused == before

    ana = signed_in(store, email="ana@acme.example")
    assert request(ana, method, url, page, rows).status_code in {200, 302}
    done = AuditEntry.objects.filter(actor="ana@acme.example").order_by("id")
    expected = page.audited.split() if method == "post" else []
    assert list(done.values_list("action", flat=True)) == expected


@pytest.mark.parametrize("name", STORE_PAGES)
def test_methods_that_a_page_does_not_have(name: str, world: World, store: Store, owner: Client) -> None:
    page = STORE_PAGES[name]
    url = address(name, page, store, world.ours)
    allowed = {"get": page.get, "post": page.post, "delete": ""}
    statuses = {method: getattr(owner, method)(url).status_code for method in allowed if not allowed[method]}
    assert statuses == dict.fromkeys(statuses, 405)


def test_an_address_of_a_button_says_so_to_whom_it_is_for(
    world: World, store: Store, signed_in: Callable[..., Client]
) -> None:
    url = address("customer_export", STORE_PAGES["customer_export"], store, world.ours)
    owner, agent = signed_in(store), signed_in(store, "agent", email="rita@acme.example")

    told, refused = owner.get(url), agent.get(url)

    assert (told.status_code, refused.status_code) == (405, 403)
    assert "<title>Only a button leads here" in told.content.decode()
    assert "<title>Not allowed" in refused.content.decode()


@pytest.mark.parametrize(
    "name", [name for name, page in STORE_PAGES.items() if page.needs and not page.in_all_stores]
)
def test_things_of_another_store_are_not_found(name: str, world: World, store: Store, owner: Client) -> None:
    page, theirs = STORE_PAGES[name], world.theirs
    method = "get" if page.get else "post"
    assert request(owner, method, address(name, page, store, theirs), page, theirs).status_code == 404


@pytest.mark.parametrize(("name", "status"), OWN_PAGES.items())
def test_own_page(name: str, status: int, store: Store, signed_in: Callable[..., Client]) -> None:
    url = reverse(name, kwargs=OWN_ARGUMENTS.get(name))
    answer = Client().get(url)
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (
        302,
        reverse("account_login"),
    )
    assert signed_in(store).get(url).status_code == status


@pytest.mark.parametrize(("name", "status"), OPEN_PAGES.items())
def test_open_page(name: str, status: int, db: None) -> None:
    assert Client().get(reverse(name, kwargs=OPEN_ARGUMENTS.get(name))).status_code == status


def test_who_lacks_a_permission_is_refused_in_one_line_of_the_log(
    store: Store, signed_in: Callable[..., Client], caplog: pytest.LogCaptureFixture
) -> None:
    refused = signed_in(store, "agent").post(f"/s/{store.slug}/outbox/stop/")

    assert refused.status_code == 403
    assert "Your role does not allow this" in refused.content.decode()
    logged = [(record.levelname, record.getMessage(), record.exc_info) for record in caplog.records]
    assert logged == [("WARNING", f"Forbidden: /s/{store.slug}/outbox/stop/", None)]
