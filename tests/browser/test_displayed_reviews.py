"""Published reviews in a frame on the page of a shop: strangers can use them on any screen, without JavaScript."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from tests.browser.visiting import _plain_static_files, chromium, complaints_of, open_page
from tests.review.test_displayed import base, named, published

from regard.core.models import Store
from regard.profile.models import Product
from regard.review.domain.answering import answer_review

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["_plain_static_files", "chromium"]

WORDS = "It holds what it promises, and the parcel came a day early. "
NAMES = ("Ana Kovač", "Bo Lindqvist", "Zoë", "Maximiliane Wolkenstein-Trostburg")


def shown(store: Store) -> str:
    """The address of fourteen reviews of a mug, each third answered; one is a word without an end."""
    Product.objects.create(store=store, external_id="mug", title="Blue mug", currency="EUR")
    for number in range(14):
        review = published(
            store, number, named(store, NAMES[number % 4]), product_external_id="mug", title="Good" * (number % 2),
            rating=(5, 4, 5, 2, 5)[number % 5], body=("x" * 300 if number == 12 else WORDS * (number + 1)),
        )  # fmt: skip
        if number % 3 == 0:
            answer_review(review, text="Thank you! We are glad.", actor="ana@acme.example")
    return base(store)


@pytest.mark.parametrize("look", [(1280, "light"), (1280, "dark"), (390, "light"), (320, "dark")])
def test_everybody_can_use_them(
    look: tuple[int, str], chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    address = shown(store)
    width, scheme = look
    context = chromium.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page = context.new_page()
    complaints = complaints_of(page)
    for query in ("?product=mug", "?stars=2&theme=dark", "?language=ar", "?product=none"):
        page.goto(live_server.url + address + query)
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    context.close()
    assert complaints == []


@pytest.fixture
def shop() -> Iterator[Callable[[str], str]]:
    """Puts words on every page of a shop, and says where that is."""
    words: list[str] = []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(words[-1].encode())

        def log_message(self, *_: object) -> None:
            """Nothing: pytest shows what matters."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def put(text: str) -> str:
        words.append(f"<!doctype html><title>Shop</title><link rel=icon href=data:,>{text}")
        return f"http://127.0.0.1:{server.server_port}"

    yield put
    server.shutdown()
    server.server_close()


def test_in_a_frame_of_another_site_without_javascript(
    chromium: Browser, live_server: Any, transactional_db: None, store: Store, shop: Callable[[str], str]
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    frame = (
        f'<iframe title="Reviews" src="{live_server.url}{shown(store)}?product=mug" height="900"></iframe>'
    )
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).netloc))
    page.goto(f"{shop(frame)}/mug")
    seen = page.frame_locator("iframe")
    expect(seen.get_by_role("heading", name="Blue mug")).to_be_visible()
    expect(seen.get_by_role("listitem").filter(has=seen.get_by_role("time"))).to_have_count(10)
    seen.get_by_role("link", name="More reviews").click()
    expect(seen.get_by_role("listitem").filter(has=seen.get_by_role("time"))).to_have_count(4)
    seen.get_by_role("link", name="2 of 5 stars").click()
    expect(seen.get_by_role("listitem").filter(has=seen.get_by_role("time"))).to_have_count(3)
    seen.get_by_role("link", name="All stars").click()
    seen.get_by_text("Read on").first.click()
    assert set(asked) == {urlsplit(address).netloc for address in (page.url, live_server.url)}
    assert context.cookies() == []
    context.close()


def test_the_owner_shows_them_and_sees_how(
    chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    published(store, 1, body="Seen by the owner")
    page = open_page(chromium, live_server, store)
    complaints = complaints_of(page)
    page.goto(f"{live_server.url}/s/{store.slug}/settings/reviews/")
    expect(page.frame_locator("iframe").get_by_text("Seen by the owner")).to_be_visible()
    page.get_by_role("button", name="Show them").click()
    expect(page.get_by_label("Frame")).to_be_visible()
    expect(page.locator("iframe")).to_have_count(1)
    page.wait_for_load_state()  # the words can be seen before the scripts have run
    page.get_by_label("Background").select_option("dark")
    expect(page.get_by_text("theme=dark").first).to_be_visible()
    page.context.close()
    assert complaints == []
