"""Takes the pictures of README and docs from a fresh installation with the example shop: `make screenshots`."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page, sync_playwright
from tests.conftest import wait_until
from tests.crash.installation import RunningInstallation, running_installation

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
WIDTH, HEIGHT = 1280, 800
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--force-color-profile=srgb"]
VISITOR = {"anonymousId": "browser-7"}
REGULAR = {
    "userId": "C1007",
    "anonymousId": "browser-7",
}  # Dora Hahn of the example shop, who has ordered often
LAMP = {"product_id": "L1", "name": "Reading lamp", "price": 49.0, "currency": "EUR"}


def main() -> None:
    """Start an installation, fill it, and write the pictures to docs/images."""
    IMAGES.mkdir(exist_ok=True)
    with running_installation() as installation:
        write_key = fill(installation)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce")
            sign_in(page, installation)
            take_all(page, installation, write_key)
            browser.close()


def fill(installation: RunningInstallation) -> str:
    """Import the example shop and let a regular customer write a bad review; gives a write key."""
    shop = ROOT / "examples" / "shop"
    installation.regard("import", "orders", str(shop / "orders.csv"), "--store", "demo")
    installation.regard("import", "reviews", str(shop / "reviews.csv"), "--store", "demo")
    write_key = installation.regard("key", "create", "--store", "demo", "--kind", "write")
    visit(installation, write_key)
    review = {"review_id": "R-900", "product_id": "L1", "rating": 1, "review_title": "Arrived broken"}
    review["review_body"] = "The shade was cracked and nobody has answered my two e-mails."
    send(installation, write_key, "track", event="Product Reviewed", properties=review, **REGULAR)
    mails = installation.folder / "outgoing-mail"
    wait_until(lambda: mails.is_dir() and any(mails.iterdir()))
    return write_key


def visit(installation: RunningInstallation, write_key: str) -> None:
    """A visitor looks around, signs in and buys."""
    send(installation, write_key, "page", name="Home", **VISITOR)
    send(installation, write_key, "track", event="Products Searched", properties={"query": "lamp"}, **VISITOR)
    send(installation, write_key, "track", event="Product Viewed", properties=LAMP, **VISITOR)
    send(installation, write_key, "track", event="Product Added", properties=LAMP, **VISITOR)
    send(installation, write_key, "identify", traits={"email": "dora.hahn7@example.com"}, **REGULAR)
    order = {"order_id": "A5301", "total": 49.0, "currency": "EUR", "products": [LAMP]}
    send(installation, write_key, "track", event="Order Completed", properties=order, **REGULAR)


def send(installation: RunningInstallation, write_key: str, call: str, **event: Any) -> None:
    httpx.post(f"{installation.intake}/v1/{call}", json=event, auth=(write_key, "")).raise_for_status()


def sign_in(page: Page, installation: RunningInstallation) -> None:
    page.goto(f"http://127.0.0.1:{installation.port}/account/login/")
    page.get_by_label("Email").fill("owner@example.com")
    page.get_by_label("Password").fill((installation.folder / "first-sign-in.txt").read_text())
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/s/demo/**")


def take_all(page: Page, installation: RunningInstallation, write_key: str) -> None:
    store = f"http://127.0.0.1:{installation.port}/s/demo"
    for name, path in (("customers", "customers/"), ("alerts", "alerts/")):
        page.goto(f"{store}/{path}")
        take(page, name)
    page.get_by_role("link", name="Dora Hahn").first.click()
    page.get_by_role("link", name="Open the customer").click()
    page.wait_for_url("**/customers/*/")
    take(page, "customer")
    page.goto(f"{store}/events/")
    time.sleep(1)  # until the live stream is connected
    visit(installation, write_key)
    page.get_by_text("Order Completed").first.wait_for()
    take(page, "events")


def take(page: Page, name: str) -> None:
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
