"""A survey answered in one browser is seen in others, on pages that nobody reloads: processes, database and
browsers are real ones."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.conftest import wait_until
from tests.crash.installation import RunningInstallation, running_installation
from tests.journey.test_main_job import PASSWORD, join

pytestmark = pytest.mark.browser
OWNER, SLUG = "ana@shop.example", "shop"
# They are asked as any journey asks, with an address to hand over.
ASK = f"""
from regard.cli.installation import attached
with attached():
    from regard.core.domain.stores import store_by_slug
    from tests.survey.asking import ask
    print(ask(store_by_slug("{SLUG}"), "u1", "relationship", channel="link").url)
"""
PUBLISH = f"""
from regard.cli.installation import attached
with attached():
    from regard.core.domain.stores import store_by_slug
    from tests.survey.asking import NPS, publish
    publish(store_by_slug("{SLUG}"), NPS.replace("survey: nps", "survey: relationship"))
"""


@pytest.fixture(scope="module")
def shop() -> Iterator[RunningInstallation]:
    with running_installation() as installation:
        installation.regard("store", "create", SLUG, "--currency", "EUR")
        join(installation, SLUG, OWNER)
        installation.python(PUBLISH)
        key = installation.regard("key", "create", "--store", SLUG, "--kind", "write")
        happy = {"response_id": "before", "measure": "nps", "value": 10}
        calls = [order(1), order(2), call("Survey Answered", happy)]
        sent = httpx.post(
            f"{installation.intake}/v1/batch", json={"batch": calls}, auth=(key, ""), timeout=120
        )
        sent.raise_for_status()
        api_key = installation.regard("key", "create", "--store", SLUG, "--kind", "api")
        wait_until(lambda: read(installation, api_key, "/customers")["items"])
        wait_until(lambda: health(installation, api_key) is not None)
        yield installation


def order(number: int) -> dict[str, Any]:
    return call("Order Completed", {"order_id": f"o{number}", "total": 50, "currency": "EUR"})


def call(event: str, properties: dict[str, Any]) -> dict[str, Any]:
    traits = {"email": "u1@example.com", "name": "Ursula"}
    return {
        "type": "track", "event": event, "userId": "u1", "properties": properties, "context": {"traits": traits},
    }  # fmt: skip


def read(installation: RunningInstallation, api_key: str, path: str) -> Any:
    head = {"Authorization": f"Bearer {api_key}"}
    return (
        httpx.get(f"{installation.pages}/api/v1{path}", headers=head, timeout=120).raise_for_status().json()
    )


def health(installation: RunningInstallation, api_key: str) -> float | None:
    [customer] = read(installation, api_key, "/customers")["items"]
    found = read(installation, api_key, f"/customers/{customer['id']}")["health"]
    return found and found["value"]


@pytest.fixture
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("needs Debian's chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


def signed_in(browser: Browser, shop: RunningInstallation) -> Page:
    page = browser.new_context().new_page()
    page.goto(f"{shop.pages}/")
    page.get_by_label("Email").fill(OWNER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Main").get_by_role("link", name="Alerts").wait_for()
    return page


def test_an_answer_moves_the_score_and_raises_the_alert_on_pages_open_elsewhere(
    browser: Browser, shop: RunningInstallation
) -> None:
    alerts = signed_in(browser, shop)
    alerts.goto(f"{shop.pages}/s/{SLUG}/alerts/")
    expect(alerts.get_by_role("link", name="A customer has become a promoter")).to_be_visible()
    expect(alerts.locator("li.alert")).to_have_count(1)
    customer = alerts.context.new_page()
    customer.goto(f"{shop.pages}/s/{SLUG}/customers/")
    customer.get_by_role("link", name="Ursula").first.click()
    score = customer.locator("section", has=customer.get_by_role("heading", name="Health", exact=True))
    before = score.inner_text()
    for page in (alerts, customer):
        page.evaluate("window.openedOnce = true")

    answering = browser.new_context().new_page()
    answering.goto(shop.python(ASK).replace(f"http://localhost:{shop.port}", shop.pages))
    time.sleep(1.1)  # whoever answers within a second is a machine
    answering.get_by_role("button", name="2", exact=True).click()
    expect(answering.get_by_text("What went wrong?")).to_be_visible()

    expect(alerts.locator("li.alert")).to_have_count(2)
    expect(alerts.get_by_role("link", name="A promoter has become a detractor")).to_be_visible()
    expect(customer.get_by_text("A promoter has become a detractor").first).to_be_visible()
    expect(score).not_to_have_text(before)
    assert all(page.evaluate("window.openedOnce") for page in (alerts, customer))
