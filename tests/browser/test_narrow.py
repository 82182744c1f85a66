"""Where there is little room, and what dims the page."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from tests.browser.visiting import _plain_static_files, chromium, open_page
from tests.predict.churners import add_churn_model
from tests.web.rows import add_customer

from regard.capture.domain.imports.uploads import keep_upload
from regard.core.models import Store
from regard.score.domain.band_totals import count_bands

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["_plain_static_files", "chromium"]
LONG = """() => document.querySelectorAll(".shares tr").forEach((row) => {
  row.children[2].textContent = "13,377";
  row.children[3].innerHTML = '<span class="change">▲ +11,363</span>';
})"""
BESIDE = """() => {
  const [body] = document.querySelectorAll(".body:has(> .shares)");
  const edge = body.getBoundingClientRect().right - parseFloat(getComputedStyle(body).paddingRight);
  return [...document.querySelectorAll(".shares td:last-child")].filter(
    (cell) => cell.getBoundingClientRect().right > edge + 1).length;
}"""


def test_a_phone_has_room_for_changes_reasons_and_tabs(
    chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    add_customer(store)
    count_bands(store)
    rows = b"A-8,C-9,2026-01-01,1,EUR\nA-9,C-9,never in the whole wide world,1,EUR\n"
    content = [b"order_id,customer_id,ordered_at,total,currency\n" + rows]
    draft = keep_upload(
        store=store, kind="orders", name="a.csv", content=content, mapping=None, actor="tests"
    )
    page = open_page(chromium, live_server, store, viewport={"width": 390, "height": 844})
    here = f"{live_server.url}/s/{store.slug}"
    page.goto(f"{here}/")
    page.evaluate(LONG)
    assert page.evaluate(BESIDE) == 0
    page.goto(f"{here}/imports/{draft.pk}/")
    reason = page.locator(".sample .field-error").bounding_box()
    assert reason is not None
    assert reason["x"] + reason["width"] < 390
    page.goto(f"{here}/outbox/")
    tabs = page.locator(".tabs")
    expect(tabs).to_have_css("--faded", "40px")
    tabs.evaluate("tabs => tabs.scrollTo(tabs.scrollWidth, 0)")
    expect(tabs).to_have_css("--faded", "0px")
    page.context.close()


def test_what_dims_the_page_dims_it_to_its_edge(
    chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    page = open_page(chromium, live_server, store, viewport={"width": 1440, "height": 900})
    page.goto(f"{live_server.url}/s/{store.slug}/alerts/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option", name="Customers")).to_be_visible()
    assert page.evaluate("document.body.getBoundingClientRect().right") == 1440
    page.context.close()


def test_what_predictions_did_is_read_without_moving_the_table(
    chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    add_churn_model(store)
    page = open_page(chromium, live_server, store, viewport={"width": 390, "height": 844})
    page.goto(f"{live_server.url}/s/{store.slug}/predictions/")
    hidden = page.locator(".table-wrap").first.evaluate("wrap => wrap.scrollWidth - wrap.clientWidth")
    page.context.close()
    assert hidden == 0
