"""The pages in a real browser: nothing that shuts people out, nothing the policy blocks, the live tail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from django.urls import resolve
from playwright.sync_api import Browser, expect
from tests.browser.visiting import _plain_static_files, chromium, complaints_of, open_page
from tests.web.routes import STORE_PAGES
from tests.web.rows import add_customer, add_event, one_of_each

import regard
from regard.capture.domain.batch import Batch
from regard.capture.domain.logged import events_by_id
from regard.capture.models import RejectedEvent
from regard.core.config import config
from regard.core.models import Store
from regard.pipeline import STAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["_plain_static_files", "chromium"]
PAGES = (
    "", "customers/", "customers/{customer}/", "alerts/", "alerts/?state=handled", "alerts/{alert}/", "tasks/",
    "templates/", "templates/new/", "templates/{template}/", "settings/brand/",
    "tasks/new/", "tasks/{task}/", "tasks/{done_task}/", "cases/", "cases/{case}/",
    "offers/", "offers/new/",
    "offers/limits/", "offers/waiting/", "offers/{pool}/", "offers/{pool}/change/", "outbox/",
    "surveys/", "surveys/?tab=shipped", "surveys/new/", "surveys/import/", "surveys/{survey}/",
    "surveys/{survey}/results/", "surveys/{survey}/versions/", "surveys/{survey}/text/",
    "surveys/{survey}/files/", "surveys/{survey_open}/print/?place=packaging", "surveys/how-often/",
    "surveys/{survey_draft}/edit/", "surveys/{survey_draft}/publish/",
    "journeys/", "journeys/?tab=playbooks", "journeys/new/", "journeys/import/", "journeys/{journey}/",
    "journeys/{journey}/people/",
    "journeys/{journey}/try/?customer={customer}", "journeys/{journey}/versions/", "journeys/{journey}/text/",
    "journeys/{journey}/send/?segment=orders+%3E%3D+1", "journeys/{journey}/edit/",
    "journeys/{journey_draft}/on/?counted=1",
    "outbox/{send}/", "outbox/suppressed/", "events/", "events/{event}/",
    "events/rejected/", "events/rejected/{rejected}/", "events/parked/", "imports/", "imports/new/",
    "imports/{import_run}/", "imports/{import_draft}/", "imports/{import_run}/undo/",
    "metrics/", "metrics/?state=dormant", "metrics/{metric}/", "metrics/{metric}/?by=purchase",
    "customers/?segment=tags+is+known", "customers/{customer}/merge/",
    "customers/{customer}/scores/?as_of=2026-01-31",
    "customers/{customer}/erase/",
    "customers/segments/{segment}/", "feedback/", "feedback/texts/", "feedback/understanding/",
    "feedback/themes/{theme}/", "reviews/", "reviews/{review}/", "mentions/",
    "mentions/{mention}/", "improvements/", "improvements/new/",
    "improvements/{item}/", "improvements/{item}/change/", "improvements/page/", "improvements/page/preview/",
    "products/", "products/{product}/", "relationships/",
    "relationships/moved/?then=&now=health:lost", "models/", "models/{model}/", "predictions/",
    "settings/scores/", "settings/definitions/", "settings/costs/", "settings/",
    "settings/email/", "settings/messages/", "settings/channels/",
    "prompts/", "prompts/new/", "prompts/shop/", "prompts/{prompt}/", "prompts/{prompt}/edit/",
    "programmes/", "programmes/new/", "programmes/{programme}/", "programmes/{programme}/candidates/",
    "programmes/{programme}/sessions/", "programmes/{programme}/sessions/new/",
    "programmes/{programme}/sessions/{programme_session}/",
    "programmes/{programme}/sessions/{programme_session}/change/",
    "programmes/{programme}/decisions/", "programmes/{programme}/change/",
    "settings/reviews/", "settings/reviews/preview/",
    "settings/retention/", "settings/members/", "settings/members/invite/",
    "settings/members/{member}/remove/", "settings/keys/", "settings/keys/{api_key}/revoke/",
    "settings/keys/new/", "settings/sources/", "settings/sources/new/",
    "settings/sources/{source}/", "settings/audit/", "settings/sources/keys/{write_key}/revoke/",
)  # fmt: skip
OUTSIDE = ("/account/", "/account/two-step/", "/account/password/change/", "/stores/new/", "/nowhere/")


# Parts of other pages, passes and files.
NO_PAGES = {
    "journey_file", "survey_code", "survey_file", "survey_results_export",
    "alert_people", "chart", "chart_file", "customer_beside", "customer_look", "customer_orders",
    "customer_scores", "customer_timeline", "customer_version",
    "events_live_pass", "import_rejects", "metric_chart", "metric_chart_file", "metric_rows",
    "cohorts", "cohorts_export", "moves", "moves_export", "relationship_chart", "relationship_chart_file",
    "metric_values", "model_chart", "model_chart_file", "palette", "product_chart",
    "product_chart_file", "product_figures", "product_table",
    "programme_export", "prompt_chart", "prompt_chart_file", "prompt_frame", "prompt_preview", "prompt_words",
    "offer_chart", "offer_chart_file", "products_export", "segment_builder", "segment_chips", "task_people",
    "template_shown", "theme_chart", "theme_chart_file",
    "today_card",
}  # fmt: skip


def test_no_page_is_left_out() -> None:
    numbered = (re.sub(r"\{\w+\}", "1", path).partition("?")[0] for path in PAGES)
    looked_at = {resolve(f"/s/acme/{path}").url_name for path in numbered}
    assert {name for name, page in STORE_PAGES.items() if page.get} - NO_PAGES == looked_at


@pytest.fixture
def known_intake(intake: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a running intake, which the pages know."""
    monkeypatch.setenv("REGARD_INTAKE_URL", intake)
    config.cache_clear()
    yield intake
    config.cache_clear()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_every_page(
    scheme: str, chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    rows = one_of_each(store)
    page = open_page(chromium, live_server, store, color_scheme=scheme, reduced_motion="reduce")
    complaints = complaints_of(page)
    found: dict[str, list[str]] = {}
    for path in (*(f"/s/{store.slug}/{path.format(**rows)}" for path in PAGES), *OUTSIDE):
        page.goto(live_server.url + path)
        violations = Axe().run(page).response["violations"]
        if violations:
            found[path] = [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in violations]
    page.context.close()
    assert (found, complaints) == ({}, [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_sign_in(
    scheme: str, chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    page = open_page(chromium, live_server, store, color_scheme=scheme)
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/account/login/")
    assert Axe().run(page).response["violations"] == []
    page.get_by_label("Email").fill("ana@acme.example")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    page.context.close()


def test_nothing_runs_out_of_a_phone(
    chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    rows = one_of_each(store)
    page = open_page(chromium, live_server, store, viewport={"width": 390, "height": 844})
    too_wide = []
    for path in (*(f"/s/{store.slug}/{path.format(**rows)}" for path in PAGES), *OUTSIDE):
        page.goto(live_server.url + path)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            too_wide.append(path)
    page.context.close()
    assert too_wide == []


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_read_from_the_right_too(
    width: int, chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    rows = one_of_each(store)
    page = open_page(chromium, live_server, store, viewport={"width": width, "height": 844})
    too_wide, on_the_left = [], []
    for path in (*(f"/s/{store.slug}/{path.format(**rows)}" for path in PAGES), *OUTSIDE):
        page.goto(live_server.url + path)
        page.evaluate("document.documentElement.dir = 'rtl'")
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            too_wide.append(path)
        if width == 1440 and page.locator(".rail-nav").count():
            on_the_left += [path] if page.locator(".rail").bounding_box()["x"] < width / 2 else []
    page.context.close()
    assert (too_wide, on_the_left) == ([], [])


def test_no_style_names_a_side() -> None:
    """What says left or right stays there where people read from the right."""
    sided = re.compile(
        r"(?:margin|padding|border)-(?:left|right)|text-align: (?:left|right)|[ ;{](?:left|right):|float:"
    )
    styles = Path(regard.__path__[0]).glob("*/static/*/*.css")
    assert {
        f"{style.name}: {found.group()}" for style in styles for found in sided.finditer(style.read_text())
    } == set()


def test_keys_and_copying(chromium: Browser, live_server: Any, transactional_db: None, store: Store) -> None:
    page = open_page(chromium, live_server, store)
    page.goto(f"{live_server.url}/s/{store.slug}/customers/")
    page.keyboard.press("/")
    expect(page.get_by_placeholder("Name, e-mail, phone, customer or order number")).to_be_focused()
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Shortcuts")).to_be_hidden()
    page.keyboard.press("Tab")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("curl ")
    page.context.close()


def test_a_card_with_nothing_to_show_is_not_shown(
    chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    add_customer(store)
    page = open_page(chromium, live_server, store)
    page.goto(f"{live_server.url}/s/{store.slug}/")
    expect(page.locator("#card-needs")).to_be_visible()
    expect(page.locator("#card-tasks")).to_be_attached()
    expect(page.locator("#card-tasks")).to_be_hidden()
    page.context.close()


def test_a_discard_is_taken_back_by_the_toast(
    chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    one_of_each(store)
    page = open_page(chromium, live_server, store)
    page.goto(f"{live_server.url}/s/{store.slug}/events/rejected/")
    expect(page.get_by_role("button", name="Discard")).to_be_hidden()
    page.get_by_role("checkbox", name="Select all on this page").check()
    expect(page.get_by_text("1 selected")).to_be_visible()
    page.get_by_role("button", name="Discard").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("1 event is open again.")).to_be_visible()
    assert [rejected.state for rejected in RejectedEvent.objects.order_by("state")] == ["discarded", "open"]
    page.context.close()


@pytest.mark.usefixtures("transactional_db")
def test_alerts_come_by_themselves_and_are_worked_through_by_keys(
    chromium: Browser, live_server: Any, store: Store, known_intake: str
) -> None:
    """Raised by a real event in the pipeline, with the stream of a real intake telling the page."""
    page = open_page(chromium, live_server, store)
    complaints = complaints_of(page)
    page.goto(f"{live_server.url}/s/{store.slug}/alerts/")
    expect(page.get_by_role("heading", name="Nothing needs you now")).to_be_visible()
    mention = {
        "sentiment": "negative",
        "interactions": 70,
        "text": "Avoid",
        "url": "https://social.example/1",
    }

    def complain(number: int) -> None:
        told = mention | {"url": f"https://social.example/{number}"}
        event = add_event(store, "Social Mention", f"C-{number}", **told)
        with transaction.atomic():
            batch = Batch(store, events_by_id(store.pk, [event.id]))
            for stage in STAGES:
                stage.run(batch)

    complain(1)
    alerts = page.locator("#alert-list .alert")
    expect(alerts).to_have_count(1)
    complain(2)
    expect(alerts).to_have_count(2)

    page.keyboard.press("j")
    page.keyboard.press("x")
    complain(3)
    expect(page.get_by_text("There is something new: show it")).to_be_visible()
    expect(alerts).to_have_count(2)
    page.keyboard.press("h")
    expect(page.get_by_text("The alert is handled.")).to_be_visible()
    expect(alerts).to_have_count(2)
    page.get_by_role("checkbox", name="Select all on this page").check()
    page.locator(".bulk").get_by_role("button", name="Handled").click()
    expect(page.get_by_text("2 alerts are handled.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(alerts).to_have_count(2)
    page.get_by_role("link", name="what led to it").first.click()
    expect(page.get_by_text("A complaint of 70 interactions")).to_have_count(2)
    page.context.close()
    assert complaints == []


@pytest.mark.usefixtures("transactional_db")
def test_live_tail(
    chromium: Browser, live_server: Any, store: Store, write_key: str, known_intake: str
) -> None:
    """Events sent to a real intake come in on top; what is paused or being read waits."""

    def send(name: str) -> None:
        body = {"userId": "C-1", "event": name, "properties": {"order_id": "A-1"}}
        httpx.post(f"{known_intake}/v1/track", json=body, auth=(write_key, ""), timeout=60).raise_for_status()

    page = open_page(chromium, live_server, store)
    complaints = complaints_of(page)
    page.goto(f"{live_server.url}/s/{store.slug}/events/")
    expect(page.locator("[data-live-state]")).to_have_text("Live")
    rows = page.locator("[data-live-rows] > .event")

    send("First <b>event</b>")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("First <b>event</b>")
    page.get_by_role("button", name="Pause").click()
    send("Second")
    expect(page.get_by_role("button", name="1 new")).to_be_visible()
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="Resume").click()
    expect(rows).to_have_count(2)

    rows.first.click()
    drawer = page.get_by_role("dialog", name="Second")
    expect(drawer.locator("pre")).to_contain_text("order_id")
    expect(drawer.get_by_role("heading", name="What came of it")).to_be_visible()
    send("Third")
    expect(page.locator("[data-live-show]")).to_have_text("1 new")
    expect(rows).to_have_count(2)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="1 new").click()
    expect(rows.first).to_contain_text("Third")
    page.context.close()
    assert complaints == []
