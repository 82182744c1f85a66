"""Who is who, and what is held on them, over JSON: merging, parting, tagging, exporting."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Schema

from regard.core.edges.api import ApiRequest, Id, Input, Router, Text, actor_of, requires, store_of
from regard.profile.domain.finding import customer_for_viewer
from regard.profile.domain.merges import Merge, merges_for_viewer
from regard.profile.domain.merging import merge_customers, part_identity, undo_decision
from regard.profile.domain.personal_data import export_customer
from regard.profile.domain.tags import tag_customers, tags_of_customers, untag_customers
from regard.profile.models import IdentityKind, LinkReason

router = Router(tags=["Customers"])


class Partner(Input):
    other: Id = Field(description="The customer who is the same person.", examples=[42])
    force: bool = Field(False, description="Also when their customer numbers differ.")


class Whereabouts(Schema):
    """Which customer it is now."""

    customer_id: int


class IdentityName(Schema):
    """A name that a person goes by."""

    id: int
    kind: IdentityKind
    value: str = Field(examples=["u-42"])


class MergeItem(Schema):
    """An identity that belongs to another one, or that was parted from it."""

    identity: IdentityName
    belongs_to: IdentityName | None = Field(description="Null: it was parted.")
    reason: LinkReason
    linked_at: datetime | None
    actor: str = Field(description="Who decided it; empty: events did.")
    event_id: int | None = Field(
        alias="event.id",
        default=None,
        description="That named both; null: a person did, or it is not kept.",
    )
    words: str = Field(description="Who or what did it, in words.", examples=["Merged by olga@example.com"])
    undone_by: str = Field(description="Who took back what a person had decided of it; empty: nobody.")
    step: str = Field(description="What takes it back: `part` or `undo`.", examples=["undo"])


class MergeList(Schema):
    items: list[MergeItem] = Field(description="The latest decided first.")


class TagName(Input):
    name: Text = Field(min_length=1, max_length=60, description="The tag.", examples=["vip"])


class TagList(Schema):
    tags: list[str] = Field(description="All tags of the customer.", examples=[["vip"]])


class Held(Schema):
    """Everything held on a customer."""

    store: str
    customer: int
    exported_at: datetime
    held: dict[str, Any] = Field(description="By the part of the product that holds it.")


@router.post(
    "/customers/{customer_id}/merge",
    operation_id="merge_customers",
    summary="Merge two customers",
    response=Whereabouts,
    auth=requires("customers.change"),
)
def merge(request: ApiRequest, customer_id: Id, partner: Partner) -> dict[str, int]:
    """Put two customers together, for one who remains. Facts stay as they are; it can be undone."""
    kept = merge_customers(
        store=store_of(request),
        first=customer_id,
        second=partner.other,
        force=partner.force,
        actor=actor_of(request),
    )
    return {"customer_id": kept}


@router.get(
    "/customers/{customer_id}/merges",
    operation_id="list_merges",
    summary="List what was merged into a customer",
    response=MergeList,
    auth=requires("customers.read"),
)
def list_merges(request: ApiRequest, customer_id: Id) -> dict[str, list[Merge]]:
    """What was put together, by events and by people, and what would take it back."""
    store = store_of(request)
    return {"items": merges_for_viewer(store=store, customer_id=customer_for_viewer(store, customer_id).pk)}


@router.post(
    "/identities/{identity_id}/part",
    operation_id="part_identity",
    summary="Part an identity from its customer",
    response=Whereabouts,
    auth=requires("customers.change"),
)
def part(request: ApiRequest, identity_id: Id) -> dict[str, int]:
    """Take an identity, and what belongs to it, out of the customer that events put it to."""
    return {
        "customer_id": part_identity(
            store=store_of(request), identity_id=identity_id, actor=actor_of(request)
        )
    }


@router.post(
    "/identities/{identity_id}/undo",
    operation_id="undo_merge",
    summary="Undo a merge or a parting",
    response=Whereabouts,
    auth=requires("customers.change"),
)
def undo(request: ApiRequest, identity_id: Id) -> dict[str, int]:
    """Take back what a person decided; the identity belongs again where events say."""
    return {
        "customer_id": undo_decision(
            store=store_of(request), identity_id=identity_id, actor=actor_of(request)
        )
    }


@router.post(
    "/customers/{customer_id}/tags",
    operation_id="tag_customer",
    summary="Tag a customer",
    response=TagList,
    auth=requires("customers.change"),
)
def tag(request: ApiRequest, customer_id: Id, tag: TagName) -> dict[str, list[str]]:
    """Put a tag to a customer; one that is there already changes nothing."""
    store = store_of(request)
    found = customer_for_viewer(store, customer_id)
    tag_customers(store, [found.pk], tag.name, actor=actor_of(request))
    return {"tags": tags_of_customers(store, [found.pk]).get(found.pk, [])}


@router.post(
    "/customers/{customer_id}/tags/remove",
    operation_id="untag_customer",
    summary="Take a tag from a customer",
    response=TagList,
    auth=requires("customers.change"),
)
def untag(request: ApiRequest, customer_id: Id, tag: TagName) -> dict[str, list[str]]:
    """Take a tag away; one that is not there changes nothing."""
    store = store_of(request)
    found = customer_for_viewer(store, customer_id)
    untag_customers(store, [found.pk], tag.name, actor=actor_of(request))
    return {"tags": tags_of_customers(store, [found.pk]).get(found.pk, [])}


@router.get(
    "/customers/{customer_id}/export",
    operation_id="export_customer",
    summary="Export all that is held on a customer",
    response=Held,
    auth=requires("customers.export"),
)
def export(request: ApiRequest, customer_id: Id) -> dict[str, Any]:
    """Everything that any part of the product holds on the person."""
    return export_customer(store=store_of(request), customer_id=customer_id, actor=actor_of(request))
