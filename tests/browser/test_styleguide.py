"""The style guide in a browser: open to everybody, in both schemes and on a phone, and its overlays by keys."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from tests.browser.visiting import _plain_static_files, chromium, complaints_of, open_page

from regard.core.models import Store, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["_plain_static_files", "chromium"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_component_can_be_used_by_everybody(
    scheme: str, chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    page = open_page(chromium, live_server, store, color_scheme=scheme, reduced_motion="reduce")
    complaints = complaints_of(page)
    page.goto(f"{live_server.url}/styleguide/")
    expect(page.locator("svg.marks")).to_be_visible()
    found = [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in Axe().run(page).response["violations"]
    ]
    page.get_by_role("button", name="Open the drawer").click()
    found += [f"drawer: {each['id']}" for each in Axe().run(page).response["violations"]]
    page.set_viewport_size({"width": 390, "height": 844})
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.context.close()
    assert (found, complaints, wide) == ([], [], 0)


def test_a_combobox_is_used_by_keys_alone(
    chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    page = open_page(chromium, live_server, store)
    page.goto(f"{live_server.url}/styleguide/")
    box = page.get_by_role("combobox", name="Time zone")
    box.focus()
    box.fill("yor")
    expect(page.locator("#zone-options").get_by_role("option")).to_have_text(["America/New York"])
    page.keyboard.press("Enter")
    expect(box).to_have_value("America/New York")
    assert page.locator("select[name=zone]").input_value() == "America/New_York"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).to_have_value("Asia/Tokyo")
    box.fill("nowhere")
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    page.keyboard.press("Escape")
    expect(box).to_have_value("Asia/Tokyo")
    page.context.close()


def test_columns_and_colours_stay_as_they_were_chosen(
    chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    page = open_page(chromium, live_server, store, color_scheme="light")
    page.goto(f"{live_server.url}/styleguide/")
    page.get_by_text("Columns", exact=True).click()
    page.get_by_role("checkbox", name="Spent").uncheck()
    expect(page.get_by_role("columnheader", name="Spent")).to_be_hidden()
    with page.expect_response("**/account/look/"):
        page.locator("#look").locator("xpath=..").get_by_role("radio", name="Dark").check()
    page.reload()
    expect(page.get_by_role("columnheader", name="Spent")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    assert User.objects.get(email="ana@acme.example").theme == "dark"
    page.context.close()
