"""The daily check of mentions, by keys alone."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from tests.api.rows import add_mention
from tests.browser.visiting import _plain_static_files, chromium, complaints_of, open_page

from regard.core.models import Store
from regard.review.models import Mention, MentionStanding
from regard.task.models import Task

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["_plain_static_files", "chromium"]  # fixtures that this module shares


def test_the_daily_check_is_made_by_keys(chromium: Browser, live_server: Any, store: Store):
    last, _third, second, _first = (
        add_mention(store, number, text=f"Number {number}", told_feeling="negative") for number in range(4)
    )
    page = open_page(chromium, live_server, store)
    complaints = complaints_of(page)
    page.goto(f"{live_server.url}/s/{store.slug}/mentions/")
    expect(page.get_by_text("4 open, of these 4 negative; 0 seen to today")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390

    page.keyboard.press("j")
    page.keyboard.press("d")
    expect(page.get_by_text("3 open, of these 3 negative; 1 seen to today")).to_be_visible()
    expect(page.locator(f"#mention-{second}")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("d")
    expect(page.get_by_text("2 open")).to_be_visible()
    expect(page.locator(f"#mention-{last}")).to_be_focused()
    page.keyboard.press("k")

    page.keyboard.press("t")
    expect(page.locator("#title")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 open")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator("#url")).to_be_focused()
    page.keyboard.type("https://social.example/answer")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing is open")).to_be_visible()
    expect(page.get_by_text("0 open, of these 0 negative; 4 seen to today")).to_be_visible()

    standings = {each.external_id: each for each in MentionStanding.objects.all()}
    held = [standings[name] for name in Mention.objects.order_by("id").values_list("external_id", flat=True)]
    assert [(each.task, each.reply_url) for each in held] == [
        (None, "https://social.example/answer"), (None, ""), (Task.objects.get().pk, ""), (None, ""),
    ]  # fmt: skip
    assert complaints == []
