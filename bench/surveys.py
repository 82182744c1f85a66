"""Surveys: pages and answers a second, many invitations, and how soon an answer shows in another browser."""

from __future__ import annotations

import http.client
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from queue import Queue
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import psutil
import psycopg

from bench.installation import Installation, intake_running, pages_running, worker_running
from bench.load import get, post, send_all
from bench.pipeline import await_read, await_scored, share
from bench.sending import make_customers

if TYPE_CHECKING:
    from regard.core.models import Store

INVITATIONS = int(os.environ.get("REGARD_BENCH_INVITATIONS", "100000"))
CHUNK = 500
REQUESTS = int(os.environ.get("REGARD_BENCH_REQUESTS", "2000"))
WATCHED = 100
PATIENCE = 30.0  # seconds that one answer may take to be seen
DEFINITION = """
survey: bench
name: Bench
title: How are we doing?
languages: [en]
questions:
  - {id: likely, kind: nps, required: true, text: 'How likely are you to recommend us?'}
  - {id: why, kind: text, text: 'What is the reason?'}
thanks: [{text: Thank you.}]
expires: 30 days
"""


def measure_surveys(installation: Installation) -> Iterator[str]:
    """Lines that say what was measured."""
    from regard.core.models import Store

    store = Store.objects.get(slug="bench")
    _publish(store)
    yield from _measure_invitations()
    with pages_running(processes=2) as port:
        yield from _measure_answering(port)
        yield from _measure_until_seen(installation, store, port)


def _other_store(slug: str) -> Store:
    """One in which no events are read beside."""
    from regard.core.models import Store

    store = Store.objects.create(slug=slug, name="Bench", currency="EUR", time_zone="UTC")
    _publish(store)
    return store


def _publish(store: Store) -> None:
    from regard.survey.domain.surveys import import_survey, publish_survey

    publish_survey(import_survey(store, DEFINITION, actor="bench"), actor="bench")


def _ask(store: Store, identities: Sequence[int], channel: str) -> dict[int, str]:
    """By customer the address at which they answer."""
    from regard.profile.models import Identity
    from regard.survey.domain.asking.inviting import ask_surveys
    from regard.survey.domain.asking.wishes import Wish

    people = Identity.objects.filter(store=store, pk__in=identities).values_list("pk", "customer_id")
    wishes = [
        Wish(
            key=f"bench:{identity}", origin="bench", identity_id=identity, customer_id=customer,
            survey="bench", channel=channel,
        )
        for identity, customer in people
    ]  # fmt: skip
    asked = ask_surveys(store, wishes)
    if refused := {one.why for one in asked.values() if not one.is_asked}:
        raise RuntimeError(f"not asked: {refused}")
    return {wish.customer_id: asked[wish.key].url for wish in wishes}


def _measure_invitations() -> Iterator[str]:
    """By e-mail, as a sending to a segment asks: decided, kept, and the message written into the outbox."""
    store = _other_store("bench-invitations")
    identities = make_customers(store, INVITATIONS)
    process, seconds = psutil.Process(), []
    for first in range(0, INVITATIONS, CHUNK):
        if first == CHUNK:
            before = process.memory_info().rss
        began = time.perf_counter()
        _ask(store, identities[first : first + CHUNK], "email")
        seconds.append(time.perf_counter() - began)
    grown = (process.memory_info().rss - before) / 1e6
    tenth = len(seconds) // 10
    yield f"{INVITATIONS:,} invitations by e-mail       {INVITATIONS / sum(seconds):>7,.0f} a second, one process"
    yield (
        f"  the first tenth {CHUNK * tenth / sum(seconds[:tenth]):,.0f} a second, the last "
        f"{CHUNK * tenth / sum(seconds[-tenth:]):,.0f}; memory grew by {grown:.0f} MB"
    )


def _measure_answering(port: int) -> Iterator[str]:
    """What two processes do, beside a page that asks nothing of the database."""
    store = _other_store("bench-answers")
    asked = _ask(store, make_customers(store, REQUESTS), "link")
    paths = [urlsplit(url).path for url in asked.values()]
    bare = _rate(port, [get("/healthz", "")] * REQUESTS)
    yield f"the limit, a request that does nothing {bare:>7,.0f} a second, two processes"
    shown = _rate(port, [get(path, "") for path in paths])
    yield f"the page of a question                 {shown:>7,.0f} a second, {shown / bare:.2f} of the limit"
    answers = [_answer(path, "likely", n % 11) for n, path in enumerate(paths)]
    taken = _rate(port, answers)
    yield f"an answer, kept and told               {taken:>7,.0f} a second, {taken / bare:.2f} of the limit"


def _rate(port: int, requests: Sequence[bytes]) -> float:
    result = send_all(port, requests, connections=8)
    if result.failed:
        raise RuntimeError(f"{result.failed} of {len(requests)} requests failed")
    return result.requests / result.seconds


def _answer(path: str, question: str, value: object) -> bytes:
    """What the form of a question sends."""
    body = urlencode({"question": question, "answer": value})
    return (
        f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n"
        f"content-length: {len(body)}\r\n\r\n{body}"
    ).encode()


def _measure_until_seen(installation: Installation, store: Store, pages: int) -> Iterator[str]:
    """Promoters answer 2, one after the other; a page that is open elsewhere hears of each alert by its stream."""
    with intake_running() as intake, worker_running(), psycopg.connect(installation.dsn) as database:
        database.autocommit = True
        _make_promoters(installation, intake)
        await_read(database, installation)
        await_scored(database, installation)
        links = _ask(store, _promoters(store), "link")
        alerts, scores = [], []
        with _stream(intake, store) as heard:
            for customer, url in links.items():
                before = _health(database, customer)
                began = time.perf_counter()
                send_all(pages, [_answer(urlsplit(url).path, "likely", 2)], connections=1)
                _await_change(database, customer, before)
                scores.append(1000 * (time.perf_counter() - began))
                alerts.append(1000 * (heard() - began))
    for what, latencies in (("the score has moved", scores), ("another browser hears of the alert", alerts)):
        p50, p95 = share(latencies, 0.5), share(latencies, 0.95)
        yield f"from an answer until {what:<36} p50 {p50:,.0f} ms, p95 {p95:,.0f} ms (aim: within a second)"


def _make_promoters(installation: Installation, intake: int) -> None:
    calls = []
    for n in range(WATCHED):
        for event, properties in (
            ("Order Completed", {"order_id": f"s{n}", "total": 50, "currency": "EUR"}),
            ("Survey Answered", {"response_id": f"s{n}", "measure": "nps", "value": 10}),
        ):
            call = {"type": "track", "userId": f"s{n}", "event": event, "properties": properties}
            calls.append(call | {"context": {"traits": {"email": f"s{n}@example.com"}}})
    send_all(intake, [post("/v1/batch", {"batch": calls}, installation.write_key)], connections=1)


def _promoters(store: Store) -> list[int]:
    from regard.profile.models import Identity

    return list(Identity.objects.filter(store=store, kind="user_id").values_list("pk", flat=True))


def _health(database: psycopg.Connection[Any], customer: int) -> float | None:
    row = database.execute(
        "SELECT value FROM score_score WHERE name = 'health' AND subject_type = 'customer' AND subject_id = %s",
        [customer],
    ).fetchone()
    return row and row[0]


def _await_change(database: psycopg.Connection[Any], customer: int, before: float | None) -> None:
    deadline = time.perf_counter() + PATIENCE
    while _health(database, customer) == before:
        if time.perf_counter() > deadline:
            raise RuntimeError(f"an answer was not seen within {PATIENCE:.0f} s")
        time.sleep(0.005)


@contextmanager
def _stream(intake: int, store: Store) -> Iterator[Callable[[], float]]:
    """What gives the moment at which the next alert came over the live stream; it waits for it."""
    from regard.capture.domain.stream_tokens import issue_stream_token

    query = urlencode({"token": issue_stream_token(store.pk), "type": "fact", "name": "AlertRaised"})
    came: Queue[float] = Queue()
    stream = http.client.HTTPConnection("127.0.0.1", intake)
    stream.request("GET", f"/live/events?{query}")
    answer = stream.getresponse()

    def listen() -> None:
        while line := answer.readline():
            if line.startswith(b"event: event"):
                came.put(time.perf_counter())

    threading.Thread(target=listen, daemon=True).start()
    yield lambda: came.get(timeout=PATIENCE)
