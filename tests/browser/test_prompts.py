"""Prompts on the page of a shop at another site: when they appear, to whom, how they are used, what is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from tests.act.queueing import queue_send, wanted
from tests.browser.snippet.shop import SNIPPET
from tests.browser.visiting import _plain_static_files, chromium, complaints_of, open_page
from tests.message.writing import new_template
from tests.score.people import new_customer
from tests.serve.shops import ANA, add_prompt, address, open_survey

from regard.act.domain.sending import send_due
from regard.act.models import Send
from regard.capture.models import Event
from regard.connect.channels import message_channels
from regard.core.config import config
from regard.core.models import Store
from regard.profile.models import Identity
from regard.serve.domain.window import set_window
from regard.serve.models import Prompt
from regard.survey.models import Submission

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["_plain_static_files", "chromium"]

LONG = "<div style='height: 4000px'>A long page</div><a href='#x'>A link of the shop</a>"
MESSAGE = "Free from 50 €"
# Moves the browser's clock on, so that days need not be waited for.
LATER = "(ms => { const now = Date.now; Date.now = () => now() + ms; })"
ATTACK = "</script><img src=x onerror=alert(1)><b>bold</b>"


@dataclass
class Shop:
    """A shop with the snippet and the tag of prompts; it takes the snippet's events itself and keeps them."""

    url: str = ""
    tag: str = ""
    consent: str = "granted"
    lang: str = "en"
    more: str = LONG
    policy: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)

    def page(self) -> str:
        return (
            f"<!doctype html><html lang='{self.lang}'><title>Shop</title><link rel=icon href=data:,>"
            "<meta name=viewport content=width=device-width>"
            f"<script async src='/regard.js' data-write-key=k data-consent={self.consent}></script>"
            f"<script async src='{self.tag}'></script><body>{self.more}"
        )

    def names(self) -> list[str]:
        told = [event for event in self.events if str(event.get("event", "")).startswith("Prompt")]
        return [event["event"] for event in told]


@pytest.fixture
def shop(live_server: Any, transactional_db: None, store: Store) -> Iterator[Shop]:
    shop = Shop()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_script = self.path == "/regard.js"
            self.send_response(200)
            self.send_header("Content-Type", "text/javascript" if is_script else "text/html; charset=utf-8")
            if shop.policy:
                self.send_header("Content-Security-Policy", shop.policy)
            self.end_headers()
            self.wfile.write(SNIPPET.read_bytes() if is_script else shop.page().encode())

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            shop.events.extend(body["batch"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing: pytest shows what matters."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    shop.url = f"http://127.0.0.1:{server.server_port}"
    set_window(store, sites=[shop.url], pause_minutes=0, actor=ANA)
    shop.tag = live_server.url + address(store)
    yield shop
    server.shutdown()
    server.server_close()


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context()
    yield context
    context.close()


def visit(visitor: BrowserContext, shop: Shop, path: str = "/") -> Page:
    """The page when both scripts have run."""
    page = visitor.new_page()
    come(page, shop, path)
    return page


def come(page: Page, shop: Shop, path: str = "/") -> None:
    page.goto(shop.url + path)
    page.wait_for_function("window.regard?.version && window.regardPrompts && regard.told.length > 0")


def box(page: Page, title: str = MESSAGE) -> Locator:
    return page.locator(".box").filter(has=page.get_by_role("heading", name=title))


def settle(page: Page) -> None:
    """As long as what appears at once would take."""
    page.wait_for_timeout(400)


def leave(page: Page) -> None:
    page.evaluate("document.documentElement.dispatchEvent(new MouseEvent('mouseleave', { clientY: -1 }))")


def told(page: Page, shop: Shop, *names: str) -> None:
    """Wait until the shop was told so much; events leave within a second."""
    for _ in range(100):
        if len(shop.names()) >= len(names):
            break
        page.wait_for_timeout(100)
    assert shop.names() == list(names)


def test_after_seconds_once_and_told(visitor: BrowserContext, shop: Shop, store: Store) -> None:
    prompt = add_prompt(store, amount=0, again_days=1)
    page = visit(visitor, shop)
    expect(box(page)).to_be_visible()
    box(page).get_by_role("button", name="Close").click()
    expect(box(page)).to_have_count(0)
    told(page, shop, "Prompt Shown", "Prompt Closed")
    shown = next(event for event in shop.events if event.get("event") == "Prompt Shown")
    assert shown["properties"] == {"prompt_id": prompt.pk, "prompt": MESSAGE, "prompt_kind": "message"}
    come(page, shop)
    settle(page)
    expect(box(page)).to_have_count(0)  # not again within a day
    page.add_init_script(f"{LATER}(25 * 3600 * 1000)")
    come(page, shop)
    expect(box(page)).to_be_visible()
    assert visitor.cookies() == []


def test_the_button_leads_on_and_is_told(visitor: BrowserContext, shop: Shop, store: Store) -> None:
    add_prompt(store, amount=0)
    page = visit(visitor, shop)
    box(page).get_by_role("link", name="More").click()
    page.wait_for_url(f"{shop.url}/delivery")
    told(page, shop, "Prompt Shown", "Prompt Clicked")


def lay_out(store: Store, page: Page, text: str) -> Send:
    """A message to whoever visits, which senders let go."""
    browser = page.evaluate("JSON.parse(localStorage['regard.identity']).anonymousId")
    customer = new_customer(store)
    Identity.objects.get_or_create(
        store=store, kind="anonymous_id", value=browser, defaults={"customer": customer}
    )
    send = queue_send(
        store,
        wanted(
            Send.objects.count(), channel="in_page", recipient="customer", subject="Sorry, it is late",
            body_text=text, identity_id=Identity.objects.get(kind="anonymous_id", value=browser).pk,
        ),
    )  # fmt: skip
    send_due(channels=message_channels(config()))
    return send


def asks_again(page: Page) -> None:
    """As after the five minutes between two questions."""
    page.evaluate(
        """() => {
            const held = JSON.parse(localStorage["regard.prompts"]);
            localStorage["regard.prompts"] = JSON.stringify({ ...held, asked: 0 });
        }"""
    )


def became(send: Send) -> bool:
    send.refresh_from_db()
    return send.opened_at is not None


def test_a_message_to_one_visitor_appears_once_and_is_told(
    visitor: BrowserContext, shop: Shop, store: Store, chromium: Browser
) -> None:
    new_template(store, "late", channel="in_page", body="It is late.")
    page = visit(visitor, shop)
    settle(page)
    send = lay_out(store, page, f"{ATTACK}\n\nFollow it: {shop.url}/parcel?key=1")
    come(page, shop)
    settle(page)
    expect(box(page, send.subject)).to_have_count(0)  # asked a moment ago
    asks_again(page)
    come(page, shop)
    expect(box(page, send.subject)).to_be_visible()
    expect(box(page, send.subject)).to_contain_text(ATTACK)
    page.wait_for_timeout(300)
    assert became(send)
    other = chromium.new_context()
    nobody = visit(other, shop)
    settle(nobody)
    expect(nobody.locator(".box")).to_have_count(0)
    other.close()
    box(page, send.subject).get_by_role("link", name="Follow it").click()
    page.wait_for_url(f"{shop.url}/parcel?key=1")
    page.wait_for_function("window.regardPrompts")
    asks_again(page)
    come(page, shop)
    settle(page)
    expect(box(page, send.subject)).to_have_count(0)
    clicked = Event.objects.get(name="MessageClicked")
    assert clicked.body["url"] == f"{shop.url}/parcel"
    assert visitor.cookies() == []


def test_without_consent_nobody_asks_for_messages(visitor: BrowserContext, shop: Shop, store: Store) -> None:
    new_template(store, "late", channel="in_page", body="It is late.")
    shop.consent = "ask"
    page = visitor.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(shop.url)
    page.wait_for_function("window.regardPrompts")
    settle(page)
    assert not [url for url in asked if url.endswith("/message/")]
    with page.expect_request("**/message/"):
        page.evaluate("regard.consent('granted')")


def test_when_about_to_leave_and_only_on_its_pages(visitor: BrowserContext, shop: Shop, store: Store) -> None:
    add_prompt(store, trigger="leaving", included=["/p/*/x*", "/cart"], excluded=["*/secret"])
    for path, count in (("/", 0), ("/p/1/y", 0), ("/p/1/x/secret", 0), ("/p/1/x2", 1)):
        page = visit(visitor, shop, path)
        leave(page)
        settle(page)
        expect(box(page)).to_have_count(count)
        page.close()


def test_on_a_phone_a_quick_move_up(chromium: Browser, shop: Shop, store: Store) -> None:
    add_prompt(store, trigger="leaving", device="phone")
    context = chromium.new_context(viewport={"width": 390, "height": 600}, has_touch=True, is_mobile=True)
    page = visit(context, shop)
    page.evaluate("scrollTo(0, 2000)")
    settle(page)
    expect(box(page)).to_have_count(0)
    page.evaluate("scrollTo(0, 1500)")
    expect(box(page)).to_be_visible()
    context.close()


def test_when_so_much_was_scrolled(visitor: BrowserContext, shop: Shop, store: Store) -> None:
    add_prompt(store, trigger="scrolled", amount=60)
    page = visit(visitor, shop)
    page.evaluate("scrollTo(0, 900)")
    settle(page)
    expect(box(page)).to_have_count(0)
    page.evaluate("scrollTo(0, 2600)")
    expect(box(page)).to_be_visible()


def test_what_was_done_is_counted_over_the_pages_of_a_visit(
    visitor: BrowserContext, shop: Shop, store: Store
) -> None:
    add_prompt(store, trigger="event", event="Product Viewed", amount=3)
    page = visit(visitor, shop)
    page.evaluate("regard.shop.productViewed({product_id: '1'}); regard.push(['track', 'Product Viewed'])")
    settle(page)
    expect(box(page)).to_have_count(0)
    come(page, shop, "/next")
    page.evaluate("regard.track('Product Viewed')")
    expect(box(page)).to_be_visible()


def test_a_visit_that_is_over_counts_for_nothing(visitor: BrowserContext, shop: Shop, store: Store) -> None:
    add_prompt(store, trigger="event", event="page", amount=2)
    page = visit(visitor, shop)
    page.add_init_script(f"{LATER}(31 * 60 * 1000)")
    come(page, shop)
    settle(page)
    expect(box(page)).to_have_count(0)
    come(page, shop)
    expect(box(page)).to_be_visible()


def test_first_and_later_visits(visitor: BrowserContext, shop: Shop, store: Store) -> None:
    add_prompt(store, amount=0, visits="returning")
    page = visit(visitor, shop)
    settle(page)
    expect(box(page)).to_have_count(0)
    page.add_init_script(f"{LATER}(31 * 60 * 1000)")
    come(page, shop)
    expect(box(page)).to_be_visible()


def test_never_two_at_once_and_a_pause_between(visitor: BrowserContext, shop: Shop, store: Store) -> None:
    set_window(store, sites=[shop.url], pause_minutes=10, actor=ANA)
    add_prompt(store, amount=0)
    add_prompt(store, amount=0, texts={"en": {"title": "Another"}}, link="")
    page = visit(visitor, shop)
    expect(page.locator(".box")).to_have_count(1)
    page.keyboard.press("Escape")
    come(page, shop)
    settle(page)
    expect(page.locator(".box")).to_have_count(0)
    page.add_init_script(f"{LATER}(11 * 60 * 1000)")
    come(page, shop)
    expect(box(page, "Another")).to_be_visible()


def test_without_consent_nothing_is_stored_or_told(visitor: BrowserContext, shop: Shop, store: Store) -> None:
    shop.consent = "ask"
    add_prompt(store, amount=0)
    add_prompt(store, amount=0, texts={"en": {"title": "For all"}}, link="", without_consent=True)
    page = visit(visitor, shop)
    expect(box(page, "For all")).to_be_visible()
    expect(box(page)).to_have_count(0)
    page.keyboard.press("Escape")
    settle(page)
    assert page.evaluate("Object.keys(localStorage)") == []
    page.evaluate("regard.consent('granted')")
    expect(box(page)).to_be_visible()  # it had waited for the decision
    told(page, shop, "Prompt Shown")  # of the other nobody hears
    page.evaluate("regard.consent('withdrawn')")
    assert page.evaluate("Object.keys(localStorage)") == ["regard.consent"]
    page.keyboard.press("Escape")
    come(page, shop)
    settle(page)
    expect(page.locator(".box")).to_have_count(0)  # who refused is shown nothing
    assert page.evaluate("Object.keys(localStorage)") == ["regard.consent"]
    assert shop.names() == ["Prompt Shown"]


def test_a_share_of_browsers(chromium: Browser, shop: Shop, store: Store) -> None:
    add_prompt(store, amount=0, share=50)
    found = set()
    for draw in (0.1, 0.6):
        context = chromium.new_context()
        context.add_init_script(f"Math.random = () => {draw}")
        page = visit(context, shop)
        settle(page)
        found.add(box(page).count())
        context.close()
    assert found == {0, 1}


def test_words_are_words(visitor: BrowserContext, shop: Shop, store: Store) -> None:
    texts = {"en": {"title": ATTACK[:80], "text": ATTACK, "button": "Go"}}
    prompt = add_prompt(store, amount=0, texts=texts)
    Prompt.objects.filter(pk=prompt.pk).update(link="javascript:alert(1)")  # past what checks it
    page = visitor.new_page()
    page.on("dialog", lambda _dialog: pytest.fail("a script ran"))
    come(page, shop)
    expect(box(page, ATTACK[:80])).to_be_visible()
    expect(page.get_by_text(ATTACK).last).to_be_visible()
    expect(page.locator(".box img, .box b, .box a")).to_have_count(0)


def test_a_strict_policy_of_the_shop_lets_it_look_right(
    visitor: BrowserContext, shop: Shop, store: Store, live_server: Any
) -> None:
    shop.more = "A page"
    shop.policy = f"default-src 'none'; script-src 'self' {live_server.url}; connect-src 'self'"
    add_prompt(store, amount=0)
    page = visitor.new_page()
    complaints = complaints_of(page)
    come(page, shop)
    expect(box(page)).to_be_visible()
    assert box(page).evaluate("box => getComputedStyle(box).position") == "fixed"
    assert [said for said in complaints if "style" in said] == []


@pytest.mark.parametrize("place", ["centre", "corner", "bar"])
@pytest.mark.parametrize("look", [(1280, "light", "en"), (320, "dark", "he")])
def test_by_keyboard_alone_and_for_everybody(
    place: str, look: tuple[int, str, str], chromium: Browser, shop: Shop, store: Store
) -> None:
    width, scheme, language = look
    texts = {
        "en": {"title": MESSAGE, "text": "Delivery costs nothing. " * 8, "button": "More"},
        "he": {"title": "משלוח חינם", "text": "מעל 50 אירו", "button": "עוד"},
    }
    Store.objects.filter(pk=store.pk).update(colour="#ffd400")
    add_prompt(store, amount=0, texts=texts, place=place)
    shop.lang, shop.more = language, "<main><h1>Shop</h1><button id=before>Before</button></main>"
    context = chromium.new_context(
        viewport={"width": width, "height": 640}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    complaints = complaints_of(page)
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => document.getElementById('before').focus())"
    )
    come(page, shop)
    shown = box(page, texts[language]["title"])
    expect(shown.get_by_role("link")).to_be_visible()
    assert shown.get_attribute("dir") == ("rtl" if language == "he" else "ltr")
    assert shown.evaluate("box => getComputedStyle(box).animationName") == "none"
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    is_modal = place == "centre"
    focused = "document.activeElement.shadowRoot?.activeElement?.tagName || document.activeElement.id"
    assert (page.evaluate(focused) == "before") is not is_modal
    for _ in range(4):
        if page.evaluate(focused) == "A":
            break
        page.keyboard.press("Tab" if is_modal else "Shift+Tab")
    assert page.evaluate(focused) == "A"
    page.keyboard.press("Escape")
    expect(shown).to_have_count(0)
    assert page.evaluate("document.activeElement.id") == "before"
    context.close()
    assert complaints == []


def test_a_survey_is_answered_in_its_frame(visitor: BrowserContext, shop: Shop, store: Store) -> None:
    survey = open_survey(store)
    add_prompt(store, kind="survey", survey_id=survey.pk, amount=0, place="centre")
    shop.lang = "de"
    page = visitor.new_page()
    complaints = complaints_of(page)
    come(page, shop)
    frame = page.frame_locator(".box iframe")
    expect(frame.get_by_role("heading", name="Wie wahrscheinlich empfehlen Sie uns?")).to_be_visible()
    page.wait_for_timeout(1100)  # who is quicker is taken for a machine
    frame.get_by_text("9", exact=True).click()
    expect(frame.get_by_role("heading", level=1)).to_be_visible()
    told(page, shop, "Prompt Shown", "Prompt Clicked")
    page.keyboard.press("Escape")
    expect(page.locator(".box")).to_have_count(0)
    sitting = Submission.objects.get(survey=survey)
    assert (sitting.channel, sitting.language, sitting.is_suspect) == ("web", "de", False)
    assert visitor.cookies() == []
    assert complaints == []
    assert shop.names() == ["Prompt Shown", "Prompt Clicked"]  # who answered has not closed it


def test_another_site_cannot_frame_the_survey(
    visitor: BrowserContext, shop: Shop, store: Store, live_server: Any
) -> None:
    survey = open_survey(store)
    add_prompt(store, kind="survey", survey_id=survey.pk, amount=0)
    set_window(store, sites=["https://elsewhere.example"], pause_minutes=0, actor=ANA)
    shop.more = f"<iframe src='{live_server.url}/q/o/{survey.link}/?c=web'></iframe>"
    page = visitor.new_page()
    complaints = complaints_of(page)
    come(page, shop, "/")
    settle(page)
    assert any("frame-ancestors" in said for said in complaints)


def test_the_owner_writes_one_and_sees_it_as_it_will_be(
    chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    survey = open_survey(store)
    page = open_page(chromium, live_server, store)
    complaints = complaints_of(page)
    page.goto(f"{live_server.url}/s/{store.slug}/prompts/new/")
    page.get_by_role("button", name="Begin with it").last.click()
    preview = page.frame_locator("iframe.prompt-preview")
    expect(preview.get_by_role("heading", name="Delivery is free from 50 €")).to_be_visible()
    page.wait_for_load_state()
    page.get_by_label("Heading (English)").fill("Free for all")
    expect(preview.get_by_role("heading", name="Free for all")).to_be_visible()
    page.get_by_label("Français").check()
    expect(page.get_by_label("Heading (Français)")).to_be_visible()
    expect(page.get_by_label("Heading (English)")).to_have_value("Free for all")
    page.get_by_label("What appears").select_option("survey")
    page.get_by_label("Survey optional").select_option(str(survey.pk))
    asked = preview.frame_locator("iframe").get_by_role("heading", name="How likely are you to recommend us?")
    expect(asked).to_be_visible()
    page.get_by_label("What appears").select_option("message")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_text("It appears in the shop.")).to_be_visible()
    assert Prompt.objects.get().texts["en"]["title"] == "Free for all"
    page.context.close()
    assert complaints == []
