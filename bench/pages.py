"""How quick the pages are while the intake is busy."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from bench.installation import Installation, intake_running, pages_running
from bench.intake import event
from bench.load import get, post, send_all

EVENTS_PER_SECOND = 5_000
BATCH = 50
SECONDS = 15
PAGES = ("/s/bench/events/", "/s/bench/customers/", "/s/bench/alerts/", "/s/bench/settings/")


def measure_pages(installation: Installation) -> Iterator[str]:
    """Lines that say what was measured."""
    cookie = signed_in_cookie()
    with pages_running() as pages_port, intake_running() as intake_port:
        for path in PAGES:
            send_all(pages_port, [get(path, cookie)] * 10, connections=1)
        batches = [
            post("/v1/batch", {"batch": [event() for _ in range(BATCH)]}, installation.write_key)
            for _ in range(EVENTS_PER_SECOND * SECONDS // BATCH)
        ]
        taken: list[float] = []

        def feed() -> None:
            result = send_all(intake_port, batches, connections=4, per_second=EVENTS_PER_SECOND / BATCH)
            taken.append(result.requests * BATCH / result.seconds)

        feeder = threading.Thread(target=feed)
        feeder.start()
        lines = []
        for path in PAGES:
            result = send_all(pages_port, [get(path, cookie)] * 200, connections=2, per_second=80)
            if not result.requests:
                raise RuntimeError(f"{path} did not answer with 200")
            lines.append(
                f"{path:<34} p50 {result.latency_ms(0.5):>6.1f} ms   p95 {result.latency_ms(0.95):>6.1f} ms"
                f"   {result.requests} requests, failed {result.failed}"
            )
        feeder.join()
        yield f"pages while the intake takes       {taken[0]:>10,.0f} events/s"
        yield from lines


def signed_in_cookie() -> str:
    """The session of an owner of the store, as a browser would send it."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from regard.core.domain.members import add_member
    from regard.core.models import Store, User

    user = User.objects.create_user("bench@example.com", "not used here")
    add_member(store=Store.objects.get(slug="bench"), user=user, role="owner", actor="bench")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"sessionid={session.session_key}"
