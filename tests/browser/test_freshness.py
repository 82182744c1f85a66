"""Pages that stay as the server has them, without anybody reloading them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Browser, expect
from tests.api.rows import add_send
from tests.browser.visiting import _plain_static_files, chromium, open_page
from tests.profile.histories import append, call

from regard.capture.domain.logged import events_by_id
from regard.capture.domain.reader import Batch
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

    expect(page.get_by_role("link", name=f"To {store.slug}")).to_be_visible(timeout=15_000)
