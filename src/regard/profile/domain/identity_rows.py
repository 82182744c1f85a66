"""Identities as rows: read and written by the thousand, a few statements whatever their number."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import starmap
from typing import NamedTuple

import msgspec

from regard.capture.domain.bulk import columns_of, run_bulk
from regard.core import clock
from regard.profile.models import LinkReason

COLUMNS = """
    identity.id, identity.kind, identity.value, identity.customer_id, COALESCE(identity.own_customer_id, 0),
    COALESCE(identity.owner_id, 0), identity.owned_since, COALESCE(owner.kind, ''), COALESCE(owner.value, ''),
    identity.by_hand, COALESCE(identity.hand_owner_id, 0), identity.first_seen_at, identity.last_seen_at,
    identity.name, identity.name_at, identity.email, identity.email_at, identity.phone, identity.phone_at
"""
# One walk down an index for each, whatever the planner believes of a table that has just begun to grow.
LOAD_BY_KEY = f"""
    SELECT {COLUMNS} FROM unnest(%b::text[], %b::text[]) AS named (kind, value)
    CROSS JOIN LATERAL (SELECT * FROM profile_identity
        WHERE value = named.value AND kind = named.kind AND store_id = %b OFFSET 0) AS identity
    LEFT JOIN LATERAL (SELECT kind, value FROM profile_identity
        WHERE id = identity.owner_id OFFSET 0) AS owner ON true
"""
LOAD_BELOW = f"""
    WITH RECURSIVE below (id) AS (
        SELECT unnest(%b::bigint[])
        UNION
        SELECT child.id FROM below CROSS JOIN LATERAL (
            SELECT id FROM profile_identity WHERE owner_id = below.id AND NOT by_hand
            UNION ALL
            SELECT id FROM profile_identity WHERE hand_owner_id = below.id AND by_hand
        ) AS child
    )
    SELECT {COLUMNS} FROM below JOIN profile_identity identity ON identity.id = below.id
    LEFT JOIN profile_identity owner ON owner.id = identity.owner_id
"""
NEW_IDS = """
    SELECT array_agg(nextval(sequence)) FROM generate_series(1, %b),
        (SELECT pg_get_serial_sequence(%b, 'id')::regclass AS sequence OFFSET 0) AS of_table
"""
INSERT_IDENTITIES = """
    INSERT INTO profile_identity (store_id, traits, kind, value, id, customer_id, own_customer_id, owner_id,
        owned_since, by_hand, first_seen_at, last_seen_at, name, name_at, email, email_at, phone, phone_at)
    SELECT %b, '{}', kind, value, id, customer, NULLIF(own_customer, 0), NULLIF(owner, 0), owned_since, false,
        first_seen_at, last_seen_at, name, name_at, email, email_at, phone, phone_at
    FROM unnest(%b::text[], %b::text[], %b::bigint[], %b::bigint[], %b::bigint[], %b::bigint[], %b::timestamptz[],
        %b::timestamptz[], %b::timestamptz[], %b::text[], %b::timestamptz[], %b::text[], %b::timestamptz[],
        %b::text[], %b::timestamptz[])
    AS new (kind, value, id, customer, own_customer, owner, owned_since, first_seen_at, last_seen_at, name,
        name_at, email, email_at, phone, phone_at)
"""
UPDATE_IDENTITIES = """
    UPDATE profile_identity AS identity SET customer_id = new.customer,
        own_customer_id = NULLIF(new.own_customer, 0), owner_id = NULLIF(new.owner, 0),
        owned_since = new.owned_since, first_seen_at = new.first_seen_at, last_seen_at = new.last_seen_at,
        name = new.name, name_at = new.name_at, email = new.email, email_at = new.email_at,
        phone = new.phone, phone_at = new.phone_at, by_hand = new.by_hand,
        hand_owner_id = NULLIF(new.hand_owner, 0)
    FROM unnest(%b::bigint[], %b::bigint[], %b::bigint[], %b::bigint[], %b::timestamptz[],
        %b::timestamptz[], %b::timestamptz[], %b::text[], %b::timestamptz[], %b::text[], %b::timestamptz[],
        %b::text[], %b::timestamptz[], %b::boolean[], %b::bigint[])
    AS new (id, customer, own_customer, owner, owned_since, first_seen_at, last_seen_at, name, name_at,
        email, email_at, phone, phone_at, by_hand, hand_owner)
    WHERE identity.id = new.id
"""
UPDATE_VISITS = """
    UPDATE profile_identity AS identity SET first_seen_at = new.first_seen_at, last_seen_at = new.last_seen_at
    FROM unnest(%b::bigint[], %b::timestamptz[], %b::timestamptz[]) AS new (id, first_seen_at, last_seen_at)
    WHERE identity.id = new.id
"""
INSERT_LINKS = """
    INSERT INTO profile_identitylink
        (store_id, actor, linked_at, identity_id, customer_id, previous_customer_id, reason, event_id)
    SELECT %b, %b, %b, identity, customer, NULLIF(previous, 0), reason, event
    FROM unnest(%b::bigint[], %b::bigint[], %b::bigint[], %b::text[], %b::bigint[])
    AS new (identity, customer, previous, reason, event)
"""


class Known(msgspec.Struct, gc=False):
    """An identity in memory. 0 stands for no identity or customer.

    before, parent_before: its customer and parent as they are stored. named_at, event_id: of the event that named
    it first, or beside its present owner. reason: of a link that no event gave.
    """

    id: int
    kind: str
    value: str
    customer: int = 0
    own_customer: int = 0
    owner: int = 0
    owned_since: datetime | None = None
    owner_kind: str = ""
    owner_value: str = ""
    by_hand: bool = False
    hand_owner: int = 0
    first_seen_at: datetime | None = None
    last_seen_at: datetime | None = None
    name: str = ""
    name_at: datetime | None = None
    email: str = ""
    email_at: datetime | None = None
    phone: str = ""
    phone_at: datetime | None = None
    before: int = 0
    parent_before: int = 0
    named_at: datetime | None = None
    event_id: int | None = None
    reason: LinkReason | None = None
    is_changed: bool = False
    is_visited: bool = False  # its first visit is earlier than known, or its last later

    @property
    def parent(self) -> int:
        """Whom it belongs to: a person's decision goes before what events say."""
        return self.hand_owner if self.by_hand else self.owner


class Link(NamedTuple):
    """An identity that came to another customer; see profile.models.IdentityLink."""

    identity: int
    customer: int
    previous: int
    reason: LinkReason
    event_id: int | None


def load_by_key(store_id: int, keys: Iterable[tuple[str, str]]) -> list[Known]:
    """The identities of these kinds and values; those that are not known yet are left out."""
    return _known(run_bulk(LOAD_BY_KEY, (*columns_of(keys, 2), store_id)))


def load_below(identity_ids: Collection[int]) -> list[Known]:
    """These identities and all that belong to them, however deep."""
    return _known(run_bulk(LOAD_BELOW, (list(identity_ids),)))


def _known(rows: Iterable[tuple[object, ...]]) -> list[Known]:
    known: list[Known] = list(starmap(Known, rows))
    for one in known:
        one.before, one.parent_before = one.customer, one.parent
    return known


def new_ids(table: str, count: int) -> list[int]:
    """Ids for rows of a table that are to be written."""
    if not count:
        return []
    [(ids,)] = run_bulk(NEW_IDS, (count, table))
    return list(ids)


def insert_identities(store_id: int, identities: Iterable[Known]) -> None:
    rows = [
        (
            one.kind, one.value, one.id, one.customer, one.own_customer, one.owner, one.owned_since,
            one.first_seen_at, one.last_seen_at, one.name, one.name_at, one.email, one.email_at,
            one.phone, one.phone_at,
        )
        for one in identities
    ]  # fmt: skip
    if rows:
        run_bulk(INSERT_IDENTITIES, (store_id, *columns_of(rows, 15)))


def update_identities(identities: Iterable[Known]) -> None:
    rows = [
        (
            one.id, one.customer, one.own_customer, one.owner, one.owned_since, one.first_seen_at,
            one.last_seen_at, one.name, one.name_at, one.email, one.email_at, one.phone, one.phone_at,
            one.by_hand, one.hand_owner,
        )
        for one in identities
    ]  # fmt: skip
    if rows:
        run_bulk(UPDATE_IDENTITIES, columns_of(rows, 15))


def update_visits(identities: Iterable[Known]) -> None:
    """Of identities of which nothing else changed."""
    rows = [(one.id, one.first_seen_at, one.last_seen_at) for one in identities]
    if rows:
        run_bulk(UPDATE_VISITS, columns_of(rows, 3))


def insert_links(store_id: int, links: Sequence[Link], *, actor: str) -> None:
    if links:
        run_bulk(INSERT_LINKS, (store_id, actor, clock.now(), *columns_of(links, 5)))
