"""Notes that people of the store write about customers, for each other. No customer ever sees them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.core.models import Store
from regard.core.registry import DataHolder
from regard.profile.models import Customer, CustomerNote, Identity, IdentityKind

LONGEST = 5_000
KEPT_REMOVED = timedelta(days=1)  # so long it can be taken back
STRENGTH = Case(
    *(When(kind=kind, then=Value(place)) for place, kind in enumerate(IdentityKind.values)),
    output_field=IntegerField(),
)


def strongest_identity(customer: Customer) -> Identity:
    """At which what people say or want of a customer is kept.

    Raises ValidationError for one that has none left, as when they were merged into another meanwhile.
    """
    known = Identity.objects.filter(store=customer.store_id, customer=customer)
    identity = known.order_by(STRENGTH, "id").first()
    if identity is None:
        raise ValidationError(_("Nothing is known of this customer any more: look them up anew."))
    return identity


def notes_of(store: Store, customer_id: int) -> QuerySet[CustomerNote]:
    """The latest first."""
    notes = CustomerNote.objects.filter(store=store, identity__customer=customer_id, removed_at=None)
    return notes.order_by("-written_at", "-id")


def note_for_viewer(store: Store, note_id: int) -> CustomerNote:
    """With its identity. Raises CustomerNote.DoesNotExist."""
    return _with_identity(store).get(pk=note_id, removed_at=None)


def removed_note_for_viewer(store: Store, note_id: int) -> CustomerNote:
    """One that can still be brought back, with its identity. Raises CustomerNote.DoesNotExist."""
    return _with_identity(store).get(pk=note_id, removed_at__gt=clock.now() - KEPT_REMOVED)


def _with_identity(store: Store) -> QuerySet[CustomerNote]:
    return CustomerNote.objects.filter(store=store).select_related("identity", "store")


@transaction.atomic
def write_note(customer: Customer, text: str, *, actor: str) -> CustomerNote:
    """Raises ValidationError for a text that is empty or too long."""
    identity = strongest_identity(customer)
    note = CustomerNote(store_id=customer.store_id, identity=identity, text=_clean(text), actor=actor)
    note.save()
    _record("customer.note_written", note, actor)
    return note


@transaction.atomic
def change_note(note: CustomerNote, text: str, *, actor: str) -> None:
    """Raises ValidationError for a text that is empty or too long."""
    clean = _clean(text)
    if clean != note.text:
        note.text, note.changed_at = clean, clock.now()
        note.save(update_fields=["text", "changed_at"])
        _record("customer.note_changed", note, actor)


@transaction.atomic
def remove_note(note: CustomerNote, *, actor: str) -> None:
    """Take a note away; for a day `restore_note` brings it back."""
    note.removed_at = clock.now()
    if CustomerNote.objects.filter(pk=note.pk, removed_at=None).update(removed_at=note.removed_at):
        _record("customer.note_removed", note, actor)


@transaction.atomic
def restore_note(note: CustomerNote, *, actor: str) -> None:
    note.removed_at = None
    if CustomerNote.objects.filter(pk=note.pk, removed_at__isnull=False).update(removed_at=None):
        _record("customer.note_restored", note, actor)


def forget_removed_notes() -> None:
    """Those of all stores that cannot be brought back any more."""
    CustomerNote.objects.filter(removed_at__lte=clock.now() - KEPT_REMOVED).delete()


def _record(action: str, note: CustomerNote, actor: str) -> None:
    """Without the words: whoever is erased leaves none in the audit log."""
    record_audit(
        store=note.store, actor=actor, action=action, target=str(note.identity.customer_id), note=note.pk
    )


def _clean(text: str) -> str:
    clean = text.replace("\0", "").replace("\r\n", "\n").strip()  # a browser sends two characters a line
    if not clean or len(clean) > LONGEST:
        raise ValidationError({"text": _("Write 1 to %d characters.") % LONGEST})
    return clean


def _export(store: Store, customer_id: int) -> list[dict[str, Any]]:
    notes = CustomerNote.objects.filter(store=store, identity__customer=customer_id)
    rows = list(notes.order_by("written_at", "id").values("text", "actor", "written_at", "removed_at"))
    plain: list[dict[str, Any]] = msgspec.to_builtins(rows)
    return plain


def _erase(store: Store, customer_id: int) -> int:
    gone, _by_model = CustomerNote.objects.filter(store=store, identity__customer=customer_id).delete()
    return gone


NOTE_DATA = DataHolder("notes", 5, _export, _erase)
