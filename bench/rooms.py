"""Every page of a large store: how long the server takes for it, and what it sends."""

from __future__ import annotations

import gzip
import http.client
import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import psycopg

from bench.installation import Installation, pages_running
from bench.large_store import make_large_store
from bench.pages import signed_in_cookie

CUSTOMERS = int(os.environ.get("REGARD_BENCH_CUSTOMERS", "100000"))
REQUESTS = int(os.environ.get("REGARD_BENCH_REQUESTS", "40"))
WARM = 3  # requests a page that nobody counts
MOST_MS, MOST_KB = 50, 100  # p95 of the server, and what goes over the wire, for each page
SLUG = "bench"
SEED = 7

# One id of a thing for a page's address, by the name of the argument and of the route where it needs one.
ONE_OF = {
    "customer_id": "SELECT id FROM profile_customer WHERE store_id = {store} ORDER BY id",
    "alert_id": "SELECT id FROM act_alert WHERE store_id = {store}",
    "task_id": "SELECT id FROM task_task WHERE store_id = {store}",
    "journey_id": "SELECT id FROM journey_journey WHERE store_id = {store}",
    "pool_id": "SELECT id FROM offer_offerpool WHERE store_id = {store}",
    "offer_id": "SELECT id FROM offer_offer WHERE store_id = {store}",
    "case_id": "SELECT id FROM task_recoverycase WHERE store_id = {store}",
    "template_id": "SELECT id FROM message_template WHERE store_id = {store}",
    "channel": "SELECT 'slack' FROM core_store WHERE id = {store}",
    "send_id": "SELECT id FROM act_send WHERE store_id = {store}",
    "event_id": "SELECT id FROM capture_event WHERE store_id = {store}",
    "rejected_id": "SELECT id FROM capture_rejectedevent WHERE store_id = {store}",
    "run_id": "SELECT id FROM capture_importrun WHERE store_id = {store}",
    "segment_id": "SELECT id FROM profile_segment WHERE store_id = {store}",
    "source_id": "SELECT id FROM capture_source WHERE store_id = {store}",
    "member_id": "SELECT id FROM core_member WHERE store_id = {store}",
    "key_id": "SELECT id FROM core_apikey WHERE store_id = {store}",
    "write_key_revoke key_id": "SELECT key.id FROM capture_writekey key JOIN capture_source source"
    " ON source.id = source_id WHERE store_id = {store}",
    "theme_id": "SELECT id FROM listen_theme WHERE store_id = {store}",
    "text_id": "SELECT id FROM listen_understanding WHERE store_id = {store}",
    "suppressed_id": "SELECT id FROM act_send WHERE store_id = {store}",
    "identity_id": "SELECT id FROM profile_identity WHERE store_id = {store}",
    "invitation_id": "SELECT id FROM core_invitation WHERE store_id = {store}",
    "parked_id": "SELECT id FROM capture_parkedevent WHERE store_id = {store}",
    "note_id": "SELECT id FROM profile_customernote WHERE store_id = {store}",
    "product_id": "SELECT external_id FROM profile_product WHERE store_id = {store} ORDER BY id",
    "model_id": "SELECT id FROM predict_fittedmodel WHERE store_id = {store}",
}
# Ways to look at a list, beside the list itself.
LOOKS = {
    "customers": (
        "?q=anna", "?q=K12", "?q=nobody%40example.com",
        "?order=-spent", "?order=health", "?order=-orders", "?order=name",
        "?segment=orders+%3E%3D+3", "?segment=health+%3C+40+and+orders+%3E%3D+2", "?segment=tags+is+known",
    ),
    "alerts": ("?state=handled", "?state=all", "?level=critical"),
    "outbox": ("?state=failed", "?state=sent"),
    # A name that is rare or lies far back is looked for as long as somebody waits, for a second by design.
    "events": ("?name=TicketImported", "?type=fact&origin=history"),
    "audit": (
        "?actor=p7%40example.com", "?action=thing7.changed", "?q=target+77", "?from=2026-01-01&to=2026-12-31",
    ),
    "members": ("?q=person+7",),
    "palette": ("?q=anna", "?q=K12"),
}  # fmt: skip
# Routes below a store that answer with no page, or with none as they stand: a pass to the stream, files, rows of
# a figure that nobody named.
NO_PAGES = {
    "events_live_pass", "import_rejects", "chart_file", "products_export", "metric_rows", "metric_rows_export",
    "cohorts_export", "moves_export", "offer_chart_file", "journey_file",
}  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """Milliseconds of the server, bytes over the wire and unpacked: of one page, asked for many times."""

    label: str
    milliseconds: Sequence[float]
    packed: int
    size: int

    def share(self, share: float) -> float:
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def is_over(self) -> bool:
        return self.share(0.95) > MOST_MS or self.packed > 1000 * MOST_KB


def measure_rooms(installation: Installation) -> Iterator[str]:
    """A table: each page with its p50 and p95 in ms, what it sends in kB, and which are over the limits."""
    events = make_large_store(installation, CUSTOMERS)
    yield f"{CUSTOMERS:,} customers, {events:,} events; {REQUESTS} requests a page, one after another"
    yield f"limits for each page: p95 {MOST_MS} ms of the server, {MOST_KB} kB over the wire (gzip)"
    _fill_lake(installation.store_id)
    cookie = signed_in_cookie()
    with psycopg.connect(installation.dsn, autocommit=True) as database:
        pages = page_addresses(database, installation.store_id)
    over = []
    os.environ["REGARD_LOG_LEVEL"] = "error"  # the addresses of buttons would be warned about
    with pages_running() as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        yield f"{'page':<58} {'p50 ms':>8} {'p95 ms':>8} {'kB sent':>8} {'kB':>6}"
        for label, addresses in pages.items():
            measured = _measure(connection, cookie, label, addresses)
            if measured is None:
                continue  # a button's address
            over += [label] if measured.is_over else []
            yield line(measured)
    yield f"over the limits: {', '.join(over) or 'none'}"


def _fill_lake(store_id: int) -> None:
    """What is drawn beside some pages is computed over it."""
    from regard.core.models import Store
    from regard.lake.domain.refresh import refresh_lake

    refresh_lake(Store.objects.get(pk=store_id))


def page_addresses(database: psycopg.Connection[Any], store_id: int) -> dict[str, list[str]]:
    """By label, the addresses of every page of a store, each of another thing where pages are about things.

    Raises KeyError for a route whose address cannot be filled: its argument needs a line in ONE_OF.
    """
    from django.urls import get_resolver, reverse

    found: dict[str, list[str]] = {}
    for name, arguments in _routes(get_resolver()):
        for given in _fillings(database, store_id, name, arguments):
            label = " ".join([name, *given]) if arguments == ["name"] else name
            found.setdefault(label, []).append(reverse(name, args=[SLUG, *given]))
        for look in LOOKS.get(name, ()):
            found[f"{name} {look}"] = [found[name][0] + look]
    return found


def _routes(resolver: Any) -> Iterator[tuple[str, list[str]]]:
    """The name of each route below a store, with the arguments of its address beside the store."""
    for name in sorted(key for key in resolver.reverse_dict if isinstance(key, str)):
        [(_address, parameters)], *_rest = resolver.reverse_dict[name]
        if parameters[:1] == ["slug"] and name not in NO_PAGES:
            yield name, parameters[1:]


def _fillings(
    database: psycopg.Connection[Any], store_id: int, name: str, arguments: list[str]
) -> list[tuple[Any, ...]]:
    from regard.core.registry import today_cards
    from regard.measure.domain.listing import plain_catalogue
    from regard.measure.domain.metric import Sphere
    from regard.measure.pages.product_charts import CHARTS as PRODUCT_CHARTS
    from regard.measure.pages.relationship_charts import TITLES as RELATIONSHIP_CHARTS
    from regard.ui.charts.chart import store_charts

    match arguments:
        case []:
            return [()]
        case ["name"]:
            drawn = {
                "today_card": today_cards.names,
                "product_chart": lambda: list(PRODUCT_CHARTS),
                "relationship_chart": lambda: list(RELATIONSHIP_CHARTS),
            }
            return [(each,) for each in drawn.get(name, store_charts.names)()]
        case ["sphere"]:
            return [(sphere,) for sphere in get_args(Sphere)]
        case ["metric_id"]:
            return [(metric["id"],) for metric in plain_catalogue() if metric["state"] == "live"]
        case [argument]:
            statement = ONE_OF.get(f"{name} {argument}") or ONE_OF[argument]
            return _some_of(database, statement.format(store=store_id))
        case _:
            return []  # what has two arguments is a button


def _some_of(database: psycopg.Connection[Any], statement: str) -> list[tuple[Any, ...]]:
    """Different ones, spread over all of them; the same ones for the same store."""
    ids = [row for (row,) in database.execute(f"{statement} LIMIT 100000").fetchall()]
    chosen = random.Random(SEED).sample(ids, min(len(ids), REQUESTS))
    return [(each,) for each in chosen]


def _measure(
    connection: http.client.HTTPConnection, cookie: str, label: str, addresses: Sequence[str]
) -> Measured | None:
    """Ask for the addresses in turn; None where only a button leads."""
    taken, packed, size = [], 0, 0
    for number in range(WARM + REQUESTS):
        address = addresses[number % len(addresses)]
        began = time.perf_counter()
        connection.request("GET", address, headers={"cookie": cookie, "accept-encoding": "gzip"})
        response = connection.getresponse()
        body = response.read()
        milliseconds = 1000 * (time.perf_counter() - began)
        if response.status == 405:
            return None
        if response.status != 200:
            raise RuntimeError(f"{address} answered with {response.status}")
        if number >= WARM:
            taken.append(milliseconds)
        whole = gzip.decompress(body) if response.headers["content-encoding"] == "gzip" else body
        packed, size = max(packed, len(body)), max(size, len(whole))
    return Measured(label, taken, packed, size)


def line(measured: Measured) -> str:
    mark = "  over" if measured.is_over else ""
    sizes = f"{measured.packed / 1000:>8.1f} {measured.size / 1000:>6.0f}"
    return f"{measured.label:<58} {measured.share(0.5):>8.1f} {measured.share(0.95):>8.1f} {sizes}{mark}"
