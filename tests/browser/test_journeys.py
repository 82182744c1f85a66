"""What people come for, from the first click to the last, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from playwright.sync_api import Browser, Page, expect
from tests.browser.visiting import _plain_static_files, chromium, complaints_of, open_page
from tests.web.rows import add_customer, add_rejected

from regard.capture.domain.batch import Batch
from regard.capture.domain.logged import events_by_id
from regard.capture.jobs import import_uploaded_file
from regard.capture.models import Event, ImportRun
from regard.core.config import config
from regard.core.models import Store
from regard.pipeline import STAGES

__all__ = ["_plain_static_files", "chromium"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "correct horse battery"
ORDERS = "order_id,customer_id,ordered_at,total\nA-1,C-1,2026-01-31,20.00\nA-2,C-2,2026-02-30,5.00\n"


@pytest.fixture
def known_intake(intake: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a running intake, which the pages know."""
    monkeypatch.setenv("REGARD_INTAKE_URL", intake)
    config.cache_clear()
    yield intake
    config.cache_clear()


def run_pipeline(store: Store) -> None:
    """What a worker does with all that is in the log."""
    ids = list(Event.objects.filter(store_id=store.pk).order_by("id").values_list("id", flat=True))
    with transaction.atomic():
        batch = Batch(store, events_by_id(store.pk, ids))
        for stage in STAGES:
            stage.run(batch)


def reach(page: Page, name: str, key: str = "Tab", most: int = 80) -> None:
    """Go on with the keyboard until something of that name has the focus."""
    for _ in range(most):
        page.keyboard.press(key)
        named = page.evaluate(
            "(() => { const at = document.activeElement;"
            " const label = at.labels?.[0]?.textContent || at.getAttribute('aria-label');"
            " return (label || at.textContent || '').trim(); })()"
        )
        if named.startswith(name):
            return
    raise AssertionError(f"the keyboard does not reach {name!r}")


def type_into(page: Page, name: str, text: str) -> None:
    reach(page, name)
    page.keyboard.type(text)


def test_a_second_step_is_set_up_and_asked_for_by_keyboard_alone(
    chromium: Browser, live_server: Any, store: Store
) -> None:
    page = open_page(chromium, live_server, store)
    page.goto(f"{live_server.url}/account/two-step/")
    reach(page, "Set up")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reauthenticate/**")
    type_into(page, "Password", PASSWORD)
    page.keyboard.press("Enter")
    secret = page.locator("pre code")
    expect(secret).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    code = format_hotp_value(hotp_value(secret.inner_text(), next(iter(yield_hotp_counters_from_time()))))
    type_into(page, "Authenticator code", code)
    page.keyboard.press("Enter")
    codes = page.locator("pre code")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    recovery = codes.inner_text().split()[0]

    page.context.clear_cookies()
    page.goto(f"{live_server.url}/account/login/")
    type_into(page, "Email", "ana@acme.example")
    type_into(page, "Password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/authenticate/**")
    assert Axe().run(page).response["violations"] == []
    type_into(page, "Code", recovery)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()


def test_a_colleague_is_invited_joins_and_is_given_more(
    chromium: Browser, live_server: Any, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGARD_PUBLIC_URL", live_server.url)
    config.cache_clear()
    page = open_page(chromium, live_server, store)
    settings = f"{live_server.url}/s/{store.slug}/settings"
    page.goto(f"{settings}/members/")
    page.get_by_role("link", name="Invite").click()
    page.get_by_label("E-mail").fill("ben@acme.example")
    page.get_by_label("Role").select_option(label="Agent")
    page.get_by_role("button", name="Invite").click()
    link = page.locator("pre code").inner_text()

    his = chromium.new_context().new_page()
    his.goto(link)
    his.get_by_label("Your name").fill("Ben Okafor")
    his.get_by_label("Password").fill("a longer secret of mine")
    his.get_by_role("button", name="Join").click()
    expect(his.get_by_role("heading", name="Today", level=1)).to_be_visible()
    expect(his.get_by_text("You are now a member of Acme.")).to_be_visible()
    his.context.close()

    page.goto(f"{settings}/members/")
    page.get_by_label("Role of Ben Okafor").select_option(label="Manager")
    page.get_by_role("row", name="Ben Okafor").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Ben Okafor is now: Manager.")).to_be_visible()
    page.goto(f"{settings}/audit/?q=ben")
    changed = page.get_by_role("row", name="Member: role changed")
    expect(changed.locator("del")).to_have_text("agent")
    expect(changed.locator("ins")).to_have_text("manager")
    config.cache_clear()


def test_a_shop_is_connected_and_its_first_event_leads_to_the_customer(
    chromium: Browser, live_server: Any, store: Store, known_intake: str
) -> None:
    page = open_page(chromium, live_server, store)
    complaints = complaints_of(page)
    page.goto(f"{live_server.url}/s/{store.slug}/settings/sources/")
    page.get_by_role("link", name="New source").click()
    page.get_by_label("Name").fill("web shop")
    page.get_by_role("button", name="Make the source").click()
    key = re.search(r"rw_[\w-]+", page.locator("pre code").first.inner_text())
    assert key
    page.goto(f"{live_server.url}/s/{store.slug}/events/")
    expect(page.locator("[data-live-state]")).to_have_text("Live")
    bought = {"userId": "C-1", "event": "Order Completed", "properties": {"order_id": "A-1", "total": 20}}
    answer = httpx.post(f"{known_intake}/v1/track", json=bought, auth=(key.group(), ""), timeout=60)
    answer.raise_for_status()
    row = page.locator("[data-live-rows] > .event")
    expect(row).to_contain_text("Order Completed")
    expect(row).to_contain_text("web shop")
    run_pipeline(store)

    page.get_by_role("heading", name="Events", level=1).click()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog", name="Order Completed")
    expect(drawer.locator("pre")).to_contain_text("A-1")
    assert Axe().run(page).response["violations"] == []
    drawer.get_by_role("link", name="Customer C-1").or_(drawer.locator(".trace a")).first.click()
    expect(page.get_by_role("heading", name="Orders")).to_be_visible()
    assert complaints == []


def test_customers_are_narrowed_kept_as_a_segment_tagged_and_taken_out(
    chromium: Browser, live_server: Any, store: Store
) -> None:
    for number in (1, 2):
        add_customer(store, number)
    page = open_page(chromium, live_server, store)
    page.goto(f"{live_server.url}/s/{store.slug}/customers/?segment=orders+%3E%3D+1")
    rows = page.locator("table.people tbody tr")
    expect(rows).to_have_count(2)
    page.locator("#segment-name").fill("Buyers")
    page.get_by_role("button", name="Save as a segment").click()
    expect(page.get_by_role("link", name="Buyers 2", exact=True)).to_be_visible()
    page.get_by_role("checkbox", name="Select all on this page").check()
    page.get_by_role("textbox", name="Tag").fill("spring")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("td.tags .badge", has_text="spring")).to_have_count(2)
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as downloaded:
        page.get_by_role("button", name="With names and addresses").click()
    lines = Path(downloaded.value.path()).read_text().splitlines()
    assert (len(lines), sum("spring" in line for line in lines)) == (3, 2)


def test_an_event_that_was_refused_is_mended(chromium: Browser, live_server: Any, store: Store) -> None:
    add_rejected(store)
    page = open_page(chromium, live_server, store)
    page.goto(f"{live_server.url}/s/{store.slug}/events/")
    page.get_by_role("link", name="Rejected 1").click()
    page.get_by_role("link", name="There is no userId.").click()
    page.get_by_label("Event").fill('{"event": "Order Completed", "userId": "C-7"}')
    page.get_by_role("button", name="Mend and replay").click()
    expect(page.get_by_text("The event is in the log now.")).to_be_visible()
    expect(page.get_by_role("heading", name="Nothing is rejected")).to_be_visible()
    assert Event.objects.get(store_id=store.pk).user_id == "C-7"


def test_a_file_is_brought_in_and_what_was_wrong_with_it_is_said(
    chromium: Browser, live_server: Any, store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(ORDERS)
    page = open_page(chromium, live_server, store)
    page.goto(f"{live_server.url}/s/{store.slug}/imports/new/")
    page.locator("input[name=file]").set_input_files(file)
    page.get_by_role("button", name="Look at the file").click()
    expect(page.get_by_text("As its columns look.")).to_be_visible()
    page.get_by_role("button", name="Start the import").click()
    run = ImportRun.objects.get()
    import_uploaded_file(run_id=run.pk)
    expect(page.get_by_text("2 read · 1 accepted · 1 rejected")).to_be_visible()
    expect(page.get_by_text("2026-02-30").first).to_be_visible()
    run_pipeline(store)
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page.get_by_role("link", name=re.compile("C-1"))).not_to_have_count(0)


def test_a_trial_is_sent_in_the_name_of_the_store_and_the_store_is_marked(
    chromium: Browser, live_server: Any, store: Store
) -> None:
    page = open_page(chromium, live_server, store)
    settings = f"{live_server.url}/s/{store.slug}/settings"
    page.goto(f"{settings}/email/")
    page.get_by_label("Sender's name").fill("Acme Outdoor")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Acme Outdoor <")).to_be_visible()
    page.get_by_role("button", name="Send me a trial").click()
    expect(page.get_by_role("heading", name="Acme: e-mails arrive")).to_be_visible()
    expect(page.get_by_text("to see whether e-mails arrive")).to_be_visible()
    page.goto(f"{settings}/")
    page.locator("#id_colour").fill("#7a3e9d")
    expect(page.get_by_label("Pick a colour")).to_have_value("#7a3e9d")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".rail .store-mark rect").first).to_have_attribute("fill", "#7a3e9d")
