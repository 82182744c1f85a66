"""Notes about customers, over JSON."""

from __future__ import annotations

from typing import Any

from ninja import Field, Query, Schema, Status
from pydantic import AwareDatetime

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
from regard.profile.domain.finding import customer_for_viewer
from regard.profile.domain.notes import change_note, note_for_viewer, notes_of, remove_note, write_note
from regard.profile.models import CustomerNote

router = Router(tags=["Customers"])


class CustomerNoteItem(Schema):
    """What somebody of the store wrote down about a customer."""

    id: int
    text: str
    actor: str = Field(description="Who wrote it.")
    written_at: AwareDatetime
    changed_at: AwareDatetime | None


class NoteText(Input):
    text: Text = Field(
        description="1 to 5,000 characters.", examples=["Prefers to be called in the morning."]
    )


@router.get(
    "/customers/{customer_id}/notes",
    operation_id="list_notes",
    summary="List notes about a customer",
    response=Page[CustomerNoteItem],
    auth=requires("customers.read"),
)
def list_notes(request: ApiRequest, customer_id: Id, query: Query[PageQuery]) -> dict[str, Any]:
    """What people of the store wrote down, the latest first."""
    store = store_of(request)
    notes = notes_of(store, customer_for_viewer(store, customer_id).pk)
    return page_of(notes, query, order=("-written_at", "-id"))


@router.post(
    "/customers/{customer_id}/notes",
    operation_id="write_note",
    summary="Write a note about a customer",
    response={201: CustomerNoteItem},
    auth=requires("notes.write"),
)
def write(request: ApiRequest, customer_id: Id, body: NoteText) -> CustomerNote:
    """For the people of the store; customers never see it."""
    customer = customer_for_viewer(store_of(request), customer_id)
    return write_note(customer, body.text, actor=actor_of(request))


@router.put(
    "/notes/{note_id}",
    operation_id="change_note",
    summary="Change a note",
    response=CustomerNoteItem,
    auth=requires("notes.write"),
)
def change(request: ApiRequest, note_id: Id, body: NoteText) -> CustomerNote:
    """Its words; who wrote it first stays."""
    note = note_for_viewer(store_of(request), note_id)
    change_note(note, body.text, actor=actor_of(request))
    return note


@router.delete(
    "/notes/{note_id}",
    operation_id="remove_note",
    summary="Remove a note",
    response={204: None},
    auth=requires("notes.write"),
)
def remove(request: ApiRequest, note_id: Id) -> Status[None]:
    """For good after a day."""
    remove_note(note_for_viewer(store_of(request), note_id), actor=actor_of(request))
    return Status(204, None)
