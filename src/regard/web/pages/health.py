"""What load balancers and monitors ask the pages; the intake answers the same on its own port."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from regard.core.models import Store


@login_not_required
def alive(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "alive"})


@login_not_required
def ready(_request: HttpRequest) -> HttpResponse:
    """Whether the database answers and its tables are there."""
    try:
        Store.objects.exists()
    except Error:
        return JsonResponse({"status": "the database does not answer"}, status=503)
    return JsonResponse({"status": "ready"})


@login_not_required
def metrics(_request: HttpRequest) -> HttpResponse:
    """How much work waits, as Prometheus reads it. Numbers only; nothing of any store's contents."""
    lines = [line for name, meaning, statement in GAUGES for line in _gauge(name, meaning, statement)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")


# Nobody waits for the exact length of a long queue, and a monitor asks every few seconds: counted up to here.
MOST_COUNTED = 100_000
GAUGES = (
    ("regard_stores", "Stores of this installation.", "SELECT FROM core_store"),
    (
        "regard_events_waiting",
        "Events that the pipeline has yet to take, counted up to 100000.",
        (
            "SELECT FROM core_store store"
            " LEFT JOIN capture_readerposition position ON position.store_id = store.id"
            " AND position.reader = 'pipeline'"
            " CROSS JOIN LATERAL (SELECT FROM capture_event event WHERE event.store_id = store.id"
            " AND event.id > coalesce(position.event_id, 0)) AS waiting"
        ),
    ),
    (
        "regard_events_parked",
        "Events that a stage of the pipeline failed on, counted up to 100000.",
        "SELECT FROM capture_parkedevent",
    ),
    (
        "regard_events_rejected_open",
        "Events that could not be accepted and wait for somebody, counted up to 100000.",
        (
            "SELECT FROM core_store store CROSS JOIN LATERAL (SELECT FROM capture_rejectedevent rejected"
            " WHERE rejected.store_id = store.id AND rejected.state = 'open') AS waiting"
        ),
    ),
    (
        "regard_account_mails_failed",
        "Invitations and links to new passwords of the last month that could not be sent.",
        "SELECT FROM core_accountmail WHERE failed_at IS NOT NULL",
    ),
)


def _gauge(name: str, meaning: str, statement: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({statement} LIMIT {MOST_COUNTED}) AS counted")
        value = cursor.fetchone()[0]
    return [f"# HELP {name} {meaning}", f"# TYPE {name} gauge", f"{name} {value}"]
