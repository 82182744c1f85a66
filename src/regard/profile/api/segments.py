"""Segments over JSON: what can be asked, who is in, and the saved ones."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Query, Schema, Status

from regard.core.edges.api import (
    ApiRequest,
    Id,
    Input,
    Page,
    PageQuery,
    Router,
    Text,
    actor_of,
    page_of,
    requires,
    store_of,
)
from regard.core.registry import SegmentField
from regard.profile.domain.segments.counting import count_segment
from regard.profile.domain.segments.fields import OPERATORS, fields_for_viewer
from regard.profile.domain.segments.saved import (
    ReadyMade,
    change_segment,
    create_segment,
    delete_segment,
    ready_made_segments,
    segment_for_viewer,
    segments_of,
)
from regard.profile.models import Segment

router = Router(tags=["Segments"])


class FieldItem(Schema):
    """Something that a filter may ask of a customer."""

    name: str = Field(examples=["last_order_days"])
    label: str = Field(examples=["Days since the last order"])
    type: str = Field(description="Days are a number of days since.", examples=["days"])
    unit: str = Field(examples=["EUR"])
    operators: list[str] = Field(examples=[["=", "<", "is known"]])
    choices: dict[str, str] = Field(description="Value to label, where only some values are possible.")


class FieldList(Schema):
    items: list[FieldItem] = Field(description="By name. Custom attributes come on top, as `attr.NAME`.")


class Question(Input):
    segment: Text = Field(description="The filter.", examples=["orders >= 2 and last_order_days > 60"])


class CountItem(Schema):
    count: int = Field(description="How many customers are in the segment.")


class SegmentItem(Schema):
    """A filter that was saved under a name."""

    id: int
    name: str = Field(examples=["Regulars"])
    text: str = Field(description="The filter.", examples=["orders >= 3"])
    created_at: datetime
    changed_at: datetime


class NewSegment(Input):
    name: Text = Field(
        min_length=1, max_length=100, description="Unique in the store.", examples=["Regulars"]
    )
    text: Text = Field(min_length=1, description="The filter.", examples=["orders >= 3"])


class ReadyMadeItem(Schema):
    """A segment that every store has."""

    key: str = Field(examples=["intervention"])
    name: str = Field(examples=["Intervention list"])
    text: str = Field(description="The filter.", examples=["health < 60"])


class ReadyMadeList(Schema):
    items: list[ReadyMadeItem] = Field(description="Those whose fields this installation knows.")


@router.get(
    "/segment-fields",
    operation_id="list_segment_fields",
    summary="List what a filter may ask",
    response=FieldList,
    auth=requires("customers.read"),
)
def list_fields(request: ApiRequest) -> dict[str, Any]:  # noqa: ARG001 - ninja's
    """Every field with its operators."""
    return {"items": [_field(field) for field in fields_for_viewer()]}


@router.post(
    "/segments/count",
    operation_id="count_segment",
    summary="Count who is in a segment",
    response=CountItem,
    auth=requires("customers.read"),
)
def count(request: ApiRequest, asked: Question) -> dict[str, Any]:
    """How many customers a filter finds now, without saving it."""
    return {"count": count_segment(store_of(request), asked.segment)}


@router.get(
    "/segments",
    operation_id="list_segments",
    summary="List the segments",
    response=Page[SegmentItem],
    auth=requires("customers.read"),
)
def list_segments(request: ApiRequest, query: Query[PageQuery]) -> dict[str, Any]:
    """The saved segments, the newest first."""
    return page_of(segments_of(store_of(request)), query)


@router.get(
    "/ready-made-segments",
    operation_id="list_ready_made_segments",
    summary="List the ready-made segments",
    response=ReadyMadeList,
    auth=requires("customers.read"),
)
def list_ready_made(request: ApiRequest) -> dict[str, list[ReadyMade]]:  # noqa: ARG001 - ninja's
    """Those that every store has."""
    return {"items": ready_made_segments()}


@router.post(
    "/segments",
    operation_id="create_segment",
    summary="Save a segment",
    response={201: SegmentItem},
    auth=requires("segments.manage"),
)
def add(request: ApiRequest, new: NewSegment) -> Segment:
    """Save a filter under a name. It is kept in its normal form."""
    return create_segment(store=store_of(request), name=new.name, text=new.text, actor=actor_of(request))


@router.put(
    "/segments/{segment_id}",
    operation_id="change_segment",
    summary="Change a segment",
    response=SegmentItem,
    auth=requires("segments.manage"),
)
def change(request: ApiRequest, segment_id: Id, new: NewSegment) -> Segment:
    """Rename it, or ask something else by it."""
    segment = segment_for_viewer(store_of(request), segment_id)
    return change_segment(segment, name=new.name, text=new.text, actor=actor_of(request))


@router.delete(
    "/segments/{segment_id}",
    operation_id="delete_segment",
    summary="Delete a segment",
    response={204: None},
    auth=requires("segments.manage"),
)
def remove(request: ApiRequest, segment_id: Id) -> Status[None]:
    """The customers in it stay as they are."""
    delete_segment(segment_for_viewer(store_of(request), segment_id), actor=actor_of(request))
    return Status(204, None)


def _field(field: SegmentField) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": str(field.label),
        "type": field.type,
        "unit": field.unit,
        "operators": list(OPERATORS[field.type]),
        "choices": {key: str(label) for key, label in field.choices.items()},
    }
