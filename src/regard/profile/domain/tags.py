"""Tags: words that people put to customers. Each is kept at an identity, so that it moves when that does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.core.models import Store
from regard.profile.models import CustomerTag, IdentityKind

LONGEST = 60
ADD = """
    INSERT INTO profile_customertag (store_id, identity_id, name, actor, tagged_at)
    SELECT DISTINCT ON (identity.customer_id) identity.store_id, identity.id, %(name)s, %(actor)s, %(now)s
    FROM profile_identity AS identity
    WHERE identity.store_id = %(store)s AND identity.customer_id = ANY(%(customers)s)
        AND NOT EXISTS (
            SELECT 1 FROM profile_customertag AS tag JOIN profile_identity AS other ON other.id = tag.identity_id
            WHERE other.store_id = identity.store_id AND other.customer_id = identity.customer_id
            AND LOWER(tag.name) = LOWER(%(name)s)
        )
    ORDER BY identity.customer_id, ARRAY_POSITION(%(kinds)s, identity.kind::text), identity.id
    RETURNING (SELECT customer_id FROM profile_identity WHERE id = identity_id)
"""


@transaction.atomic
def tag_customers(store: Store, customer_ids: Collection[int], name: str, *, actor: str) -> list[int]:
    """Put a tag to customers; gives the ids of those who did not have it.

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
        store=store, identity__store=store, identity__customer_id__in=list(customer_ids), name__iexact=tag
    )
    having = sorted(set(marks.values_list("identity__customer_id", flat=True)))
    marks.delete()
    if having:
        _note(store, "customers.untagged", tag, having, actor=actor)
    return having


def tags_of_customers(store: Store, customer_ids: Collection[int]) -> dict[int, list[str]]:
    """The tags of each of these customers that has any, in the order of the alphabet. One query."""
    rows = CustomerTag.objects.filter(identity__store=store, identity__customer_id__in=list(customer_ids))
    found: dict[int, set[str]] = defaultdict(set)
    for customer_id, name in rows.values_list("identity__customer_id", "name"):
        found[customer_id].add(name)
    return {customer_id: sorted(names, key=str.lower) for customer_id, names in found.items()}


def clean_tag(name: str) -> str:
    """The name as it is kept. Raises ValidationError, for the field `tag`."""
    tag = " ".join(name.replace("\0", "").split())
    if not tag or len(tag) > LONGEST:
        raise ValidationError({"tag": _("A tag has one to %d characters.") % LONGEST})
    return tag


def _note(store: Store, action: str, tag: str, customer_ids: list[int], *, actor: str) -> None:
    record_audit(store=store, actor=actor, action=action, target=tag, customers=customer_ids)
