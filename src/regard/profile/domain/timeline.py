"""What happened to a customer, latest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from regard.capture.domain.bulk import columns_of, run_bulk
from regard.capture.models import Event
from regard.core.edges.keyset import CursorInvalid, decode_cursor, encode_cursor
from regard.core.models import Store
from regard.profile.domain.event_words import describe_event, products_named
from regard.profile.domain.product_titles import product_titles
from regard.profile.models import CustomerEvent, Identity

PLACE_EVENTS = """
    INSERT INTO profile_customerevent (store_id, event_id, identity_id, occurred_at, note)
    SELECT %b, event_id, identity_id, occurred_at, ''
    FROM unnest(%b::bigint[], %b::bigint[], %b::timestamptz[]) AS placed (event_id, identity_id, occurred_at)
    ON CONFLICT (store_id, event_id) DO UPDATE
    SET identity_id = EXCLUDED.identity_id, note = CASE WHEN %b THEN '' ELSE profile_customerevent.note END
    WHERE profile_customerevent.identity_id <> EXCLUDED.identity_id OR (%b AND profile_customerevent.note <> '')
"""
NOTE_EVENTS = """
    UPDATE profile_customerevent AS placed SET note = concat_ws(' ', NULLIF(placed.note, ''), told.note)
    FROM unnest(%s::bigint[], %s::text[]) AS told (event_id, note)
    WHERE placed.store_id = %s AND placed.event_id = told.event_id
"""
# One short walk along the index for each identity, instead of a sort of all that the customer ever did.
LATEST_EVENTS = """
    SELECT latest.event_id, latest.occurred_at, latest.note FROM unnest(%s::bigint[]) AS named (identity_id)
    CROSS JOIN LATERAL (
        SELECT event_id, occurred_at, note FROM profile_customerevent
        WHERE store_id = %s AND identity_id = named.identity_id AND (occurred_at, event_id) < (%s, %s)
        {only} ORDER BY occurred_at DESC, event_id DESC LIMIT %s
    ) AS latest
    ORDER BY latest.occurred_at DESC, latest.event_id DESC LIMIT %s
"""
OF_KIND = """
    AND EXISTS (
        SELECT 1 FROM capture_event AS event WHERE event.store_id = profile_customerevent.store_id
        AND event.id = profile_customerevent.event_id AND (event.type = ANY(%s) OR event.name ~* %s)
    )
"""
# Types of events, and how the names of others begin, as the Segment specification and our facts call them.
KINDS: Mapping[str, tuple[list[str], str]] = {
    "orders": ([], "^(order|checkout|payment|refund|shipment|parcel)"),
    "browsing": (["page", "screen"], "^(products?|carts?|wishlist|promotion|coupon)(?!.*review)"),
    "feedback": ([], "(review|survey|answer|feedback)"),
    "messages": ([], "(e-?mail|sms|message|notification|ticket|conversation|chat)"),
}
# Ids ascend with the time of receipt but for a moment around midnight, so a few rows may stay a month longer.
FORGET_EVENTS = """
    DELETE FROM profile_customerevent WHERE store_id = %s AND event_id < coalesce(
        (SELECT min(id) FROM capture_event WHERE store_id = %s), 9223372036854775807)
"""

Cursor = tuple[datetime, int]  # where the next page begins: a time and an id, both exclusive
LAST_ID = 2**63 - 1
END_OF_TIME = datetime.fromisoformat("9999-12-31T00:00:00+00:00")


@dataclass(frozen=True)
class TimelineEntry:
    """An event of the log. words: what it was, in one line. note: what could not be used of it, or ""."""

    event: Event
    words: str
    note: str


def place_events(*, store: Store, placed: Mapping[int, tuple[int, datetime]], afresh: bool = False) -> None:
    """Put events into timelines; placed: event id -> id of the identity it is about, and when it occurred.

    afresh: forget what was noted of them; so does the first stage of the pipeline.
    """
    rows = [(event_id, identity_id, at) for event_id, (identity_id, at) in placed.items()]
    run_bulk(PLACE_EVENTS, (store.pk, *columns_of(rows, 3), afresh, afresh))


def note_events(*, store: Store, notes: Mapping[int, str]) -> None:
    """Say in the timeline what could not be used of events; notes: event id -> words.

    They are added to what was said of the event before; an event that passes the pipeline again begins anew.
    """
    if notes:
        with connection.cursor() as cursor:
            cursor.execute(NOTE_EVENTS, (list(notes), list(notes.values()), store.pk))


def last_told(*, store: Store, customer_id: int) -> int:
    """The id of the event of the customer that came last, whenever it occurred; 0 for none. One query."""
    events = CustomerEvent.objects.filter(store=store, identity__store=store, identity__customer=customer_id)
    return events.aggregate(last=Max("event_id"))["last"] or 0


def forget_expired_events() -> None:
    """Take events that retention has deleted from the log out of the timelines; to be run after it."""
    for store_id in Store.objects.exclude(event_retention_months=None).values_list("pk", flat=True):
        with connection.cursor() as cursor:
            cursor.execute(FORGET_EVENTS, (store_id, store_id))


def timeline(
    *, store: Store, customer_id: int, kind: str = "", cursor: Cursor | None = None, limit: int = 50
) -> tuple[list[TimelineEntry], Cursor | None]:
    """A page of a customer's events, latest first, and the cursor of the next page, None at the end.

    kind: one of KINDS, whose events alone are wanted; "" for all.
    Events that the store's retention has deleted from the log are left out, so that a page may be short.
    """
    identities = list(
        Identity.objects.filter(store=store, customer_id=customer_id).values_list("pk", flat=True)
    )
    before = cursor or (END_OF_TIME, LAST_ID)
    statement = LATEST_EVENTS.format(only=OF_KIND if kind else "")
    with connection.cursor() as database:
        database.execute(
            statement, (identities, store.pk, *before, *KINDS.get(kind, ()), limit + 1, limit + 1)
        )
        rows = database.fetchall()
    found = {
        event.id: event for event in Event.objects.filter(store_id=store.pk, id__in=[row[0] for row in rows])
    }
    titles = product_titles(store, products_named(found.values()))
    entries = [
        TimelineEntry(event, describe_event(event, titles), note)
        for event_id, _at, note in rows[:limit]
        if (event := found.get(event_id))
    ]
    more = len(rows) > limit
    return entries, (rows[limit - 1][1], rows[limit - 1][0]) if more else None


def timeline_for_viewer(
    *, store: Store, customer_id: int, cursor: str, limit: int, kind: str = ""
) -> tuple[list[TimelineEntry], str]:
    """A page of a customer's events, see `timeline`, and the cursor of the next as text, "" at the end.

    Raises CursorInvalid.
    """
    entries, following = timeline(
        store=store, customer_id=customer_id, kind=kind, cursor=_read_cursor(cursor), limit=limit
    )
    return entries, encode_cursor(following) if following else ""


def _read_cursor(text: str) -> Cursor | None:
    if not text:
        return None
    match decode_cursor(text):
        case (datetime() as moment, int() as event_id):
            return moment, event_id
        case _:
            raise CursorInvalid(_("The cursor belongs to another list; begin again without one."))
