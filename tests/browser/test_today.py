"""Today and the palette in a browser: charts come, alerts are worked on in place, everything goes by keys."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from tests.browser.visiting import _plain_static_files, chromium, complaints_of, open_page
from tests.web.rows import add_alert, add_customer

from regard.core.models import Store
from regard.score.domain.band_totals import count_bands

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["_plain_static_files", "chromium"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_today_can_be_used_by_everybody(
    scheme: str, chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    add_alert(store, add_customer(store))
    count_bands(store)
    page = open_page(chromium, live_server, store, color_scheme=scheme, reduced_motion="reduce")
    complaints = complaints_of(page)
    page.goto(f"{live_server.url}/s/{store.slug}/")
    expect(page.locator("svg.marks")).to_have_count(3)  # nobody was asked for NPS
    expect(page.get_by_role("heading", name="No answers in 13 weeks")).to_be_visible()
    found = [
        f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in Axe().run(page).response["violations"]
    ]
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option", name="Customers")).to_be_visible()
    found += [f"palette: {each['id']}" for each in Axe().run(page).response["violations"]]
    page.context.close()
    assert (found, complaints) == ([], [])


def test_an_alert_is_handled_where_it_stands_and_taken_back(
    chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    add_alert(store, add_customer(store))
    page = open_page(chromium, live_server, store)
    page.goto(f"{live_server.url}/s/{store.slug}/")
    page.get_by_role("button", name="Handled").click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="Nothing needs you now")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    page.goto(f"{live_server.url}/s/{store.slug}/")
    expect(page.get_by_role("button", name="Handled")).to_be_visible()
    page.context.close()


def test_the_palette_goes_everywhere_by_keys_alone(
    chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    customer = add_customer(store)
    page = open_page(chromium, live_server, store)
    complaints = complaints_of(page)
    page.goto(f"{live_server.url}/s/{store.slug}/alerts/")
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Go to or do")
    box = palette.get_by_role("combobox")
    expect(box).to_be_focused()
    page.keyboard.type("A-1")
    expect(palette.get_by_role("option", selected=True)).to_be_visible()
    expect(palette.get_by_role("group", name="Customers")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/customers/{customer.pk}/")

    page.keyboard.press("Control+k")
    page.keyboard.type("zzzz")
    expect(palette.get_by_text("Nothing found")).to_be_visible()
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()

    page.keyboard.press("Control+k")
    page.keyboard.type("shortc")
    expect(palette.get_by_role("option", selected=True)).to_contain_text("Shortcuts")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Shortcuts")).to_contain_text("g")
    page.keyboard.press("Escape")

    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_url(f"**/s/{store.slug}/")
    page.context.close()
    assert complaints == []


def test_in_a_low_window_the_links_scroll_and_the_account_stays_in_sight(
    chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    page = open_page(chromium, live_server, store, viewport={"width": 1280, "height": 600})
    page.goto(f"{live_server.url}/s/{store.slug}/settings/")
    account = page.locator(".rail-foot").bounding_box()
    assert account is not None
    assert account["y"] + account["height"] <= 600
    expect(page.locator(".rail-nav > [aria-current]")).to_be_in_viewport()
    expect(page.locator(".rail-nav > a").first).not_to_be_in_viewport()
    page.locator(".rail-foot summary").click()
    expect(page.get_by_role("link", name="Your account")).to_be_in_viewport()
    page.context.close()


def test_the_look_is_chosen_beside_the_name_and_holds_at_once(
    chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    page = open_page(
        chromium, live_server, store, color_scheme="light", viewport={"width": 390, "height": 844}
    )
    page.goto(f"{live_server.url}/s/{store.slug}/customers/")
    page.locator(".rail-foot summary").click()
    with page.expect_response("**/account/look/"):
        page.get_by_role("radio", name="Dark").check()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    page.locator(".rail-more summary").click()
    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    page.context.close()
