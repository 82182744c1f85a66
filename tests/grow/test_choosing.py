"""Which candidates are looked at, and who is not to be asked."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from regard.act.models import Send
from regard.core.domain.members import add_member
from regard.core.models import AuditEntry, Store, User
from regard.grow.domain.candidates import propose_candidates
from regard.grow.domain.choosing import Wanted, call_back, dismiss_candidates, members_wanted
from regard.grow.domain.members import move_member
from regard.grow.domain.programmes import counts_of, switch_programme
from regard.grow.models import Programme, ProgrammeMember
from regard.profile.domain.consents import tell_consent
from regard.profile.domain.segments.saved import create_segment
from regard.profile.models import Customer
from tests.act.queueing import facts
from tests.grow.boards import ANA, joined, new_programme, new_reader
from tests.score.people import new_customer

pytestmark = pytest.mark.django_db


def signed_in(store: Store) -> Client:
    person = User.objects.create_user("owner@acme.example", "correct horse battery")
    add_member(store=store, user=person, role="owner", actor="tests")
    browser = Client()
    browser.force_login(person)
    return browser


def wanted(programme: Programme, **told: object) -> set[str]:
    ids = members_wanted(programme, ["candidate"], Wanted(**told))
    rows = ProgrammeMember.objects.filter(pk__in=ids).values_list("identity__value", flat=True)
    return set(rows)


def address(name: str, programme: Programme) -> str:
    return reverse(name, args=[programme.store.slug, programme.pk])


def test_candidates_are_narrowed_by_address_earlier_programmes_and_segment(
    store: Store, other_store: Store
) -> None:
    programme, before = new_programme(store), new_programme(store, name="Before")
    for name in ("ada", "bob", "cy"):
        joined(programme, new_reader(store, name), "candidate")
    dan = new_customer(store, "dan")  # has no address
    Customer.objects.filter(pk=dan.pk).update(name="Dan")
    joined(programme, dan, "candidate")
    bob = Customer.objects.get(store=store, email="bob@example.com")
    tell_consent(store=store, customer=bob, channel="email", given=False, actor=ANA)
    joined(before, bob)
    joined(before, Customer.objects.get(store=store, email="cy@example.com"), "candidate")  # not asked yet
    joined(new_programme(other_store), new_reader(other_store, "ada"))
    assert wanted(programme) == {"ada", "bob", "cy", "dan"}
    assert (wanted(programme, reach="email"), wanted(programme, reach="none")) == (
        {"ada", "cy"},
        {"bob", "dan"},
    )
    assert (wanted(programme, asked="before"), wanted(programme, asked="never")) == (
        {"bob"}, {"ada", "cy", "dan"},
    )  # fmt: skip
    segment = create_segment(store=store, name="A and B", text='name in ("Ada", "Bob")', actor=ANA)
    assert wanted(programme, segment=segment) == {"ada", "bob"}
    assert wanted(programme, segment=segment, reach="email", asked="never") == {"ada"}


def test_what_is_wanted_costs_as_much_for_many_as_for_one(store: Store) -> None:
    programme = new_programme(store)
    segment = create_segment(store=store, name="A", text='name = "Ada"', actor=ANA)
    asked = Wanted(reach="email", asked="never", segment=segment)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            members_wanted(programme, ["candidate"], asked)
        return len(queries)

    joined(programme, new_reader(store, "ada"), "candidate")
    at_one = cost()
    for name in ("ada2", "ada3"):
        Customer.objects.filter(
            pk=joined(programme, new_reader(store, name), "candidate").customer_id
        ).update(name="Ada")
    assert (cost(), at_one) == (at_one, at_one)


def test_who_is_dismissed_is_neither_proposed_nor_invited_until_called_back(store: Store) -> None:
    programme = new_programme(store, kind="pre_launch")
    member = joined(programme, new_reader(store, "ada"), "candidate")
    with pytest.raises(ValidationError) as refused:
        dismiss_candidates(programme, [member.pk], reason=" ", actor=ANA)
    assert list(refused.value.message_dict) == ["reason"]
    assert dismiss_candidates(programme, [member.pk], reason="A competitor", actor=ANA) == 1
    assert dismiss_candidates(programme, [member.pk], reason="Again", actor=ANA) == 0
    propose_candidates(programme, actor=ANA)
    member.refresh_from_db()
    assert (member.state, member.note) == ("dismissed", "A competitor")
    for state in ("invited", "accepted"):
        with pytest.raises(ValidationError):
            move_member(member, state, actor=ANA)
    counts = counts_of(store, [programme])[programme.pk]
    assert (counts.candidates, counts.dismissed, counts.asked) == (0, 1, 0)
    assert call_back(programme, [member.pk], actor=ANA) == 1
    member.refresh_from_db()
    assert (member.state, member.note) == ("candidate", "")
    done = AuditEntry.objects.filter(store=store, action__in=["programme.dismissed", "programme.called_back"])
    assert [entry.action for entry in done.order_by("pk")] == ["programme.dismissed", "programme.called_back"]
    assert [facts(name) for name in ("ProgrammeDeclined", "ProgrammeLeft", "ProgrammeInvited")] == [
        [],
        [],
        [],
    ]


def test_one_is_dismissed_with_a_reason_and_nobody_of_another_programme(
    store: Store, other_store: Store
) -> None:
    member = joined(new_programme(store), new_reader(store, "ada"), "candidate")
    with pytest.raises(ValidationError):
        move_member(member, "dismissed", actor=ANA)
    theirs = joined(new_programme(other_store), new_reader(other_store, "bob"), "candidate")
    own = joined(member.programme, new_reader(store, "cy"))
    ids = [theirs.pk, own.pk]
    assert dismiss_candidates(member.programme, ids, reason="No", actor=ANA) == 0
    assert move_member(member, "dismissed", actor=ANA, note="Asked us not to")
    switch_programme(member.programme, is_open=False, actor=ANA)
    with pytest.raises(ValidationError):
        call_back(Programme.objects.get(pk=member.programme_id), [member.pk], actor=ANA)


def test_all_whom_the_filters_leave_are_invited_by_one_press(store: Store) -> None:
    owner_client = signed_in(store)
    programme = new_programme(store)
    for name in ("ada", "bob", "cy"):
        joined(programme, new_reader(store, name), "candidate")
    segment = create_segment(store=store, name="A and B", text='name in ("Ada", "Bob")', actor=ANA)
    told = {"all": "1", "segment": str(segment.pk), "reach": "email"}
    owner_client.post(address("programme_invite", programme), told)
    assert set(Send.objects.values_list("recipient", flat=True)) == {"ada@example.com", "bob@example.com"}
    assert wanted(programme) == {"cy"}


def test_the_page_shows_the_dismissed_with_their_reasons(store: Store) -> None:
    owner_client = signed_in(store)
    programme = new_programme(store)
    member = joined(programme, new_reader(store, "ada"), "candidate")
    owner_client.post(
        address("programme_dismiss", programme), {"selected": [str(member.pk), "x"], "reason": "A competitor"}
    )
    page = address("programme_candidates", programme)
    assert "A competitor" not in owner_client.get(page).content.decode()
    other = joined(programme, new_reader(store, "bob"), "candidate")
    listed = owner_client.get(page).content.decode()
    assert listed.index(address("programme_dismiss", programme)) < listed.index("Invited by hand")  # by Enter
    assert str(other.pk) in listed
    shown = owner_client.get(page, {"state": "dismissed"}).content.decode()
    assert ("A competitor" in shown, "Call back" in shown) == (True, True)
    assert "No candidate matches" in owner_client.get(page, {"reach": "none"}).content.decode()
    owner_client.post(address("programme_recall", programme), {"selected": [str(member.pk)]})
    assert wanted(programme) == {"ada", "bob"}
