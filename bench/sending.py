"""Messages a second out of the outbox, beside a loop that hands the same e-mails to the same mail server."""

from __future__ import annotations

import multiprocessing
import os
import smtplib
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller

from bench.installation import Installation, free_port, worker_running

if TYPE_CHECKING:
    from regard.act.domain.outbox import NewSend
    from regard.core.models import Store

MESSAGES = int(os.environ.get("REGARD_BENCH_MESSAGES", "2000"))
OF_A_STORE = 500  # below what a store may send in an hour
SENDER, PATIENCE = "Regard <regard@shop.example>", 600
TEXT = "Thank you for your order. It leaves us tomorrow, and you hear of it then.\n" * 12
HTML = (
    f'<p>{"</p><p>".join(TEXT.splitlines())}</p><p><a href="https://shop.example/orders">Your orders</a></p>'
)

FILL_CUSTOMERS = """
    WITH made AS (
        INSERT INTO profile_customer
            (store_id, name, email, phone, attributes, first_seen_at, last_seen_at, created_at)
        SELECT %(store)s, 'Customer ' || n, 'c' || n || '@example.com', '', '{}', now(), now(), now()
        FROM generate_series(0, %(customers)s - 1) AS n RETURNING id, email
    )
    INSERT INTO profile_identity (store_id, kind, value, customer_id, own_customer_id, by_hand, parted_before,
        first_seen_at, last_seen_at, name, email, phone, traits)
    SELECT %(store)s, 'email', email, id, id, false, false, now(), now(), '', email, '', '{}' FROM made ORDER BY id
"""
FILL_CONSENTS = """
    INSERT INTO profile_consent (store_id, identity_id, channel, given, told_at, origin, event_id, history)
    SELECT store_id, id, 'email', true, now(), 'bench', id, false FROM profile_identity WHERE store_id = %(store)s
"""


class Counter:
    """What the mail server does with a message: it takes it, and notes how many it has and when the last came."""

    def __init__(self, told: Any) -> None:
        self._told = told

    async def handle_DATA(self, *_message: object) -> str:  # noqa: N802 - aiosmtpd
        self._told[0] += 1
        self._told[1] = self._told[1] or time.perf_counter()
        self._told[2] = time.perf_counter()
        return "250 OK"


class Server:
    """A mail server in a process of its own."""

    def __init__(self, port: int, told: Any) -> None:
        self.port, self._told = port, told

    def begin(self) -> None:
        self._told[:] = [0, 0, 0]

    def await_all(self, count: int) -> float:
        """Wait for so many messages; gives how many came a second."""
        deadline = time.perf_counter() + PATIENCE
        while self._told[0] < count:
            if time.perf_counter() > deadline:
                raise RuntimeError(f"{self._told[0]:.0f} of {count} messages after {PATIENCE} s")
            time.sleep(0.02)
        _count, first, last = self._told[:]
        return (count - 1) / (last - first)


def measure_sending(_installation: Installation) -> Iterator[str]:
    """Lines that say what was measured."""
    with _mail_server() as server:
        os.environ["REGARD_SMTP_URL"] = f"smtp://127.0.0.1:{server.port}"
        os.environ["REGARD_MAIL_FROM"] = SENDER
        bare = _bare_rate(server)
        yield f"{MESSAGES:,} e-mails of {len(TEXT) + len(HTML):,} characters into a mail server on this machine"
        yield f"the limit, a loop over smtplib     {bare:>7,.0f} e-mails/s"
        for label, purpose, workers in (
            ("owed to customers, one worker", "transactional", 1),
            ("owed to customers, two workers", "transactional", 2),
            ("marketing, one worker", "marketing", 1),
        ):
            _queue(f"{purpose}-{workers}", purpose)
            rate = _sent_by_workers(server, workers)
            yield f"{label:<34} {rate:>7,.0f} e-mails/s, {rate / bare:.2f} of the limit"


def _bare_rate(server: Server) -> float:
    """One connection, e-mails that are composed already, nothing noted."""
    from regard.connect.channels import OutgoingMessage
    from regard.connect.mail.compose import compose

    composed = []
    for n in range(MESSAGES):
        told = {"recipient": f"c{n}@example.com", "message_id": f"<{n}@shop.example>"}
        message = OutgoingMessage(**told, subject=f"Order {n}", body_text=TEXT, body_html=HTML)
        composed.append(compose(message, sender=SENDER).message().as_bytes(linesep="\r\n"))
    server.begin()
    with smtplib.SMTP("127.0.0.1", server.port) as connection:
        for n, email in enumerate(composed):
            connection.sendmail("regard@shop.example", [f"c{n}@example.com"], email)
    return server.await_all(MESSAGES)


def _sent_by_workers(server: Server, workers: int) -> float:
    """What waits in the outbox, sent by `regard worker`; counted from the first that arrives."""
    server.begin()
    with ExitStack() as running:
        for _n in range(workers):
            running.enter_context(worker_running())
        return server.await_all(MESSAGES)


def _queue(mark: str, purpose: str) -> None:
    """As journeys queue: each to a customer of its own, who consents where that is needed."""
    from django.db import connection

    from regard.act.domain.outbox import queue_sends
    from regard.core.models import Store

    for first in range(0, MESSAGES, OF_A_STORE):
        store = Store.objects.create(slug=f"{mark}-{first}", currency="EUR", time_zone="UTC")
        queue_sends(store, _messages(store, purpose, min(OF_A_STORE, MESSAGES - first)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE act_send, profile_identity, profile_customer, profile_consent")


def _messages(store: Store, purpose: str, count: int) -> Sequence[NewSend]:
    from regard.act.domain.outbox import NewSend
    from regard.act.models import Purpose, SendingRules

    SendingRules.objects.create(
        store=store, quiet_from="00:00", quiet_until="00:00", origin_limit=20_000, store_limit=20_000
    )
    identities = make_customers(store, count)
    return [
        NewSend(
            channel="email", recipient=f"c{n}@example.com", purpose=Purpose(purpose), intent="journey:bench",
            instance=str(n), subject=f"Order {n}", body_text=TEXT, body_html=HTML, identity_id=identity,
        )
        for n, identity in enumerate(identities)
    ]  # fmt: skip


def make_customers(store: Store, count: int) -> list[int]:
    """The identities of customers who consent to marketing by e-mail."""
    from django.db import connection

    from regard.profile.models import Identity

    with connection.cursor() as cursor:
        cursor.execute(FILL_CUSTOMERS, {"store": store.pk, "customers": count})
        cursor.execute(FILL_CONSENTS, {"store": store.pk})
    return list(Identity.objects.filter(store=store).order_by("id").values_list("pk", flat=True))


@contextmanager
def _mail_server() -> Iterator[Server]:
    context = multiprocessing.get_context("spawn")
    told = context.Array("d", 3, lock=False)
    ready, theirs = context.Pipe()
    port = free_port()
    process = context.Process(target=_serve, args=(port, told, theirs), daemon=True)
    process.start()
    ready.recv()
    try:
        yield Server(port, told)
    finally:
        process.terminate()
        process.join()


def _serve(port: int, told: Any, ready: Connection) -> None:
    Controller(Counter(told), hostname="127.0.0.1", port=port).start()
    ready.send(True)
    threading.Event().wait()
