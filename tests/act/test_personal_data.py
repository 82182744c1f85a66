"""A person's words and addresses are given out, and taken out for good, in the rooms that listen, help and act."""

from __future__ import annotations

import json

import pytest
from django.db import transaction

from regard import pipeline
from regard.act.domain.digests import make_due_digests
from regard.act.domain.outbox import NewSend, send_due
from regard.act.models import Alert, Purpose, Send
from regard.capture.models import Event
from regard.connect.mail.channel import OUTGOING_FOLDER
from regard.core import clock
from regard.core.config import config
from regard.core.domain.members import add_member
from regard.core.models import User
from regard.core.registry import data_holders
from regard.desk.models import Ticket
from regard.listen.models import Response, Review
from regard.profile.domain.merging import merge_customers
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
    found = {user: Identity.objects.get(store=store, value=user).customer for user in ("ada", "bob")}
    for user, customer in found.items():
        queue_send(
            store,
            NewSend(
                channel="email", recipient=f"{user}@example.com", purpose=Purpose.TRANSACTIONAL, intent="reply",
                instance="1", subject=f"Dear {user}", body_text=f"You wrote: {WORDS} {user}",
                customer_id=customer.pk,
            ),
        )  # fmt: skip
    return found


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
    assert "bob" not in json.dumps(export)


def test_what_was_said_and_the_addresses_are_gone_for_good(store, people):
    weekly = Send.objects.get(intent="weekly_digest")
    assert f"{WORDS} ada" in weekly.body_text

    assert erase(store, people["ada"]) == {"said": 3, "tickets": 1, "acts": 5}

    kept = everything_kept()
    assert (f"{WORDS} ada" in kept, "ada@example.com" in kept) == (False, False)
    about = Alert.objects.filter(customer=people["ada"])
    assert set(about.values_list("state", "reason")) == {("handled", "(erased at the customer's request)")}
    closed = Event.objects.filter(name="AlertClosed").order_by("id")
    assert [event.body["alert_id"] for event in closed] == list(
        about.order_by("id").values_list("pk", flat=True)
    )
    assert not Alert.objects.filter(customer=people["bob"], state="handled").exists()
    assert kept.count(f"{WORDS} bob") == 9
    assert list(Response.objects.filter(external_id="bada").values_list("value", "score")) == [(1, 10)]
    assert Send.objects.get(intent="reply", customer=people["ada"]).state == "cancelled"
    assert erase(store, people["ada"])["said"] == 3


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
    assert (after["said"], after["tickets"]) == ({"reviews": [], "answers": []}, [])
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
