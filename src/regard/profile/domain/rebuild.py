"""Customers formed anew from the events of the log: all of a store, or some.

What events said of identities is forgotten and told again; their ids and those of customers, tags, and what
people decided stay. In between an identity stays with its customer, so that nothing moves that ends where it
was; what is left without an owner is settled at the end.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q

from regard.capture.domain.batch import Stage
from regard.capture.domain.bulk import run_bulk
from regard.capture.domain.logged import events_by_id
from regard.capture.domain.reader import hold_readers, take_through
from regard.capture.domain.replay import check_log_is_whole, clear_projections, replay_log
from regard.core.models import Store
from regard.core.registry import data_holders
from regard.profile.domain.customer_rows import refresh_customers
from regard.profile.domain.identity_book import IdentityBook
from regard.profile.domain.identity_rows import load_below
from regard.profile.domain.tags import clear_told_tags
from regard.profile.models import Customer, CustomerEvent, Identity, IdentityLink, LinkReason

CUSTOMERS_AT_A_TIME = 5_000
EVENTS_AT_A_TIME = 20_000
FORGET_TOLD = """
    UPDATE profile_identity SET owner_id = NULL, owned_since = NULL, first_seen_at = NULL, last_seen_at = NULL,
        name = '', name_at = NULL, email = '', email_at = NULL, phone = '', phone_at = NULL, traits = '{}'
    WHERE id = ANY(%b)
"""
FORGET_TIMELINE = "DELETE FROM profile_customerevent WHERE store_id = %b AND identity_id = ANY(%b)"


def replay_store(*, store: Store, reader: str, force: bool = False, actor: str) -> None:
    """Form all customers of a store anew: whoever follows the log reads it again from its beginning.

    See capture.domain.replay.replay_log for what it raises.
    """
    identities = list(Identity.objects.filter(store=store).values_list("pk", flat=True))
    replay_log(store=store, reader=reader, identity_ids=identities, force=force, actor=actor)


def rebuild_customers(
    *, store: Store, customer_ids: Sequence[int], stages: Sequence[Stage], force: bool = False
) -> None:
    """Form some customers anew from those of their events that the log still has; acts follow from none of them.

    Returns when it is done, some thousands of customers in a transaction. What others told of their orders is
    told again too. An identity that was named beside
    those of other customers too is judged by the events of these customers alone. Raises ValidationError
    where retention has deleted events, unless `force`.
    """
    if not force:
        check_log_is_whole(store)
    for start in range(0, len(customer_ids), CUSTOMERS_AT_A_TIME):
        _rebuild(store, customer_ids[start : start + CUSTOMERS_AT_A_TIME], stages)


@transaction.atomic
def _rebuild(store: Store, customer_ids: Sequence[int], stages: Sequence[Stage]) -> None:
    hold_readers(store)
    living = Q(customer__in=customer_ids) | Q(customer__in=_merged_into(store, customer_ids))
    identities = list(Identity.objects.filter(living, store=store).values_list("pk", flat=True))
    event_ids = _sources(store, identities)
    clear_projections(store, identities)
    for start in range(0, len(event_ids), EVENTS_AT_A_TIME):
        events = events_by_id(store.pk, event_ids[start : start + EVENTS_AT_A_TIME])
        if events:
            take_through(store, events, stages, is_replay=True)
    _settle(store, Identity.objects.filter(store=store, pk__in=identities))


def _sources(store: Store, identity_ids: Sequence[int]) -> list[int]:
    """The events of these identities, and those of others that tell of the same orders and tickets."""
    own = CustomerEvent.objects.filter(store=store, identity__in=identity_ids)
    event_ids = set(own.values_list("event_id", flat=True))
    for holder in data_holders:
        if holder.sources is not None:
            event_ids.update(holder.sources(store, identity_ids))
    return sorted(event_ids)


def clear_identities(store: Store, identity_ids: Sequence[int]) -> None:
    """Forget what events said of these identities; see core.registry.DataHolder."""
    run_bulk(FORGET_TOLD, (list(identity_ids),))
    clear_told_tags(store, identity_ids)
    run_bulk(FORGET_TIMELINE, (store.pk, list(identity_ids)))


def settle_store(store: Store) -> None:
    """After all of the log was read again: identities that no event names any more go, others stand where events
    and people put them."""
    _settle(store, Identity.objects.filter(store=store))


def _settle(store: Store, identities: models.QuerySet[Identity]) -> None:
    unseen = identities.filter(first_seen_at=None)
    refresh_customers(set(unseen.values_list("customer", flat=True)))
    left = _remove_unnamed(store, unseen)
    loose = identities.filter(Q(by_hand=False, owner=None) | Q(by_hand=True, hand_owner=None)).filter(
        Q(own_customer=None) | ~Q(own_customer=F("customer"))
    )
    roots = list(loose.values_list("pk", flat=True))
    book = IdentityBook(store, load_below(roots))
    for root in roots:
        known = book.by_id[root]
        known.parent_before, known.reason = -1, LinkReason.READ_AGAIN
    book.save()
    _remove_empty(store, left)


def _remove_unnamed(store: Store, unseen: models.QuerySet[Identity]) -> set[int]:
    """Delete identities that nothing speaks of any more; gives the ids of the customers that they had or made."""
    nobodys = list(unseen.filter(owner=None, by_hand=False).values_list("pk", flat=True))
    alone = _unreferred("identity", Identity, but_for=IdentityLink)
    delete = f"DELETE FROM profile_identity AS identity WHERE id = ANY(%b) AND {alone}"
    gone = run_bulk(f"{delete} RETURNING id, customer_id, COALESCE(own_customer_id, 0)", (nobodys,))
    IdentityLink.objects.filter(store=store, identity__in=[row[0] for row in gone]).delete()
    return {customer for row in gone for customer in row[1:]}


def _remove_empty(store: Store, customer_ids: set[int]) -> None:
    """Delete those customers that no row of any room refers to, save what was computed of them."""
    named = Identity.objects.filter(
        Q(customer__in=customer_ids) | Q(own_customer__in=customer_ids), store=store
    )
    known = {number for row in named.values_list("customer", "own_customer") for number in row}
    for holder in data_holders:
        if holder.drop is not None:
            holder.drop(store, sorted(customer_ids - known - {0}))
    alone = _unreferred("customer", Customer, but_for=IdentityLink)
    delete = f"DELETE FROM profile_customer AS customer WHERE id = ANY(%b) AND {alone} RETURNING id"
    while customer_ids and run_bulk(delete, (list(customer_ids),)):
        pass  # those that others were merged into go after these


def _merged_into(store: Store, customer_ids: Collection[int]) -> list[int]:
    merged = Customer.objects.filter(store=store, pk__in=customer_ids).exclude(merged_into=None)
    return [number for number in merged.values_list("merged_into", flat=True) if number]


def _unreferred(row: str, model: type[models.Model], *, but_for: type[models.Model]) -> str:
    """SQL: no row of any room's tables points to this one, save those of the model `but_for`."""
    pointing = [
        f"NOT EXISTS (SELECT 1 FROM {other._meta.db_table} WHERE {_pointing(other, field.field, row)})"  # noqa: SLF001
        for field in model._meta.get_fields(include_hidden=True)  # noqa: SLF001 - Django documents it
        if isinstance(field, models.ManyToOneRel)
        and isinstance(other := field.related_model, type)
        and other is not but_for
    ]
    return " AND ".join(pointing)


def _pointing(model: type[models.Model], field: models.ForeignKey[Any, Any], row: str) -> str:
    """SQL: the row points to this one; by the store too where only an index that begins with that finds it."""
    condition = f"{field.column} = {row}.id"
    first = _first_of_indexes(model)
    return (
        condition
        if field.attname in first or "store_id" not in first
        else f"store_id = {row}.store_id AND {condition}"
    )


def _first_of_indexes(model: type[models.Model]) -> set[str]:
    """The columns that the indexes of a model's table begin with."""
    meta = model._meta  # noqa: SLF001 - see above
    key = meta.pk.field_names if isinstance(meta.pk, models.CompositePrimaryKey) else ()
    unique = (each.fields for each in meta.constraints if isinstance(each, models.UniqueConstraint))
    named = [key, *(index.fields for index in meta.indexes), *unique]
    own = {each.attname for each in meta.concrete_fields if getattr(each, "db_index", False) or each.unique}
    columns = {each.name: each.attname for each in meta.concrete_fields}
    first = (names[0].lstrip("-") for names in named if names)
    return own | {columns.get(name, name) for name in first}
