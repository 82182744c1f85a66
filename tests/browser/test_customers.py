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
    first = add_customer(store, 1)
    add_customer(store, 2)
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
    expect(page).to_have_url(f"{here}/{first.pk}/")
    expect(page.get_by_text("A-2")).to_have_count(0)
    expect(page.locator(".merges li")).to_have_count(0)


def test_the_list_is_walked_by_keys_and_looked_into(chromium: Browser, live_server: Any, store: Store):
    add_customer(store, 1)
    last = add_customer(store, 2)
    page = open_page(chromium, live_server, store)
    complaints = complaints_of(page)
    here = f"{live_server.url}/s/{store.slug}/customers/"
    page.goto(here)
    drawer = page.locator("#drawer")
    tag = page.get_by_role("textbox", name="Tag")
    expect(tag).to_be_hidden()

    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_text("1 selected")).to_be_visible()
    expect(tag).to_be_visible()
    page.keyboard.press("l")
    expect(drawer.get_by_role("heading", name="Health", exact=True)).to_be_visible()
    expect(drawer.get_by_text("Placed order A-2").or_(drawer.get_by_text("A-2")).first).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{here}{last.pk}/")
    assert complaints == []


def test_columns_stay_hidden_when_the_search_brings_other_rows(
    chromium: Browser, live_server: Any, store: Store
):
    for number in (1, 2):
        add_customer(store, number)
    page = open_page(chromium, live_server, store)
    page.goto(f"{live_server.url}/s/{store.slug}/customers/")
    page.get_by_text("Columns", exact=True).click()
    page.get_by_role("checkbox", name="Spent").uncheck()
    expect(page.get_by_role("columnheader", name="Spent")).to_be_hidden()
    expect(page.get_by_role("columnheader", name="CSI")).to_be_hidden()  # at first
    page.get_by_role("checkbox", name="CSI").check()
    page.locator("#customer-search").fill("C-2")
    expect(page.locator("table.people tbody tr")).to_have_count(1)
    expect(page.get_by_role("columnheader", name="Orders")).to_be_visible()
    expect(page.get_by_role("columnheader", name="CSI")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Spent")).to_be_hidden()


def test_an_erasure_is_confirmed_beside_the_customer(chromium: Browser, live_server: Any, store: Store):
    customer = add_customer(store)
    page = open_page(chromium, live_server, store, viewport={"width": 390, "height": 844})
    page.goto(f"{live_server.url}/s/{store.slug}/customers/{customer.pk}/")
    page.locator("#content").get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Erase…").click()
    drawer = page.locator("#drawer")
    expect(drawer.get_by_text("It cannot be undone.")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    drawer.get_by_role("textbox").fill("Customer C-1")
    drawer.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_text(f"Customer {customer.pk} is erased")).to_be_visible()


def test_a_search_that_gets_no_answer_says_so(chromium: Browser, live_server: Any, store: Store):
    add_customer(store)
    page = open_page(chromium, live_server, store)
    page.goto(f"{live_server.url}/s/{store.slug}/customers/")
    page.route("**/customers/?*", lambda route: route.abort())
    page.locator("#customer-search").fill("ada")
    expect(page.get_by_text("The page could not be asked.")).to_be_visible()
    expect(page.locator("table.people tbody tr")).to_have_count(1)


def test_the_parts_of_a_customer_come_by_themselves_or_by_a_link(
    chromium: Browser, live_server: Any, store: Store
):
    url = f"{live_server.url}/s/{store.slug}/customers/{add_customer(store).pk}/"
    page = open_page(chromium, live_server, store)
    page.goto(url)
    places = page.get_by_role("navigation", name="On this page")
    for place in ("Scores", "Orders", "Notes"):
        expect(places.get_by_role("link", name=place, exact=True)).to_be_visible()
    expect(page.locator("#orders")).to_contain_text("A-1")

    plain = chromium.new_context(storage_state=page.context.storage_state(), java_script_enabled=False)
    page = plain.new_page()
    page.goto(url)
    page.get_by_role("link", name="Show the whole page").first.click()
    expect(page.locator("#orders")).to_contain_text("A-1")
    expect(page.get_by_role("link", name="Show the whole page")).to_have_count(0)
    plain.close()
