"""Pages that stay as the server has them, without anybody reloading them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Browser, Page, expect
from tests.api.rows import add_send
from tests.browser.visiting import _plain_static_files, chromium, open_page
from tests.profile.histories import append, call
from tests.web.rows import add_alert, add_customer

from regard.capture.domain.batch import Batch
from regard.capture.domain.logged import events_by_id
from regard.capture.models import ImportRun, ImportState
from regard.core import clock
from regard.core.models import Store
from regard.pipeline import STAGES
from regard.profile.domain.finding import find_customer

__all__ = ["_plain_static_files", "chromium"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def tell(store: Store, hour: float, name: str, **properties: object) -> None:
    events = append([call(store, hour=hour, user="u1", name=name, properties=properties)])
    with transaction.atomic():
        batch = Batch(store, events_by_id(store.pk, [event.id for event in events]))
        for stage in STAGES:
            stage.run(batch)


def test_the_page_of_a_customer_follows_what_happens(
    chromium: Browser, live_server: Any, store: Store
) -> None:
    for hour in (1, 2):
        tell(store, hour, "Order Completed", order_id=f"o{hour}", total=50, currency="EUR")
    tell(store, 3, "Product Reviewed", rating=5, review_id="r1")
    page = open_page(chromium, live_server, store)
    page.goto(f"{live_server.url}/s/{store.slug}/customers/{find_customer(store, 'u1').pk}/")
    page.get_by_text("1 line").or_(page.get_by_role("heading", name="Orders")).first.wait_for()
    health = page.locator("section", has=page.get_by_role("heading", name="Health", exact=True))
    before = health.inner_text()

    tell(store, 4, "Product Reviewed", rating=1, review_id="r2", review_body="Torn after a week")

    expect(page.get_by_text("Torn after a week").first).to_be_visible()
    expect(health).not_to_have_text(before)
    assert page.evaluate("performance.getEntriesByType('navigation').length") == 1


def test_the_outbox_follows_what_is_queued(chromium: Browser, live_server: Any, store: Store) -> None:
    page = open_page(chromium, live_server, store)
    page.goto(f"{live_server.url}/s/{store.slug}/outbox/")
    expect(page.get_by_role("heading", name="No messages here")).to_be_visible()

    add_send(store, state="queued")

    expect(page.get_by_role("link", name=f"To {store.slug}")).to_be_visible()


def test_an_open_menu_of_an_alert_stays_open_when_another_comes(
    chromium: Browser, live_server: Any, store: Store
) -> None:
    customer = add_customer(store)
    add_alert(store, customer)
    page = open_page(chromium, live_server, store)
    page.goto(f"{live_server.url}/s/{store.slug}/alerts/")
    alerts = page.locator("#alert-list .alert")
    page.locator(".alert").get_by_text("Assign to …").click()
    page.locator(".alert details", has_text="Assign to …").evaluate(
        "menu => menu.ownerDocument.activeElement.blur()"
    )

    add_alert(store, customer, 2)
    look_again(page)

    expect(page.get_by_text("There is something new: show it")).to_be_visible()
    expect(page.locator(".alert details", has_text="Assign to …")).to_have_attribute("open", "")
    page.get_by_text("There is something new: show it").click()
    expect(alerts).to_have_count(2)


def test_a_hidden_page_asks_nothing(chromium: Browser, live_server: Any, store: Store) -> None:
    page = open_page(chromium, live_server, store)
    page.add_init_script(
        "window.shown = 'hidden'; Object.defineProperty(document, 'visibilityState', {get: () => window.shown})"
    )
    asked: list[str] = []
    page.goto(f"{live_server.url}/s/{store.slug}/alerts/")
    page.on("request", lambda request: asked.append(request.url))
    look_again(page)
    page.wait_for_timeout(600)
    assert [url for url in asked if "/static/" not in url] == []  # the page's icon may come late

    page.evaluate("window.shown = 'visible'")
    add_alert(store, add_customer(store))
    look_again(page)
    expect(page.locator("#alert-list .alert")).to_have_count(1)


def look_again(page: Page) -> None:
    """What the browser says when somebody comes back to the page."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_an_import_is_watched_to_its_end_and_a_row_that_somebody_is_on_stays_found(
    chromium: Browser, live_server: Any, store: Store
) -> None:
    run = ImportRun.objects.create(store=store, kind="orders", file_name="o.csv", actor="tests")
    page = open_page(chromium, live_server, store)
    page.goto(f"{live_server.url}/s/{store.slug}/imports/")
    page.keyboard.press("j")
    row = page.locator(f"#run-{run.pk}")
    expect(row).to_be_focused()

    ImportRun.objects.filter(pk=run.pk).update(state=ImportState.FINISHED, read=7, finished_at=clock.now())

    expect(row).to_contain_text("Finished")
    expect(row).to_be_focused()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2500)
    assert asked == []
