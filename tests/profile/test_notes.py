"""Notes of the team about a customer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from tests.web.rows import add_customer

from regard.core import clock
from regard.core.models import AuditEntry
from regard.profile.domain.merging import merge_customers, undo_decision
from regard.profile.domain.notes import (
    LONGEST,
    change_note,
    forget_removed_notes,
    note_for_viewer,
    notes_of,
    remove_note,
    removed_note_for_viewer,
    restore_note,
    write_note,
)
from regard.profile.domain.personal_data import erase_customer, held_on_customer
from regard.profile.models import CustomerNote, Identity

pytestmark = pytest.mark.django_db


def texts(store, customer):
    return [note.text for note in notes_of(store, customer.pk)]


def test_notes_are_written_changed_removed_and_brought_back(store):
    customer = add_customer(store)
    first = write_note(customer, "  Likes tea\n", actor="ana@acme.example")
    write_note(customer, "Call in the morning", actor="ben@acme.example")
    assert texts(store, customer) == ["Call in the morning", "Likes tea"]

    change_note(first, "Likes green tea", actor="ben@acme.example")
    change_note(first, "Likes green tea ", actor="ben@acme.example")  # nothing new
    kept = note_for_viewer(store, first.pk)
    assert (kept.text, kept.actor, kept.changed_at is not None) == (
        "Likes green tea",
        "ana@acme.example",
        True,
    )
    for _ in range(2):  # two people at once
        remove_note(kept, actor="ana@acme.example")
    assert texts(store, customer) == ["Call in the morning"]
    with pytest.raises(CustomerNote.DoesNotExist):
        note_for_viewer(store, first.pk)
    restore_note(removed_note_for_viewer(store, first.pk), actor="ana@acme.example")
    assert texts(store, customer) == ["Call in the morning", "Likes green tea"]

    done = AuditEntry.objects.filter(store=store, action__startswith="customer.note").order_by("id")
    assert [entry.action.partition("_")[2] for entry in done] == [
        "written", "written", "changed", "removed", "restored",
    ]  # fmt: skip
    assert {entry.target for entry in done} == {str(customer.pk)}
    assert "tea" not in str(list(done.values("detail")))


@pytest.mark.parametrize("text", ["", " \n\0 ", "x" * (LONGEST + 1)])
def test_a_note_has_words_and_not_too_many(store, text):
    customer = add_customer(store)
    with pytest.raises(ValidationError, match="Write 1 to 5000 characters"):
        write_note(customer, text, actor="tests")
    note = write_note(customer, "x\r\n" * (LONGEST // 2), actor="tests")
    with pytest.raises(ValidationError):
        change_note(note, text, actor="tests")
    assert len(texts(store, customer)) == 1


def test_what_was_removed_is_gone_for_good_after_a_day(store):
    customer = add_customer(store)
    old, new = (write_note(customer, words, actor="tests") for words in ("old", "new"))
    for note in (old, new):
        remove_note(note, actor="tests")
    CustomerNote.objects.filter(pk=old.pk).update(removed_at=clock.now() - timedelta(days=1))
    with pytest.raises(CustomerNote.DoesNotExist):
        removed_note_for_viewer(store, old.pk)
    assert removed_note_for_viewer(store, new.pk) == new
    forget_removed_notes()
    assert list(CustomerNote.objects.values_list("text", flat=True)) == ["new"]


def test_notes_follow_a_merge_and_its_undo(store):
    one, other = add_customer(store, 1), add_customer(store, 2)
    write_note(one, "of one", actor="tests")
    write_note(other, "of the other", actor="tests")
    kept = merge_customers(store=store, first=one.pk, second=other.pk, force=True, actor="tests")
    assert {note.text for note in notes_of(store, kept)} == {"of one", "of the other"}
    moved = Identity.objects.get(store=store, by_hand=True)
    undo_decision(store=store, identity_id=moved.pk, actor="tests")
    assert (texts(store, one), texts(store, other)) == (["of one"], ["of the other"])


def test_notes_are_given_out_and_erased_with_the_customer(store):
    customer, other = add_customer(store, 1), add_customer(store, 2)
    for each in (customer, other):
        write_note(each, "Likes tea", actor="tests")
    remove_note(write_note(customer, "Not this", actor="tests"), actor="tests")
    held = held_on_customer(store, customer.pk)["notes"]
    assert [(each["text"], each["actor"], each["removed_at"] is None) for each in held] == [
        ("Likes tea", "tests", True), ("Not this", "tests", False),
    ]  # fmt: skip
    proof = erase_customer(store=store, customer_id=customer.pk, actor="tests")
    assert proof.rows["notes"] == 2
    assert list(CustomerNote.objects.values_list("identity__customer", flat=True)) == [other.pk]


def test_another_stores_notes_are_not_there(store, other_store):
    note = write_note(add_customer(other_store), "theirs", actor="tests")
    assert not notes_of(store, note.identity.customer_id).exists()
    with pytest.raises(CustomerNote.DoesNotExist):
        note_for_viewer(store, note.pk)
