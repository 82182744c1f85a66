"""A journey is built, checked and switched on by keys alone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.visiting import _plain_static_files, chromium, complaints_of, open_page

from regard.core.models import Store
from regard.journey.models import Journey, JourneyState

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["_plain_static_files", "chromium"]
NAME_OF_FOCUS = """() => {
    const at = document.activeElement;
    return (at.labels?.[0]?.textContent || at.getAttribute("aria-label") || at.textContent || "").trim();
}"""


def tab_to(page: Page, name: str, *, back: bool = False) -> None:
    """Press Tab until what has this name is at the keyboard."""
    for _press in range(80):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if str(page.evaluate(NAME_OF_FOCUS)).startswith(name):
            return
    raise AssertionError(f"the keyboard does not come to {name!r}")


def press(page: Page, name: str, *, back: bool = False) -> None:
    tab_to(page, name, back=back)
    page.keyboard.press("Enter")


def test_a_journey_is_built_and_switched_on_by_keys(
    chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    page = open_page(chromium, live_server, store)
    complaints = complaints_of(page)
    page.goto(f"{live_server.url}/s/{store.slug}/journeys/")
    press(page, "New journey")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Welcome")
    page.keyboard.press("Enter")

    expect(page.get_by_text("There is no step yet: add one.")).to_be_visible()
    press(page, "Add a step here")
    press(page, "Do something")
    expect(page.get_by_label("What is done")).to_be_focused()
    page.keyboard.type("Pu")
    expect(page.get_by_label("Tag", exact=True)).to_be_visible()
    tab_to(page, "Tag")
    page.keyboard.type("greeted")
    tab_to(page, "Name of the step")
    expect(page.get_by_text("tag needs tag.")).to_be_hidden()
    press(page, "Done")
    expect(page.get_by_role("button", name="Change: Put a tag")).to_be_focused()
    expect(page.get_by_text("Ready to be switched on")).to_be_visible()
    press(page, "Add a step here")
    press(page, "Wait for a time")
    expect(page.get_by_label("How long")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("soon")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Write a time such as 4 hours")).to_be_visible()
    tab_to(page, "How long", back=True)
    page.keyboard.press("Control+a")
    page.keyboard.type("2 days")
    press(page, "Done")
    expect(page.locator("[data-step] > .said")).to_have_text(["Put a tag: greeted", "Wait 2 days"])

    expect(page.get_by_role("button", name="Change: Wait 2 days")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("[data-step] > .said").first).to_have_text("Wait 2 days")
    page.keyboard.press("Control+z")
    expect(page.locator("[data-step] > .said").first).to_have_text("Put a tag: greeted")

    tab_to(page, "Skip to the content")
    press(page, "Save")
    expect(page.get_by_text("“Welcome” is saved.")).to_be_visible()
    press(page, "Switch on")
    press_when = page.get_by_role("button", name="Switch on")
    expect(press_when).to_be_visible()
    press(page, "Switch on")
    expect(page.get_by_text("“Welcome” is on.")).to_be_visible()
    page.context.close()
    journey = Journey.objects.select_related("current").get(store=store)
    assert journey.state == JourneyState.ON
    assert journey.current is not None
    assert journey.current.definition["steps"] == [
        {"id": "s1", "do": "tag", "with": {"tag": "greeted"}}, {"id": "s2", "wait": "2 days"},
    ]  # fmt: skip
    assert complaints == []
