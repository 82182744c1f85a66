"""A shop with the snippet on its pages, one visitor, and an intake that keeps what it is sent."""

import json
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page

SNIPPET = Path(__file__).parents[3] / "src/regard/capture/static/capture/regard.js"
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
