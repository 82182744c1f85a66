"""Customers as their identities make them: written and brought up to date by the thousand."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from regard.capture.domain.bulk import columns_of, run_bulk
from regard.core import clock

# What the identities of a customer tell together: of each part the latest telling counts, of two at the same
# instant the smaller. Null attributes were taken back. An address or phone is shown by the customer whom it
# belongs to alone, whoever told it; where what was told belongs to others, the one that came to the customer last.
TOLD = """
    LATERAL (
        SELECT
            ARRAY_AGG(value ORDER BY owned_since DESC NULLS LAST, value) FILTER (WHERE kind = 'email') AS emails,
            ARRAY_AGG(value ORDER BY owned_since DESC NULLS LAST, value) FILTER (WHERE kind = 'phone') AS phones
        FROM profile_identity WHERE customer_id = wanted.id
    ) AS own
    CROSS JOIN LATERAL (
        SELECT MIN(first_seen_at) AS first_seen_at, MAX(last_seen_at) AS last_seen_at,
            COALESCE((ARRAY_AGG(name ORDER BY name_at DESC, name)
                FILTER (WHERE name_at IS NOT NULL))[1], '') AS name,
            COALESCE((ARRAY_AGG(email ORDER BY email_at DESC, email)
                FILTER (WHERE email_at IS NOT NULL AND email = ANY(own.emails)))[1], own.emails[1], '') AS email,
            COALESCE((ARRAY_AGG(phone ORDER BY phone_at DESC, phone)
                FILTER (WHERE phone_at IS NOT NULL AND phone = ANY(own.phones)))[1], own.phones[1], '') AS phone,
            COUNT(*) FILTER (WHERE traits <> '{}') > 0 AS has_attributes
        FROM profile_identity WHERE customer_id = wanted.id
    ) AS told
    CROSS JOIN LATERAL (
        SELECT COALESCE(jsonb_object_agg(key, value -> 2) FILTER (WHERE value -> 2 <> 'null'), '{}') AS attributes
        FROM (
            SELECT DISTINCT ON (trait.key) trait.key, trait.value
            FROM profile_identity identity, jsonb_each(identity.traits) AS trait
            WHERE told.has_attributes AND identity.customer_id = wanted.id
            ORDER BY trait.key, (trait.value -> 0) DESC, (trait.value -> 1) DESC
        ) AS latest
    ) AS attributed
"""
INSERT_CUSTOMERS = f"""
    INSERT INTO profile_customer
        (id, store_id, name, email, phone, attributes, first_seen_at, last_seen_at, created_at)
    SELECT wanted.id, %b, told.name, told.email, told.phone, attributed.attributes,
        COALESCE(told.first_seen_at, wanted.at), COALESCE(told.last_seen_at, wanted.at), %b
    FROM unnest(%b::bigint[], %b::timestamptz[]) AS wanted (id, at) CROSS JOIN {TOLD}
"""
REFRESH_CUSTOMERS = f"""
    UPDATE profile_customer AS customer SET name = told.name, email = told.email, phone = told.phone,
        attributes = attributed.attributes,
        first_seen_at = COALESCE(told.first_seen_at, customer.first_seen_at),
        last_seen_at = COALESCE(told.last_seen_at, customer.last_seen_at)
    FROM unnest(%b::bigint[]) AS wanted (id) CROSS JOIN {TOLD}
    WHERE customer.id = wanted.id
    AND (customer.first_seen_at, customer.last_seen_at, customer.name, customer.email, customer.phone,
            customer.attributes)
        IS DISTINCT FROM (COALESCE(told.first_seen_at, customer.first_seen_at),
            COALESCE(told.last_seen_at, customer.last_seen_at), told.name, told.email, told.phone,
            attributed.attributes)
"""
WIDEN_VISITS = """
    UPDATE profile_customer AS customer SET first_seen_at = LEAST(customer.first_seen_at, seen.first_at),
        last_seen_at = GREATEST(customer.last_seen_at, seen.last_at)
    FROM unnest(%b::bigint[], %b::timestamptz[], %b::timestamptz[]) AS seen (id, first_at, last_at)
    WHERE customer.id = seen.id
    AND (seen.first_at < customer.first_seen_at OR seen.last_at > customer.last_seen_at)
"""
POINT_CUSTOMERS = """
    UPDATE profile_customer AS customer SET merged_into_id = NULLIF(new.into, 0)
    FROM unnest(%b::bigint[], %b::bigint[]) AS new (id, "into")
    WHERE customer.id = new.id AND customer.merged_into_id IS DISTINCT FROM NULLIF(new.into, 0)
"""


def insert_customers(store_id: int, customers: Mapping[int, datetime]) -> None:
    """Make customers with these ids from their identities, which must be written; values: when they are seen
    first and last if nothing of theirs was a visit."""
    if customers:
        now = clock.now()
        columns = columns_of(customers.items(), 2)
        run_bulk(INSERT_CUSTOMERS, (store_id, now, *columns))


def refresh_customers(customer_ids: Collection[int]) -> None:
    """Derive name, e-mail, phone, attributes and times of these customers from their identities."""
    if customer_ids:
        run_bulk(REFRESH_CUSTOMERS, (list(customer_ids),))


def widen_visits(visits: Mapping[int, tuple[datetime, datetime]]) -> None:
    """Note when customers were seen first and last beside what is known of that; of whom nothing else changed."""
    if visits:
        run_bulk(WIDEN_VISITS, columns_of(((customer, *span) for customer, span in visits.items()), 3))


def point_customers(into: Mapping[int, int]) -> None:
    """Say of customers which other one they were merged into; 0: none, they stand for themselves."""
    if into:
        run_bulk(POINT_CUSTOMERS, columns_of(into.items(), 2))
