"""Writing, changing and removing notes on the customer's page."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from regard.core.edges.pages import StoreRequest, first_message, notify, posted, store_page, warn
from regard.core.models import Store
from regard.profile.domain.finding import customer_for_viewer
from regard.profile.domain.notes import (
    LONGEST,
    change_note,
    note_for_viewer,
    notes_of,
    remove_note,
    removed_note_for_viewer,
    restore_note,
    write_note,
)
from regard.profile.models import Customer, CustomerNote

SHOWN = 50


def render_notes(request: HttpRequest, store: Store, customer_id: int) -> str:
    context = {
        "notes": notes_of(store, customer_id)[:SHOWN],
        "customer_id": customer_id,
        "store": store,
        "longest": LONGEST,
    }
    return render_to_string("profile/notes_panel.html", context, request)


@store_page(post="notes.write")
def write(request: StoreRequest, customer_id: int) -> HttpResponse:
    try:
        customer = customer_for_viewer(request.store, customer_id)
    except Customer.DoesNotExist:
        raise Http404 from None
    try:
        write_note(customer, posted(request, "text"), actor=request.user.email)
    except ValidationError as error:
        warn(request, first_message(error))
    return _back(request, customer.pk)


@store_page(post="notes.write")
def change(request: StoreRequest, note_id: int) -> HttpResponse:
    note = _note(request, note_id)
    try:
        change_note(note, posted(request, "text"), actor=request.user.email)
    except ValidationError as error:
        warn(request, first_message(error))
    return _back(request, note.identity.customer_id)


@store_page(post="notes.write")
def remove(request: StoreRequest, note_id: int) -> HttpResponse:
    note = _note(request, note_id)
    remove_note(note, actor=request.user.email)
    notify(
        request, _("The note is removed."), undo=reverse("note_restore", args=[request.store.slug, note.pk])
    )
    return _back(request, note.identity.customer_id)


@store_page(post="notes.write")
def restore(request: StoreRequest, note_id: int) -> HttpResponse:
    note = _note(request, note_id, removed_note_for_viewer)
    restore_note(note, actor=request.user.email)
    return _back(request, note.identity.customer_id)


def _note(
    request: StoreRequest,
    note_id: int,
    find: Callable[[Store, int], CustomerNote] = note_for_viewer,
) -> CustomerNote:
    try:
        return find(request.store, note_id)
    except CustomerNote.DoesNotExist:
        raise Http404 from None


def _back(request: StoreRequest, customer_id: int) -> HttpResponse:
    return redirect(f"{reverse('customer', args=[request.store.slug, customer_id])}#notes")
