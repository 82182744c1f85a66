"""Customers in a real browser: the builder of a filter, and a merge that is taken back."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from tests.browser.test_pages import _plain_static_files, chromium, complaints_of, open_page
from tests.web.rows import add_customer

from regard.core.models import Store
from regard.profile.domain.tags import tag_customers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["_plain_static_files", "chromium"]  # fixtures that this module shares


def test_rows_text_and_count_of_the_builder_follow_each_other(
    chromium: Browser, live_server: Any, store: Store
):
    tag_customers(store, [add_customer(store, 1).pk], "vip", actor="tests")
    add_customer(store, 2)
    page = open_page(chromium, live_server, store)
    complaints = complaints_of(page)
    page.goto(f"{live_server.url}/s/{store.slug}/customers/")
    page.get_by_text("Filter", exact=True).click()
    text, told = page.locator("#segment-text"), page.locator("#segment-told")

    page.get_by_role("button", name="Choose who is meant").click()
    page.locator("#field-0").select_option("tags")
    page.locator("#value-0-1").fill("vip")
    expect(text).to_have_value('tags contains "vip"')
    expect(told).to_contain_text("1 customer")

    text.fill('tags contains "vip" or nmae = "x"')
    expect(told).to_contain_text("Did you mean name?")
    text.fill('tags contains "vip" or name is unknown')
    expect(page.locator("#operator-1")).to_have_value("is unknown")
    expect(page.locator("select[name=match]")).to_have_value("any")
    expect(told).to_contain_text("2 customers")
    page.locator("button[name=remove]").nth(1).click()
    expect(text).to_have_value('tags contains "vip"')

    page.get_by_role("button", name="Show customers").click()
    expect(page.locator("table.people tbody tr")).to_have_count(1)
    page.locator("#segment-name").fill("VIP")
    page.get_by_role("button", name="Save as a segment").click()
    expect(page.locator(".chip[aria-current]")).to_contain_text("VIP")
    assert Axe().run(page).response["violations"] == []
    assert complaints == []


def test_a_merge_is_made_and_taken_back(chromium: Browser, live_server: Any, store: Store):
    first, second = add_customer(store, 1), add_customer(store, 2)
    page = open_page(chromium, live_server, store)
    here = f"{live_server.url}/s/{store.slug}/customers"
    page.goto(f"{here}/{first.pk}/")
    page.locator("#content").get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Merge with another customer").click()
    page.locator("input[name=q]").fill("C-2")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Compare").click()
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Merge into one customer").click()
    page.get_by_label("I am certain that they are one person").check()
    page.get_by_role("button", name="Merge into one customer").click()

    expect(page.locator(".merges li")).to_have_count(1)
    expect(page.get_by_text("A-2")).not_to_have_count(0)
    assert Axe().run(page).response["violations"] == []
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page).to_have_url(f"{here}/{second.pk}/")
    expect(page.locator(".merges li")).to_have_count(0)
