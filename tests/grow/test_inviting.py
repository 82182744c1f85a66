"""Invitations, and the answers to them."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from regard.act.models import Send
from regard.core.models import AuditEntry, Store
from regard.grow.domain.inviting import Invited, invite_members
from regard.grow.domain.links import answer_url
from regard.grow.domain.members import move_member
from regard.grow.domain.programmes import switch_programme
from regard.grow.models import ProgrammeMember
from regard.profile.domain.consents import tell_consent
from tests.act.queueing import facts
from tests.grow.boards import ANA, joined, new_programme, new_reader
from tests.score.people import new_customer

pytestmark = pytest.mark.django_db


def path_of(member: ProgrammeMember) -> str:
    return "/" + answer_url(member).split("/", 3)[3]


def test_a_candidate_is_written_to_once_with_the_link(store: Store) -> None:
    programme = new_programme(store, purpose="You tell us.", rhythm="monthly", thanks="30% off")
    member = joined(programme, new_reader(store, "ada"), "candidate")
    assert invite_members(programme, [member.pk], actor=ANA) == Invited(1, 0)
    assert invite_members(programme, [member.pk], actor=ANA) == Invited(0, 0)
    send = Send.objects.get()
    assert (send.recipient, send.purpose, send.subject) == (
        "ada@example.com", "marketing", "Would you take part? Board",
    )  # fmt: skip
    assert answer_url(member) in send.body_text
    assert all(words in send.body_text for words in ("You tell us.", "monthly", "30% off"))
    member.refresh_from_db()
    assert (member.state, member.invited_by) == ("invited", ANA)
    (told,) = facts("ProgrammeInvited")
    assert (told["programme"], told["channel"], told["actor"]) == ("Board", "email", ANA)


def test_a_german_customer_reads_german(store: Store) -> None:
    customer = new_reader(store, "ada")
    customer.attributes = {"language": "de"}
    customer.save()
    programme = new_programme(store)
    invite_members(programme, [joined(programme, customer, "candidate").pk], actor=ANA)
    assert Send.objects.get().subject == "Machen Sie mit? Board"


def test_whoever_may_not_be_written_to_stays_a_candidate_with_the_reason(store: Store) -> None:
    refused = new_reader(store, "ada")
    tell_consent(store=store, customer=refused, channel="email", given=False, actor=ANA)
    programme = new_programme(store)
    both = [joined(programme, each, "candidate") for each in (refused, new_customer(store))]
    assert invite_members(programme, [each.pk for each in both], actor=ANA) == Invited(0, 2)
    for each in both:
        each.refresh_from_db()
        assert (each.state, each.unsent != "") == ("candidate", True)
    assert facts("ProgrammeInvited") == []
    tell_consent(store=store, customer=refused, channel="email", given=True, actor=ANA)
    assert invite_members(programme, [both[0].pk], actor=ANA) == Invited(1, 0)


def test_many_cost_as_many_statements_as_one(store: Store) -> None:
    programme = new_programme(store)
    members = [joined(programme, new_reader(store, f"p{n}"), "candidate") for n in range(6)]
    invite_members(programme, [members[0].pk], actor=ANA)
    with CaptureQueriesContext(connection) as one:
        invite_members(programme, [members[1].pk], actor=ANA)
    with CaptureQueriesContext(connection) as many:
        invite_members(programme, [each.pk for each in members[2:]], actor=ANA)
    assert len(many) == len(one)


def test_by_the_link_the_customer_says_yes_and_later_leaves(store: Store) -> None:
    member, browser = joined(new_programme(store), new_reader(store, "ada"), "invited"), Client()
    asked = browser.get(path_of(member))
    assert ("Would you take part?" in asked.content.decode(), asked["Referrer-Policy"]) == (
        True,
        "no-referrer",
    )
    member.refresh_from_db()
    assert member.state == "invited"  # nothing changes by looking
    for _again in range(2):
        assert "you take part" in browser.post(path_of(member), {"answer": "yes"}).content.decode()
    member.refresh_from_db()
    assert (member.state, member.answered_by, len(facts("ProgrammeAccepted"))) == ("accepted", "customer", 1)
    browser.post(path_of(member), {"answer": "leave"})
    member.refresh_from_db()
    assert (member.state, member.left_at is not None, len(facts("ProgrammeLeft"))) == ("left", True, 1)


def test_who_said_no_may_change_their_mind_until_it_is_closed(store: Store) -> None:
    programme = new_programme(store)
    member, browser = joined(programme, new_reader(store, "ada"), "invited"), Client()
    browser.post(path_of(member), {"answer": "no"})
    switch_programme(programme, is_open=False, actor=ANA)
    assert "This has ended" in browser.post(path_of(member), {"answer": "yes"}).content.decode()
    switch_programme(programme, is_open=True, actor=ANA)
    browser.post(path_of(member), {"answer": "yes"})
    member.refresh_from_db()
    assert member.state == "accepted"
    assert [len(facts(name)) for name in ("ProgrammeDeclined", "ProgrammeAccepted")] == [1, 1]


def test_a_link_that_was_not_made_here_or_is_of_nobody_is_refused(store: Store) -> None:
    member, browser = joined(new_programme(store), new_reader(store, "ada"), "invited"), Client()
    path = path_of(member)
    assert browser.get(re.sub(r".../$", "abc/", path)).status_code == 410
    assert browser.put(path).status_code == 405
    member.delete()
    assert browser.post(path, {"answer": "yes"}).status_code == 410
    assert browser.get(reverse("programme_answer", args=["a.b"])).status_code == 410


def test_by_hand_only_what_can_follow_is_noted(store: Store) -> None:
    member = joined(new_programme(store), new_reader(store, "ada"), "candidate")
    with pytest.raises(ValidationError, match="Candidate"):
        move_member(member, "left", actor=ANA)
    assert move_member(member, "accepted", actor=ANA, note="On the phone") is True
    assert move_member(member, "accepted", actor=ANA) is False
    entry = AuditEntry.objects.get(action="programme.member_changed")
    assert (member.note, entry.actor, entry.detail["state"]) == ("On the phone", ANA, "accepted")


def test_who_was_asked_by_a_person_is_written_to_no_more(store: Store) -> None:
    programme = new_programme(store)
    member = joined(programme, new_customer(store), "candidate")
    assert invite_members(programme, [member.pk], actor=ANA, by_hand=True) == Invited(1, 0)
    assert (Send.objects.count(), facts("ProgrammeInvited")[0]["channel"]) == (0, "person")
    assert move_member(member, "accepted", actor=ANA) is True


def test_nobody_is_invited_to_a_closed_programme(store: Store) -> None:
    programme = new_programme(store)
    member = joined(programme, new_reader(store, "ada"), "candidate")
    switch_programme(programme, is_open=False, actor=ANA)
    with pytest.raises(ValidationError, match="closed"):
        invite_members(programme, [member.pk], actor=ANA)
