"""Pages for a store's customers: everybody can use them, without JavaScript and on small screens."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from tests.act.test_leaving import customer_at
from tests.browser.visiting import _plain_static_files, chromium, complaints_of
from tests.score.people import identity_of

from regard.act.domain.preferences import Preferences, preferences_of
from regard.act.domain.public_links import preferences_url, unsubscribe_url
from regard.core.models import Store

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["_plain_static_files", "chromium"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_customers_can_use_the_pages_of_their_messages(
    scheme: str, chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    ada = customer_at(store, "ada@example.com")
    whose = identity_of(ada).pk
    context = chromium.new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme)
    page = context.new_page()
    complaints = complaints_of(page)
    links = [unsubscribe_url(store, whose, topic="offers"), preferences_url(store, whose)]
    for link in [*(urlsplit(each).path for each in links), "/unsubscribe/none/"]:
        page.goto(live_server.url + link)
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    context.close()
    assert complaints == []


def test_preferences_are_saved_without_javascript(
    chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    ada = customer_at(store, "ada@example.com")
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(live_server.url + urlsplit(preferences_url(store, identity_of(ada).pk)).path)
    page.get_by_label("Offers").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.context.close()
    assert preferences_of(store, [ada.pk]) == {ada.pk: Preferences(frozenset({"offers"}))}
