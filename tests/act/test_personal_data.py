"""A person's words and addresses are given out, and taken out for good, in the rooms that listen, help and act."""

from __future__ import annotations

import json

import pytest
from django.db import transaction

from regard import pipeline
from regard.act.domain.digests import make_due_digests
from regard.act.domain.outbox import NewSend
from regard.act.domain.sending import send_due
from regard.act.models import Alert, AlertOccurrence, Purpose, Send
from regard.capture.models import Event
from regard.connect.mail.channel import OUTGOING_FOLDER
from regard.core import clock
from regard.core.config import config
from regard.core.domain.members import add_member
from regard.core.models import User
from regard.core.registry import data_holders
from regard.desk.models import Ticket
from regard.listen.models import Response, Review
from regard.profile.domain.merging import merge_customers, undo_decision
from regard.profile.models import Identity
from tests.act.queueing import queue_send
from tests.profile.histories import append, at, call, take

pytestmark = pytest.mark.django_db
WORDS = "Zwickmuehle"
NAMES = ("said", "tickets", "acts")


def says(store, user, hour=1):
    def told(name, hour, **properties):
        return call(store, hour=hour, user=user, name=name, properties=properties)

    return append(
        [
            call(store, hour=hour, user=user, type="identify", traits={"email": f"{user}@example.com"}),
            told("NPS Survey Submitted", hour, value=10, response_id=f"a{user}", text=f"{WORDS} {user}"),
            told("NPS Survey Submitted", hour + 1, value=1, response_id=f"b{user}", text=f"{WORDS} {user}"),
            told("Product Reviewed", hour, rating=5, review_id=f"r{user}", review_body=f"{WORDS} {user}"),
            told("Ticket Opened", hour, ticket_id=f"t{user}", subject=f"{WORDS} {user}"),
        ]
    )


@pytest.fixture
def people(store):
    add_member(store=store, user=User.objects.create_user("olga@example.com"), role="owner", actor="tests")
    with clock.set_to(at(5)):
        for user in ("ada", "bob"):
            for event in says(store, user):  # one after the other: a promoter, and then no more
                take(store, [event], stages=pipeline.STAGES)
    with clock.set_to(at(24 * 6)):
        make_due_digests(store)
    found = {user: Identity.objects.get(store=store, value=user) for user in ("ada", "bob")}
    for user, identity in found.items():
        queue_send(
            store,
            NewSend(
                channel="email", recipient=f"{user}@example.com", purpose=Purpose.TRANSACTIONAL, intent="reply",
                instance="1", subject=f"Dear {user}", body_text=f"You wrote: {WORDS} {user}",
                identity_id=identity.pk,
            ),
        )  # fmt: skip
    return {user: identity.customer for user, identity in found.items()}


def held(store, customer):
    return {name: data_holders.get(name).export(store, customer.pk) for name in NAMES}


def erase(store, customer):
    with transaction.atomic():
        return {name: data_holders.get(name).erase(store, customer.pk) for name in reversed(NAMES)}


def everything_kept():
    rows = []
    for model in (Review, Response, Ticket, Alert, Send):
        rows += model.objects.values()
    return json.dumps(rows, default=str)


def test_all_that_is_held_is_given_out(store, people):
    export = held(store, people["ada"])

    assert [answer["value"] for answer in export["said"]["answers"]] == [10, 1]
    assert [review["body"] for review in export["said"]["reviews"]] == [f"{WORDS} ada"]
    assert [ticket["subject"] for ticket in export["tickets"]] == [f"{WORDS} ada"]
    assert [alert["kind"] for alert in export["acts"]["alerts"]] == ["promoter", "nps_fall"]
    assert [send["recipient"] for send in export["acts"]["messages"]] == [
        "olga@example.com", "ada@example.com",
    ]  # fmt: skip
    acts = export["acts"]
    assert [alert["instance"] for alert in acts["alerts"]] == ["aada", "bada"]
    assert [reason["instance"] for reason in acts["reasons"]] == ["aada", "bada"]
    assert [(check["kind"], check["matched"]) for check in acts["checks"]] == [
        ("nps_fall", False), ("promoter", True), ("nps_fall", True), ("promoter", False),
        ("negative_review", False),
    ]  # fmt: skip
    assert "Would recommend us with 10 of 10, in the first answer." in {one["why"] for one in acts["checks"]}
    assert "bob" not in json.dumps(export)


def test_what_was_said_and_the_addresses_are_gone_for_good(store, people):
    weekly = Send.objects.get(intent="weekly_digest")
    assert f"{WORDS} ada" in weekly.body_text

    assert erase(store, people["ada"]) == {"said": 3, "tickets": 1, "acts": 5}

    kept = everything_kept()
    assert (f"{WORDS} ada" in kept, "ada@example.com" in kept) == (False, False)
    about = Alert.objects.filter(identity__customer=people["ada"])
    assert set(about.values_list("state", "reason")) == {("handled", "(erased at the customer's request)")}
    closed = Event.objects.filter(name="AlertClosed").order_by("id")
    assert [event.body["alert_id"] for event in closed] == list(
        about.order_by("id").values_list("pk", flat=True)
    )
    assert not Alert.objects.filter(identity__customer=people["bob"], state="handled").exists()
    assert kept.count(f"{WORDS} bob") == 9
    assert list(Response.objects.filter(external_id="bada").values_list("value", "score")) == [(1, 10)]
    assert Send.objects.get(intent="reply", identity__customer=people["ada"]).state == "cancelled"
    assert erase(store, people["ada"])["said"] == 3


def test_the_address_of_what_was_said_in_public_is_given_out_and_gone(store, people):
    said = {
        "sentiment": "negative", "followers": 20_000, "text": WORDS,
        "url": "https://social.example/@dora/1", "author": "@dora",
    }  # fmt: skip
    with clock.set_to(at(5)):
        row = call(store, hour=4, user="ada", name="Social Mention", properties=said)
        take(store, append([row]), stages=pipeline.STAGES)
    told = held(store, people["ada"])["acts"]["alerts"][-1]
    assert (told["subject"], told["instance"]) == (said["url"], said["url"])

    erase(store, people["ada"])

    kept = [*Alert.objects.values("instance", "subject"), *AlertOccurrence.objects.values("instance")]
    assert "dora" not in json.dumps(kept)
    assert held(store, people["ada"])["acts"]["alerts"][-1]["instance"] == f"erased:{told['id']}"


def test_a_message_that_is_being_sent_gets_no_other_attempt(store, people):
    Send.objects.filter(intent="reply").update(state="sending")
    erase(store, people["ada"])

    assert set(Send.objects.filter(intent="reply").values_list("subject", "state")) == {
        ("(erased at the customer's request)", "cancelled"), ("Dear bob", "sending"),
    }  # fmt: skip


def test_what_was_said_while_two_passed_for_one_is_the_speakers_own(store, people):
    """Ada and Bob are merged, Bob complains, and the merge is undone."""
    merge_customers(
        store=store, first=people["ada"].pk, second=people["bob"].pk, force=True, actor="ada@example.com"
    )
    with clock.set_to(at(30)):
        for value, hour in ((9, 26), (2, 27)):
            told = {"value": value, "response_id": f"late{hour}", "text": f"{WORDS} lately"}
            row = call(store, hour=hour, user="bob", name="NPS Survey Submitted", properties=told)
            take(store, append([row]), stages=pipeline.STAGES)
    with clock.set_to(at(24 * 13)):
        make_due_digests(store)
    moved = Identity.objects.get(store=store, by_hand=True)
    undo_decision(store=store, identity_id=moved.pk, actor="ada@example.com")
    ada, bob = (Identity.objects.get(store=store, value=user).customer for user in ("ada", "bob"))

    assert f"{WORDS} lately" not in json.dumps(held(store, ada))
    assert json.dumps(held(store, bob)["acts"]).count(f"{WORDS} lately") == 3  # two alerts, a mail of one
    erase(store, bob)
    assert "lately" not in everything_kept()
    assert f"{WORDS} ada" in everything_kept()


def test_of_somebody_who_was_merged_too(store, people):
    merge_customers(
        store=store, first=people["ada"].pk, second=people["bob"].pk, force=True, actor="ada@example.com"
    )
    living = Identity.objects.get(store=store, value="ada").customer

    erase(store, living)

    assert WORDS not in everything_kept()


def test_clearing_takes_what_events_told_and_reading_again_brings_it_back(store, people):
    identities = list(Identity.objects.filter(customer=people["ada"]).values_list("pk", flat=True))
    before = held(store, people["ada"])
    for name in NAMES:
        clear = data_holders.get(name).clear
        if clear:
            clear(store, identities)
    after = held(store, people["ada"])
    assert (after["said"], after["tickets"]) == ({"reviews": [], "answers": [], "withdrawn_answers": []}, [])
    assert after["acts"] == before["acts"]


def test_files_of_e_mails_that_name_the_person_are_deleted(
    store, people, tmp_path, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setenv("REGARD_DATA", str(tmp_path))
    config.cache_clear()
    send_due()
    folder = tmp_path / OUTGOING_FOLDER

    def files_naming(user):
        return sum(f"{WORDS} {user}" in file.read_text() for file in folder.glob("*.eml"))

    assert (files_naming("ada"), files_naming("bob")) == (3, 3)
    with django_capture_on_commit_callbacks(execute=True):
        erase(store, people["ada"])
    assert (files_naming("ada"), files_naming("bob")) == (0, 2)  # the digest told of both
    config.cache_clear()
