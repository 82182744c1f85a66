"""The browser snippet in a real browser, against a real intake on another origin."""

import gzip
import json
import shutil
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

pytestmark = pytest.mark.browser

SNIPPET = Path(__file__).parents[2] / "src/regard/capture/static/capture/regard.js"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ASK = 'data-consent="ask"'
GRANTED = 'data-consent="granted"'
QUIET = 'data-auto-page="off"'
WITH_GPC = """Object.defineProperty(navigator, "globalPrivacyControl", { value: true })"""
WITHOUT_STORAGE = """
Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("blocked", "SecurityError"); },
})
"""
COUNT_RANDOM = """
window.randomCalls = 0;
for (const name of ["randomUUID", "getRandomValues"]) {
  const real = crypto[name].bind(crypto);
  crypto[name] = (...args) => { window.randomCalls += 1; return real(...args); };
}
"""

PAUSE = """
localStorage["regard.pause"] = JSON.stringify({ failures: 1, at: Date.now() + 30000 })
"""
WITHOUT_HTTPS = "delete Crypto.prototype.randomUUID"
PRERENDERED = """
Object.defineProperty(document, "prerendering", { value: true, configurable: true })
"""

Event = dict[str, Any]
Traces = tuple[list[str], int, str, list[Any]]


@dataclass(frozen=True)
class Post:
    """One request as the intake received it, with what it answered."""

    path: str
    content_type: str
    cookie: str | None
    size: int
    body: dict[str, Any]
    status: int


@dataclass
class Intake:
    """Answers 200, or what `replies` says next, or `always`; keeps everything."""

    url: str = ""
    posts: list[Post] = field(default_factory=list)
    replies: deque[tuple[int, dict[str, str]]] = field(default_factory=deque)
    always: int = 200
    methods: Counter[str] = field(default_factory=Counter)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def receive(self, path: str, headers: Any, raw: bytes) -> tuple[int, dict[str, str]]:
        with self.arrived:
            status, extra = self.replies.popleft() if self.replies else (self.always, {})
            content_type = headers.get("Content-Type", "")
            body = json.loads(raw)
            cookie = headers.get("Cookie")
            self.posts.append(Post(path, content_type, cookie, len(raw), body, status))
            self.arrived.notify_all()
        return status, extra

    def events(self) -> list[Event]:
        """The events of accepted requests, repeats removed as the server does."""
        accepted = [event for post in self.posts if post.status == 200 for event in post.body["batch"]]
        return list({event["messageId"]: event for event in accepted}.values())

    def names(self) -> list[str]:
        return [event.get("event") or event["type"] for event in self.events()]

    def wait(self, done: Callable[[], bool], seconds: float) -> bool:
        with self.arrived:
            return self.arrived.wait_for(done, seconds)


class QuietHandler(BaseHTTPRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Says nothing."""


def intake_handler(intake: Intake) -> type[BaseHTTPRequestHandler]:
    class Handler(QuietHandler):
        def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            intake.methods[self.command] += 1
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Access-Control-Expose-Headers", "Retry-After")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.answer(200, {"Content-Type": "text/javascript"}, SNIPPET.read_bytes())

        def do_OPTIONS(self) -> None:
            self.answer(403, {}, b"")

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            status, extra = intake.receive(self.path, self.headers, raw)
            self.answer(status, extra, b'{"success":true}' if status == 200 else b"{}")

    return Handler


def shop_handler(pages: dict[str, str]) -> type[BaseHTTPRequestHandler]:
    class Handler(QuietHandler):
        def do_GET(self) -> None:
            body = pages.get(urlsplit(self.path).path, "<!doctype html>").encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


def serve(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@dataclass
class Shop:
    """A shop with one visitor (one browser profile)."""

    url: str
    pages: dict[str, str]
    intake: Intake
    visitor: BrowserContext
    warnings: list[str] = field(default_factory=list)

    def build(self, attributes: str, before: str = "", path: str = "/") -> None:
        self.pages[path] = (
            f"<!doctype html><title>Lamps</title><link rel=icon href=data:,><script>{before}</script>"
            f'<script async src="{self.intake.url}/regard.js" data-write-key="wk_1" {attributes}>'
            "</script>"
        )

    def open(self, path: str = "/") -> Page:
        page = self.visitor.new_page()
        page.on("console", self.note)
        self.go(page, path)
        return page

    def note(self, message: ConsoleMessage) -> None:
        if message.type == "warning":
            self.warnings.append(message.text)

    def go(self, page: Page, path: str) -> None:
        page.goto(self.url + path)
        page.wait_for_function("window.regard && window.regard.version")

    def visit(self, attributes: str, before: str = "") -> Page:
        self.build(attributes, before)
        return self.open()

    def deliver(self, *names: str) -> list[Event]:
        """Lets time pass until exactly these have arrived, in whatever order."""
        self.pass_time_until(lambda: Counter(self.intake.names()) >= Counter(names))
        assert Counter(self.intake.names()) == Counter(names)
        return self.intake.events()

    def send_posts(self, count: int) -> None:
        self.pass_time_until(lambda: len(self.intake.posts) >= count)

    def pass_time_until(self, done: Callable[[], bool], seconds: int = 30) -> None:
        for _ in range(seconds):
            if self.intake.wait(done, 0.05):
                return
            self.visitor.clock.run_for(1000)
        assert self.intake.wait(done, 5), (self.intake.names(), len(self.intake.posts))

    def pass_time(self, page: Page, seconds: float = 10) -> None:
        """The page's clock runs ahead; then what it sent has a moment to arrive."""
        self.visitor.clock.run_for(int(seconds * 1000))
        page.wait_for_timeout(150)

    def traces(self, page: Page) -> Traces:
        """Everything a browser can keep of us: local and session storage, cookies."""
        keys = page.evaluate("Object.keys(localStorage).sort()")
        session = page.evaluate("sessionStorage.length")
        return keys, session, page.evaluate("document.cookie"), self.visitor.cookies()


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


def attempts_of(intake: Intake, name: str) -> list[str]:
    """The messageIds under which an event was sent, once for each request."""
    events = [event for post in intake.posts for event in post.body["batch"]]
    return [event["messageId"] for event in events if event.get("event") == name]


def pauses(intake: Intake) -> list[float]:
    """Seconds between requests, by the visitor's clock."""
    sent = [datetime.fromisoformat(post.body["sentAt"]) for post in intake.posts]
    return [(later - earlier).total_seconds() for earlier, later in pairwise(sent)]


NOTHING: Traces = ([], 0, "", [])
REFUSAL: Traces = (["regard.consent"], 0, "", [])


# The file


def test_is_smaller_than_5000_bytes_compressed() -> None:
    assert len(gzip.compress(SNIPPET.read_bytes(), 9)) < 5000


# Consent


def test_nothing_is_sent_kept_or_made_before_consent(shop: Shop) -> None:
    shop.visitor.add_init_script(COUNT_RANDOM)
    page = shop.visit(ASK)
    page.evaluate("regard.track('Searched'); regard.identify('c1', {email: 'a@example.com'})")
    shop.pass_time(page)
    shop.go(page, "/")
    shop.pass_time(page)

    assert page.evaluate("regard.consent()") == "ask"
    assert page.evaluate("randomCalls") == 0
    assert shop.intake.posts == []
    assert shop.traces(page) == NOTHING


def test_without_a_word_on_consent_the_visitor_is_asked(shop: Shop) -> None:
    page = shop.visit("")
    assert page.evaluate("regard.consent()") == "ask"


def test_held_calls_are_delivered_in_order_after_consent(shop: Shop) -> None:
    page = shop.visit(ASK)
    page.evaluate("regard.track('One', {n: 1}); regard.identify('c1'); regard.track('Two')")
    page.evaluate("regard.consent('granted')")

    shop.deliver("page", "One", "identify", "Two", "Consent Granted")
    events = shop.intake.events()
    assert shop.intake.names() == ["page", "One", "identify", "Two", "Consent Granted"]
    assert len({event["anonymousId"] for event in events}) == 1
    assert [event.get("userId") for event in events] == [None, None, "c1", "c1", "c1"]
    times = [event["timestamp"] for event in events]
    assert times == sorted(times)


def test_held_calls_are_copies(shop: Shop) -> None:
    page = shop.visit(f"{ASK} {QUIET}")
    page.evaluate("const p = {n: 1}; regard.track('One', p); p.n = 2; regard.consent('granted')")

    event = shop.deliver("One", "Consent Granted")[0]
    assert event["properties"] == {"n": 1}


def test_held_calls_are_dropped_when_consent_is_refused(shop: Shop) -> None:
    page = shop.visit(ASK)
    page.evaluate("regard.track('One'); regard.consent('withdrawn'); regard.track('Two')")
    shop.pass_time(page)

    assert shop.intake.posts == []
    assert shop.traces(page) == REFUSAL

    page.evaluate("regard.consent('granted'); regard.track('Three')")
    shop.deliver("Consent Granted", "Three")


def test_a_grant_is_remembered_and_told_once(shop: Shop) -> None:
    page = shop.visit(ASK)
    page.evaluate("regard.consent('granted')")
    first = shop.deliver("page", "Consent Granted")
    shop.go(page, "/")
    page.evaluate("regard.consent('granted')")

    events = shop.deliver("page", "page", "Consent Granted")
    assert {event["anonymousId"] for event in events} == {first[0]["anonymousId"]}


def test_categories_go_with_every_event(shop: Shop) -> None:
    page = shop.visit(f"{ASK} {QUIET}")
    page.evaluate("regard.consent('granted', {categories: {analytics: true, ads: false}})")
    page.evaluate("regard.track('One')")

    granted, one = shop.deliver("Consent Granted", "One")
    chosen = {"analytics": True, "ads": False}
    assert granted["properties"] == {"categories": chosen}
    assert one["context"]["consent"] == {"categoryPreferences": chosen}


def test_withdrawal_is_told_once_and_leaves_only_the_refusal(shop: Shop) -> None:
    page = shop.visit(GRANTED)
    page.evaluate("regard.identify('c1')")
    known = shop.deliver("page", "identify")[1]
    page.evaluate("regard.track('Unsent'); regard.consent('withdrawn'); regard.track('Later')")

    assert shop.traces(page) == REFUSAL
    farewell = shop.deliver("page", "identify", "Consent Withdrawn")[2]
    assert (farewell["userId"], farewell["anonymousId"]) == ("c1", known["anonymousId"])

    posts = len(shop.intake.posts)
    page.evaluate("regard.consent('withdrawn')")
    shop.go(page, "/")
    page.evaluate("regard.track('Next page')")
    shop.pass_time(page)
    assert len(shop.intake.posts) == posts
    assert shop.traces(page) == REFUSAL


def test_withdrawal_is_told_after_a_failure_without_keeping_it(shop: Shop) -> None:
    page = shop.visit(f"{GRANTED} {QUIET}")
    page.evaluate("regard.track('One')")
    shop.deliver("One")
    shop.intake.replies.append((503, {}))
    page.evaluate("regard.consent('withdrawn')")
    shop.send_posts(2)

    assert shop.traces(page) == REFUSAL
    shop.deliver("One", "Consent Withdrawn")


def test_agreeing_again_makes_a_new_visitor(shop: Shop) -> None:
    page = shop.visit(f"{GRANTED} {QUIET}")
    page.evaluate("regard.track('One')")
    page.evaluate("regard.consent('withdrawn'); regard.consent('granted')")

    withdrawn, granted = shop.deliver("Consent Withdrawn", "Consent Granted")
    assert withdrawn["anonymousId"] != granted["anonymousId"]


def test_withdrawal_in_one_tab_stops_the_other(shop: Shop) -> None:
    shop.build(f"{GRANTED} {QUIET}")
    first, second = shop.open(), shop.open()
    first.evaluate("regard.track('One')")
    shop.deliver("One")
    second.evaluate(PAUSE)
    second.evaluate("regard.track('Unsent')")
    first.evaluate("regard.consent('withdrawn')")
    shop.deliver("One", "Consent Withdrawn")
    second.evaluate("regard.track('Later')")
    shop.pass_time(second)

    shop.deliver("One", "Consent Withdrawn")
    assert shop.traces(second) == REFUSAL


def test_consent_in_one_tab_releases_the_calls_of_the_other(shop: Shop) -> None:
    shop.build(f"{ASK} {QUIET}")
    first, second = shop.open(), shop.open()
    second.evaluate("regard.track('Held')")
    first.evaluate("regard.consent('granted')")

    shop.deliver("Consent Granted", "Held")


def test_global_privacy_control_overrides_assumed_consent(shop: Shop) -> None:
    shop.visitor.add_init_script(WITH_GPC)
    page = shop.visit(GRANTED)
    shop.pass_time(page)
    assert page.evaluate("regard.consent()") == "ask"
    assert shop.intake.posts == []
    assert shop.traces(page) == NOTHING

    page.evaluate("regard.consent('granted')")
    shop.deliver("page", "Consent Granted")


def test_what_was_kept_under_assumed_consent_goes_when_the_shop_starts_to_ask(shop: Shop) -> None:
    page = shop.visit(GRANTED)
    shop.deliver("page")
    page.wait_for_function("localStorage.length === 1")
    assert shop.traces(page) == (["regard.identity"], 0, "", [])
    shop.build(ASK)
    shop.go(page, "/")

    assert shop.traces(page) == NOTHING


@pytest.mark.parametrize("answer", ["granted", "withdrawn"])
def test_works_where_storage_is_blocked(shop: Shop, answer: str) -> None:
    shop.visitor.add_init_script(WITHOUT_STORAGE)
    page = shop.visit(ASK)
    page.evaluate("answer => regard.consent(answer)", answer)
    page.evaluate("regard.track('One')")
    if answer == "granted":
        events = shop.deliver("page", "Consent Granted", "One")
        assert len({event["anonymousId"] for event in events}) == 1
    shop.pass_time(page)
    assert len(shop.intake.posts) == (answer == "granted")


# What is said


def test_a_request_is_a_segment_batch_without_preflight_or_cookies(shop: Shop) -> None:
    shop.visit(GRANTED)
    shop.deliver("page")

    post = shop.intake.posts[0]
    assert (post.path, post.content_type) == ("/v1/batch", "text/plain;charset=UTF-8")
    assert post.cookie is None
    assert shop.intake.methods == {"GET": 1, "POST": 1}
    assert sorted(post.body) == ["batch", "sentAt", "writeKey"]
    assert post.body["writeKey"] == "wk_1"


def test_the_first_page_view(shop: Shop) -> None:
    shop.build(GRANTED)
    page = shop.open("/?utm_source=news&utm_campaign=may&utm_medium=email&q=1")
    event = shop.deliver("page")[0]

    search = "?utm_source=news&utm_campaign=may&utm_medium=email&q=1"
    where = {
        "url": f"{shop.url}/{search}",
        "path": "/",
        "title": "Lamps",
        "referrer": "",
        "search": search,
    }
    assert sorted(event) == [
        "anonymousId",
        "context",
        "messageId",
        "properties",
        "timestamp",
        "type",
    ]
    assert (event["type"], event["properties"]) == ("page", where)
    assert event["context"] == {
        "page": where,
        "userAgent": page.evaluate("navigator.userAgent"),
        "locale": "de-DE",
        "screen": {"width": 1280, "height": 720, "density": 1},
        "timezone": "Europe/Vienna",
        "campaign": {"source": "news", "name": "may", "medium": "email"},
        "library": {"name": "regard.js", "version": "0.1.0"},
    }


def test_the_shapes_of_calls(shop: Shop) -> None:
    page = shop.visit(f"{GRANTED} {QUIET}")
    page.evaluate("regard.track('Lamp Lit', {watts: 5})")
    page.evaluate("regard.page('Help', {topic: 'lamps'})")
    page.evaluate("regard.page({topic: 'bulbs'})")
    page.evaluate("regard.identify(17, {email: 'a@example.com'})")
    page.evaluate("regard.identify({vip: true})")
    page.evaluate("regard.group('g1', {name: 'Hotels'})")
    page.evaluate("regard.alias('c18')")
    kinds = ["Lamp Lit", "page", "page", "identify", "identify", "group", "alias"]
    lit, named, unnamed, known, more, group, alias = shop.deliver(*kinds)

    assert (lit["type"], lit["properties"]) == ("track", {"watts": 5})
    assert (named["name"], named["properties"]["topic"]) == ("Help", "lamps")
    assert ("name" in unnamed, unnamed["properties"]["topic"]) == (False, "bulbs")
    assert (known["userId"], known["traits"]) == ("17", {"email": "a@example.com"})
    assert (more["userId"], more["traits"]) == ("17", {"vip": True})
    assert (group["groupId"], group["traits"]) == ("g1", {"name": "Hotels"})
    assert (alias["userId"], alias["previousId"]) == ("c18", "17")


def test_shop_calls_have_the_names_of_the_specification(shop: Shop) -> None:
    page = shop.visit(f"{GRANTED} {QUIET}")
    names = page.evaluate("Object.keys(regard.shop).map(n => (regard.shop[n]({via: n}), n))")

    expected = {
        "productsSearched": "Products Searched",
        "productListViewed": "Product List Viewed",
        "productViewed": "Product Viewed",
        "productAdded": "Product Added",
        "productRemoved": "Product Removed",
        "cartViewed": "Cart Viewed",
        "checkoutStarted": "Checkout Started",
        "orderCompleted": "Order Completed",
        "productReviewed": "Product Reviewed",
    }
    events = shop.deliver(*expected.values())
    assert names == list(expected)
    assert {event["properties"]["via"]: event["event"] for event in events} == expected


def test_another_customer_on_the_device_is_another_visitor(shop: Shop) -> None:
    page = shop.visit(f"{GRANTED} {QUIET}")
    page.evaluate("regard.track('One'); regard.identify('c1'); regard.identify('c2')")
    page.evaluate("regard.reset(); regard.track('Two')")
    one, first, second, two = shop.deliver("One", "identify", "identify", "Two")

    assert one["anonymousId"] == first["anonymousId"]
    assert len({event["anonymousId"] for event in (first, second, two)}) == 3
    assert "userId" not in two


def test_calls_queued_before_the_script_loads(shop: Shop) -> None:
    stub = (
        "window.regard = window.regard || [];"
        "regard.push(['identify', 'c1']);"
        "regard.push(['shop.productViewed', {sku: 'L1'}]);"
        "regard.push(['ready', (r) => { window.seen = r.version; }]);"
        "regard.push(['nonsense'], 7);"
    )
    page = shop.visit(GRANTED, stub)
    page.evaluate("regard.push(['track', 'Late'])")

    events = shop.deliver("identify", "Product Viewed", "page", "Late")
    assert {event["userId"] for event in events} == {"c1"}
    assert page.evaluate("seen") == "0.1.0"
    assert len(shop.warnings) == 2


def test_a_refusal_queued_before_the_script_loads_is_heard_first(shop: Shop) -> None:
    page = shop.visit(GRANTED, "window.regard = [['consent', 'withdrawn']]")
    shop.pass_time(page)

    assert shop.intake.posts == []
    assert shop.traces(page) == REFUSAL


def test_views_of_a_single_page_shop(shop: Shop) -> None:
    page = shop.visit(GRANTED)
    page.evaluate("history.pushState({}, '', '/lamps'); document.title = 'All lamps'")
    shop.pass_time(page, 0.06)
    page.evaluate("history.pushState({}, '', '/lamps'); history.pushState({}, '', '#top')")
    shop.pass_time(page, 0.06)
    page.evaluate("history.pushState({}, '', '/moved'); history.pushState({}, '', '/bulbs')")
    shop.pass_time(page, 0.06)
    page.evaluate("history.go(-5)")
    shop.pass_time(page, 0.06)

    views = [event["properties"] for event in shop.deliver(*["page"] * 4)]
    assert [view["path"] for view in views] == ["/", "/lamps", "/bulbs", "/"]
    assert [view["title"] for view in views][:2] == ["Lamps", "All lamps"]
    assert views[1]["referrer"] == f"{shop.url}/"


def test_a_prerendered_page_counts_when_it_is_seen(shop: Shop) -> None:
    shop.visitor.add_init_script(PRERENDERED)
    page = shop.visit(GRANTED)
    shop.pass_time(page)
    assert shop.intake.posts == []

    page.evaluate("document.dispatchEvent(new Event('prerenderingchange'))")
    shop.deliver("page")


def test_identifiers_are_uuids_without_https_too(shop: Shop) -> None:
    shop.visitor.add_init_script(WITHOUT_HTTPS)
    page = shop.visit(GRANTED)
    event = shop.deliver("page")[0]

    assert page.evaluate("crypto.randomUUID") is None
    assert [UUID(event[name]).version for name in ("messageId", "anonymousId")] == [4, 4]


def test_the_documented_content_security_policy_suffices(shop: Shop) -> None:
    shop.build(GRANTED)
    policy = f"default-src 'none'; script-src {shop.intake.url}; connect-src {shop.intake.url}"
    shop.pages["/"] = f'<meta http-equiv="Content-Security-Policy" content="{policy}">' + shop.pages["/"]
    page = shop.open()
    shop.deliver("page")
    page.evaluate("regard.track('Clicked')")
    page.goto(f"{shop.url}/away")
    shop.deliver("page", "Clicked")


def test_the_host_can_be_given(shop: Shop) -> None:
    shop.visit(f'{GRANTED} data-host="{shop.intake.url}/proxy/"')
    shop.deliver("page")
    assert shop.intake.posts[0].path == "/proxy/v1/batch"


def test_the_tag_twice_counts_once(shop: Shop) -> None:
    shop.build(GRANTED)
    shop.pages["/"] += shop.pages["/"]
    shop.open()
    shop.deliver("page")


# Delivery


def test_events_survive_a_navigation(shop: Shop) -> None:
    shop.build(f"{GRANTED} {QUIET}")
    page = shop.open()
    page.evaluate("regard.track('Clicked')")
    page.goto(f"{shop.url}/away")

    shop.deliver("Clicked")
    assert page.evaluate("'regard' in window") is False


def test_a_hidden_page_sends_at_once(shop: Shop) -> None:
    page = shop.visit(f"{GRANTED} {QUIET}")
    page.evaluate(
        "Object.defineProperty(document, 'hidden', {value: true});"
        "regard.track('One'); document.dispatchEvent(new Event('visibilitychange'))"
    )

    event = shop.deliver("One")[0]
    sent_at = datetime.fromisoformat(shop.intake.posts[0].body["sentAt"])
    assert sent_at - datetime.fromisoformat(event["timestamp"]) < timedelta(seconds=0.5)


def test_large_goodbyes_are_split_and_the_rest_comes_later(shop: Shop) -> None:
    shop.build(f"{GRANTED} {QUIET}")
    page = shop.open()
    page.evaluate("for (let n = 0; n < 5; n++) regard.track('Big', {n, x: 'x'.repeat(28000)})")
    page.goto(f"{shop.url}/away")
    shop.send_posts(1)
    assert max(post.size for post in shop.intake.posts) <= 64 * 1024
    shop.go(page, "/")

    events = shop.deliver(*["Big"] * 5)
    assert sorted(event["properties"]["n"] for event in events) == [0, 1, 2, 3, 4]


def test_many_events_go_in_batches_of_fifty(shop: Shop) -> None:
    page = shop.visit(f"{GRANTED} {QUIET}")
    page.evaluate("for (let n = 0; n < 120; n++) regard.track('Many', {n})")

    events = shop.deliver(*["Many"] * 120)
    assert [len(post.body["batch"]) for post in shop.intake.posts] == [50, 50, 20]
    assert [event["properties"]["n"] for event in events] == list(range(120))
    page.wait_for_function("Object.keys(localStorage).join() === 'regard.identity'")


def test_batches_stay_under_400_kilobytes(shop: Shop) -> None:
    page = shop.visit(f"{GRANTED} {QUIET}")
    page.evaluate("for (let n = 0; n < 20; n++) regard.track('Big', {x: 'ü'.repeat(15000)})")

    shop.deliver(*["Big"] * 20)
    assert len(shop.intake.posts) == 2
    assert max(post.size for post in shop.intake.posts) <= 400 * 1024


def test_oversize_and_unreadable_events_are_dropped_by_name(shop: Shop) -> None:
    page = shop.visit(f"{GRANTED} {QUIET}")
    page.evaluate("regard.track('Huge', {x: 'ü'.repeat(17000)})")
    page.evaluate("const loop = {}; loop.loop = loop; regard.track('Round', loop)")
    page.evaluate("regard.track('Small')")

    shop.deliver("Small")
    assert ['"Huge"' in shop.warnings[0], '"Round"' in shop.warnings[1]] == [True, True]
    assert len(shop.warnings) == 2


def test_unavailable_is_tried_again_with_the_same_id(shop: Shop) -> None:
    shop.intake.replies.extend([(503, {}), (503, {})])
    page = shop.visit(f"{GRANTED} {QUIET}")
    page.evaluate("regard.track('One')")

    shop.deliver("One")
    assert len(attempts_of(shop.intake, "One")) == 3
    assert len(set(attempts_of(shop.intake, "One"))) == 1
    first, second = pauses(shop.intake)
    assert 1 <= first < 4
    assert 2 <= second < 6


def test_too_many_requests_waits_as_long_as_told_on_the_next_page_too(shop: Shop) -> None:
    shop.intake.replies.append((429, {"Retry-After": "60"}))
    page = shop.visit(f"{GRANTED} {QUIET}")
    page.evaluate("regard.track('One')")
    shop.send_posts(1)
    page.wait_for_function("localStorage['regard.pause']")
    shop.go(page, "/")
    page.evaluate("regard.track('Two')")

    shop.pass_time(page, 55)
    assert len(shop.intake.posts) == 1
    shop.deliver("One", "Two")
    assert 60 <= pauses(shop.intake)[0] < 65
    assert len(set(attempts_of(shop.intake, "One"))) == 1


def test_a_malformed_batch_is_never_sent_again(shop: Shop) -> None:
    shop.intake.replies.append((400, {}))
    page = shop.visit(f"{GRANTED} {QUIET}")
    page.evaluate("regard.track('Bad')")
    shop.send_posts(1)
    page.evaluate("regard.track('Good')")

    shop.deliver("Good")
    assert len(attempts_of(shop.intake, "Bad")) == 1
    assert page.evaluate("regard.consent()") == "granted"
    assert ["dropped" in warning for warning in shop.warnings] == [True]


def test_events_of_closed_tabs_wait_for_the_next_page(shop: Shop) -> None:
    shop.intake.always = 503
    shop.build(f"{GRANTED} {QUIET}")
    tabs = [shop.open() for _ in range(3)]
    for number, tab in enumerate(tabs):
        tab.evaluate("n => { regard.track('Tab', {n}); regard.track('Tab', {n: n + 3}) }", number)
    shop.send_posts(1)
    for tab in tabs:
        tab.close(run_before_unload=False)
    shop.intake.always = 200
    page = shop.open()

    events = shop.deliver(*["Tab"] * 6)
    assert sorted(event["properties"]["n"] for event in events) == list(range(6))
    page.wait_for_function("!Object.keys(localStorage).some(k => k.startsWith('regard.event'))")


def test_what_waits_for_the_server_is_bounded(shop: Shop) -> None:
    shop.intake.always = 503
    page = shop.visit(f"{GRANTED} {QUIET}")
    page.evaluate("for (let n = 0; n < 505; n++) regard.track('Many', {n})")

    kept = page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('regard.event'))")
    assert len(kept) == 500
    assert len([text for text in shop.warnings if '"Many"' in text]) == 5
