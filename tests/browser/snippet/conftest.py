"""What the tests of the snippet visit, and with what."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.browser.snippet.shop import FLAGS, Intake, Shop, intake_handler, serve, shop_handler


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def intake() -> Iterator[Intake]:
    intake = Intake()
    for url in serve(intake_handler(intake)):
        intake.url = url
        yield intake


@pytest.fixture
def shop(intake: Intake, chromium: Browser) -> Iterator[Shop]:
    pages: dict[str, str] = {}
    for url in serve(shop_handler(pages)):
        visitor = chromium.new_context(locale="de-DE", timezone_id="Europe/Vienna")
        visitor.clock.install()
        yield Shop(url, pages, intake, visitor)
        visitor.close()
