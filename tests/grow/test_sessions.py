"""Sessions and decisions, what comes of them, and what is held of their members."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from regard.core import clock
from regard.core.models import Store
from regard.core.registry import data_holders
from regard.desk.domain.feedback_items import open_item, set_status
from regard.desk.models import FeedbackEvidence
from regard.grow.domain.members import move_member
from regard.grow.domain.outcome import outcome_of
from regard.grow.domain.sessions import (
    There,
    Told,
    decide,
    figures_of_sessions,
    note_attendance,
    record_session,
)
from regard.grow.models import Attendance, Programme, ProgrammeMember, ProgrammeSession
from regard.listen.models import Understanding
from regard.profile.domain.personal_data import erase_customer
from regard.profile.domain.segments.ask import customers_in_segment
from tests.act.queueing import facts
from tests.cli.test_alerts import called, run
from tests.desk.test_feedback_items import ZIPS
from tests.grow.boards import ANA, joined, new_programme, new_reader, set_csi
from tests.task.test_pages import owner

pytestmark = pytest.mark.django_db
__all__ = ["owner"]


def new_session(programme: Programme) -> ProgrammeSession:
    return record_session(programme, Told(kind="online", title="Roadmap", held_at=clock.now()), actor=ANA)


def test_what_a_member_says_stands_behind_the_improvement_that_was_decided(store: Store) -> None:
    programme = new_programme(store)
    member, session = joined(programme, new_reader(store, "ada")), new_session(programme)
    there = There(member_id=member.pk, satisfaction=4, said="The zips break all the time")
    assert note_attendance(session, [there], actor=ANA) == 1
    assert note_attendance(session, [there], actor=ANA) == 0  # the same again changes nothing
    (told,) = facts("ProgrammeAttended")
    assert (told["session_id"], told["satisfaction"]) == (session.pk, 4)
    item = open_item(store, ZIPS, actor=ANA)
    decide(programme, "Zips first", actor=ANA, session=session, item=item)
    evidence = FeedbackEvidence.objects.get(item=item)
    assert (evidence.source, evidence.external_id) == ("programmes", Attendance.objects.get().external_id)
    outcome = outcome_of(programme)
    assert (outcome.items, outcome.items_done, outcome.rated, outcome.satisfaction) == (1, 0, 1, 4)
    set_status(item, "done", actor=ANA)
    assert outcome_of(programme).items_done == 1


def test_only_members_were_there_and_rate_from_one_to_five(store: Store) -> None:
    programme = new_programme(store)
    invited = joined(programme, new_reader(store, "ada"), "invited")
    member, session = joined(programme, new_reader(store, "bo")), new_session(programme)
    with pytest.raises(ValidationError, match="Only those who take part"):
        note_attendance(session, [There(member_id=invited.pk)], actor=ANA)
    with pytest.raises(ValidationError, match="from 1 to 5"):
        note_attendance(session, [There(member_id=member.pk, satisfaction=6)], actor=ANA)
    assert figures_of_sessions([session])[session.pk].attended == 0


def test_members_are_compared_with_when_they_were_proposed(store: Store) -> None:
    programme = new_programme(store)
    for name, before, now in (("ada", 60.0, 80.0), ("bo", 70.0, 60.0), ("cy", None, 90.0)):
        customer = new_reader(store, name)
        member = joined(programme, customer)
        ProgrammeMember.objects.filter(pk=member.pk).update(satisfaction=before)
        set_csi(customer, now)
    outcome = outcome_of(programme)
    assert (outcome.compared, outcome.before, outcome.after) == (2, 65, 70)


def test_who_takes_part_can_be_asked_for_in_a_segment(store: Store) -> None:
    ada, bo = new_reader(store, "ada"), new_reader(store, "bo")
    programme = new_programme(store)
    joined(programme, ada)
    joined(programme, bo, "invited")
    assert [row.pk for row in customers_in_segment(store=store, text="programmes >= 1").rows] == [ada.pk]
    assert [row.pk for row in customers_in_segment(store=store, text="programme_invitations = 1").rows] == [
        bo.pk
    ]


def test_what_is_held_is_given_out_and_forgotten(store: Store) -> None:
    programme, customer = new_programme(store), new_reader(store, "ada")
    member, session = joined(programme, customer), new_session(programme)
    note_attendance(session, [There(member_id=member.pk, satisfaction=5, said="Lovely")], actor=ANA)
    held = data_holders.get("programmes").export(store, customer.pk)
    assert [row["state"] for row in held["programmes"]] == ["accepted"]
    assert [row["said"] for row in held["programme_sessions"]] == ["Lovely"]
    assert Understanding.objects.filter(source="programmes").count() == 1
    erase_customer(store=store, customer_id=customer.pk, actor=ANA)
    assert (ProgrammeMember.objects.count(), Attendance.objects.count()) == (0, 0)
    assert Understanding.objects.filter(source="programmes").count() == 0


def test_pages_and_commands_tell_of_a_programme(store: Store, owner: Client) -> None:
    base = f"/s/{store.slug}/programmes"
    assert "No programme yet" in owner.get(f"{base}/").content.decode()
    owner.post(f"{base}/new/", {"kind": "board", "name": "Kitchen board", "rhythm": "monthly"})
    programme = Programme.objects.get()
    assert (programme.share_percent, programme.rhythm) == (2, "monthly")
    here, customer = f"{base}/{programme.pk}", new_reader(store, "ada")
    owner.post(f"{base}/candidates/{customer.pk}/", {"programme": programme.pk})
    member = ProgrammeMember.objects.get()
    assert "added by hand" in owner.get(f"{here}/candidates/").content.decode()
    said = owner.post(f"{here}/invite/", {"selected": member.pk}, follow=True).content.decode()
    assert "1 customer is invited." in said
    owner.post(f"{here}/members/{member.pk}/", {"state": "accepted", "note": "By phone"})
    shown = owner.get(f"{here}/").content.decode()
    assert ("Takes part" in shown, "By phone" in shown, "1 of 1 invited" in shown) == (True, True, True)
    owner.post(f"{here}/sessions/new/", {"kind": "test", "title": "Zips", "held_at": "2026-05-04T10:00"})
    session = ProgrammeSession.objects.get()
    owner.post(
        f"{here}/sessions/{session.pk}/members/", {"member": member.pk, "satisfaction": "4", "said": "Fine"}
    )
    assert "4 of 5" in owner.get(f"{here}/sessions/{session.pk}/").content.decode()
    owner.post(f"{here}/decisions/new/", {"text": "Zips first", "verdict": "go", "session": session.pk})
    assert "Zips first" in owner.get(f"{here}/decisions/").content.decode()
    assert "Kitchen board" in owner.get(f"/s/{store.slug}/customers/{customer.pk}/?whole=1").content.decode()
    file = b"".join(owner.get(f"{here}/members.csv").streaming_content).decode()
    assert (file.splitlines()[1].split(",")[0], "By phone" in file) == ("Ada", True)
    listed = json.loads(run("programme", "list", "--json"))
    assert (listed[0]["accepted"], listed[0]["sessions"], listed[0]["decisions"]) == (1, 1, 1)
    assert "sessions: 4.0 of 5, from 1 ratings" in run("programme", "show", programme.pk)
    assert "has no programme 999999" in called("programme", "show", 999999).output


def test_lists_cost_the_same_for_one_and_for_three(store: Store, owner: Client) -> None:
    programme = new_programme(store)

    def fill(number: int) -> None:
        joined(programme, new_reader(store, f"in{number}"))
        joined(programme, new_reader(store, f"on{number}"), "candidate")
        new_session(programme)
        decide(programme, "Zips", actor=ANA)

    here = f"/s/{store.slug}/programmes/{programme.pk}"
    paths = ("/", "/candidates/", "/sessions/", "/decisions/")
    fill(1)
    one = {path: _asked(owner, here + path) for path in paths}
    fill(2)
    fill(3)
    assert {path: _asked(owner, here + path) for path in paths} == one


def _asked(browser: Client, address: str) -> int:
    browser.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


def test_leaving_ends_the_membership(store: Store) -> None:
    member = joined(new_programme(store), new_reader(store, "ada"))
    move_member(member, "left", actor=ANA)
    member.refresh_from_db()
    assert (member.state, member.left_at is not None) == ("left", True)
