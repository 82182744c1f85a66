"""Tags: words that people put to customers, or that imported files tell of.

Each is kept at an identity, so that it moves when that does.

A file adds tags and takes none away. What it told goes when it is taken back, where neither a person nor another
file gave the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from regard.capture.domain.batch import Batch
from regard.capture.domain.bulk import columns_of, run_bulk
from regard.capture.domain.logged import LoggedEvent
from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.core.models import Store
from regard.profile.domain.naming import FACT
from regard.profile.domain.timeline import note_events
from regard.profile.domain.touching import touch_customers
from regard.profile.facts import CustomerImported
from regard.profile.models import CustomerTag, IdentityKind

LONGEST = 60
ADD = """
    INSERT INTO profile_customertag (store_id, identity_id, name, actor, tagged_at, is_taken)
    SELECT DISTINCT ON (identity.customer_id) identity.store_id, identity.id, %(name)s, %(actor)s, %(now)s,
        false
    FROM profile_identity AS identity
    WHERE identity.store_id = %(store)s AND identity.customer_id = ANY(%(customers)s)
        AND NOT EXISTS (
            SELECT 1 FROM profile_customertag AS tag JOIN profile_identity AS other ON other.id = tag.identity_id
            WHERE other.store_id = identity.store_id AND other.customer_id = identity.customer_id
            AND tag.event_id IS NULL AND LOWER(tag.name) = LOWER(%(name)s)
        )
    ORDER BY identity.customer_id, ARRAY_POSITION(%(kinds)s, identity.kind::text), identity.id
    RETURNING (SELECT customer_id FROM profile_identity WHERE id = identity_id)
"""
BY_FILE = "import"  # the actor of what a file told
TELL = """
    INSERT INTO profile_customertag (store_id, identity_id, name, actor, tagged_at, event_id, is_taken)
    SELECT %b, identity_id, name, %b, tagged_at, event_id, false
    FROM unnest(%b::bigint[], %b::text[], %b::timestamptz[], %b::bigint[]) AS new
        (identity_id, name, tagged_at, event_id)
    ON CONFLICT DO NOTHING
"""
# What a person took away stays taken as long as the log has the fact that told it.
FORGET = """
    DELETE FROM profile_customertag AS tag
    WHERE store_id = %b AND identity_id = ANY(%b) AND event_id IS NOT NULL AND NOT (
        is_taken AND EXISTS (
            SELECT FROM capture_event AS event WHERE event.store_id = tag.store_id AND event.id = tag.event_id
        )
    )
"""


def project_tags(batch: Batch) -> None:
    """Keep the tags that imported files tell of; adds the customers to `touched`. Runs after identify_batch."""
    notes: dict[int, str] = {}
    rows = []
    for event in batch.events:
        if event.name == CustomerImported.__name__ and event.type == FACT and event.id in batch.identity_of:
            rows += [
                (batch.identity_of[event.id], tag, event.occurred_at, event.id)
                for tag in _tags_told(event, notes)
            ]
    if rows:
        run_bulk(TELL, (batch.store.pk, BY_FILE, *columns_of(rows, 4)))
        touch_customers(batch, {row[0] for row in rows})
    note_events(store=batch.store, notes=notes)


def _tags_told(event: LoggedEvent, notes: dict[int, str]) -> list[str]:
    """notes: what could not be used is added, by event."""
    words = [" ".join(word.replace("\0", "").split()) for word in event.body.get("tags", ())]
    if any(len(word) > LONGEST for word in words):
        notes[event.id] = f"A tag was left out: tags have {LONGEST} characters at most."
    return list(dict.fromkeys(word for word in words if 0 < len(word) <= LONGEST))


def clear_told_tags(store: Store, identity_ids: Collection[int]) -> None:
    """Forget what files told of these identities; see core.registry.DataHolder."""
    run_bulk(FORGET, (store.pk, list(identity_ids)))


@transaction.atomic
def tag_customers(store: Store, customer_ids: Collection[int], name: str, *, actor: str) -> list[int]:
    """Put a tag to customers; gives the ids of those whom no person had put it to.

    Raises ValidationError for a bad name.
    """
    tag = clean_tag(name)
    with connection.cursor() as cursor:
        cursor.execute(
            ADD,
            {
                "store": store.pk, "customers": list(customer_ids), "name": tag, "actor": actor,
                "now": clock.now(), "kinds": IdentityKind.values,
            },
        )  # fmt: skip
        added = sorted(row[0] for row in cursor.fetchall())
    if added:
        _note(store, "customers.tagged", tag, added, actor=actor)
    return added


@transaction.atomic
def untag_customers(store: Store, customer_ids: Collection[int], name: str, *, actor: str) -> list[int]:
    """Take a tag from customers; gives the ids of those who had it. Raises ValidationError for a bad name."""
    tag = clean_tag(name)
    marks = CustomerTag.objects.filter(
        store=store,
        identity__store=store,
        identity__customer_id__in=list(customer_ids),
        name__iexact=tag,
        is_taken=False,
    )
    having = sorted(set(marks.values_list("identity__customer_id", flat=True)))
    marks.filter(event_id__isnull=False).update(is_taken=True)
    marks.filter(event_id=None).delete()
    if having:
        _note(store, "customers.untagged", tag, having, actor=actor)
    return having


def tags_of_customers(store: Store, customer_ids: Collection[int]) -> dict[int, list[str]]:
    """The tags of each of these customers that has any, in the order of the alphabet. One query."""
    rows = CustomerTag.objects.filter(
        identity__store=store, identity__customer_id__in=list(customer_ids), is_taken=False
    )
    found: dict[int, set[str]] = defaultdict(set)
    for customer_id, name in rows.values_list("identity__customer_id", "name"):
        found[customer_id].add(name)
    return {customer_id: _each_once(names) for customer_id, names in found.items()}


def _each_once(names: Collection[str]) -> list[str]:
    """Those that differ in capitals alone are one tag, however many files told it."""
    known: dict[str, str] = {}
    for name in sorted(names):
        known.setdefault(name.lower(), name)
    return [known[low] for low in sorted(known)]


def clean_tag(name: str) -> str:
    """The name as it is kept. Raises ValidationError, for the field `tag`."""
    tag = " ".join(name.replace("\0", "").split())
    if not tag or len(tag) > LONGEST:
        raise ValidationError({"tag": _("A tag has one to %d characters.") % LONGEST})
    return tag


def _note(store: Store, action: str, tag: str, customer_ids: list[int], *, actor: str) -> None:
    record_audit(store=store, actor=actor, action=action, target=tag, customers=customer_ids)
