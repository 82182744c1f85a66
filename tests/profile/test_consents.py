"""Who allows marketing on which channel."""

from __future__ import annotations

from itertools import permutations

import pytest
from django.core.exceptions import ValidationError
from tests.profile.histories import append, at, call, take

from regard.capture.domain.batch import Stage
from regard.capture.domain.logged import events_by_id
from regard.capture.domain.record import new_fact
from regard.core.domain.stores import create_store
from regard.core.models import AuditEntry
from regard.profile import reactions as profile
from regard.profile.domain.consents import consents_of, said_of, tell_consent
from regard.profile.facts import CustomerImported
from regard.profile.models import Consent, Customer, CustomerEvent

pytestmark = pytest.mark.django_db
STAGES = (Stage("identify", profile.identify), Stage("consents", profile.project_consents))


def tell(store, *rows):
    return take(store, append(rows), stages=STAGES)


def identify(store, hour, **traits):
    return call(store, hour=hour, user="1", type="identify", traits=traits)


def said(store, hour, name, **properties):
    return call(store, hour=hour, user="1", name=name, properties=properties)


def held(store) -> dict[str, bool]:
    customer = Customer.objects.get(store=store, merged_into=None)
    states = consents_of(store, customer.pk)
    return {state.channel: state.given for state in states if state.given is not None}


@pytest.mark.parametrize(
    ("name", "properties", "states"),
    [
        ("Consent Given", {"channels": ["email", "sms"]}, {"email": True, "sms": True}),
        ("Consent Withdrawn", {"channel": "whatsapp", "origin": "footer"}, {"whatsapp": False}),
        ("Unsubscribed", {}, {"email": False}),
        ("Email Unsubscribed", {}, {"email": False}),
        ("Email Subscribed", {}, {"email": True}),
        ("Email Marked as Spam", {}, {"email": False}),
        ("Consent Given", {"channel": "telegraph"}, {}),
    ],
)
def test_events_give_and_withdraw_consent(store, name, properties, states):
    batch = tell(store, said(store, 1, name, **properties))

    assert held(store) == states
    assert batch.touched == {Customer.objects.get().pk}


def test_a_channel_that_there_is_not_is_noted(store):
    tell(store, said(store, 1, "Consent Given", channel="telegraph"))

    note = CustomerEvent.objects.get().note
    assert note.startswith("No consent was kept for 'telegraph'; the channels are email, sms")


@pytest.mark.parametrize(
    ("traits", "states"),
    [
        ({"accepts_marketing": True}, {"email": True}),
        ({"email_opt_in": False, "sms_opt_in": True}, {"email": False, "sms": True}),
        ({"accepts_marketing": True, "newsletter": False}, {"email": False}),
        ({"accepts_marketing": "yes"}, {}),
    ],
)
def test_traits_tell_of_consent(store, traits, states):
    tell(store, identify(store, 1, **traits))

    assert held(store) == states


def test_the_latest_telling_counts_in_whichever_order_they_come(store):
    rows = [
        said(store, 3, "Unsubscribed"),
        identify(store, 2, accepts_marketing=True),
        said(store, 1, "Consent Withdrawn", channel="sms"),
    ]
    events = append(rows)
    seen = []
    for order in permutations(events):
        Consent.objects.all().delete()
        for event in (*order, order[0]):
            take(store, [event], stages=STAGES)
        seen.append(held(store))
    assert seen == [{"email": False, "sms": False}] * 6


def test_an_imported_customer_brings_consent(store):
    fact = CustomerImported(customer_id="1", accepts_email=True, accepts_sms=False)
    tell(
        store,
        new_fact(fact, store_id=store.pk, occurred_at=at(1), history=True)._replace(received_at=at(1_000)),
    )

    assert held(store) == {"email": True, "sms": False}
    assert Consent.objects.filter(history=True).count() == 2


def test_what_a_person_notes_counts_at_once_and_is_the_same_after_the_pipeline(store):
    tell(store, said(store, 1, "Consent Given", channel="email"), identify(store, 1, email="a@b.co"))
    customer = Customer.objects.get()
    assert said_of(store, [customer.pk, 77], "email") == {customer.pk: True, 77: None}

    tell_consent(store=store, customer=customer, channel="email", given=False, actor="jo@shop.example")

    assert said_of(store, [customer.pk], "email") == {customer.pk: False}
    [entry] = AuditEntry.objects.filter(action="consent.withdrawn")
    assert (entry.actor, entry.target, entry.detail) == (
        "jo@shop.example", f"customer:{customer.pk}", {"channel": "email"},
    )  # fmt: skip

    before = list(Consent.objects.order_by("id").values())
    told = before[-1]["event_id"]
    batch = take(store, events_by_id(store.pk, [told]), stages=STAGES)
    assert list(Consent.objects.order_by("id").values()) == before
    assert batch.touched == {customer.pk}
    assert CustomerEvent.objects.get(event_id=told).identity_id == before[-1]["identity_id"]


def test_a_person_can_only_name_a_channel_that_there_is(store):
    tell(store, identify(store, 1, email="a@b.co"))

    with pytest.raises(ValidationError, match="There is no channel telegraph"):
        tell_consent(
            store=store, customer=Customer.objects.get(), channel="telegraph", given=True, actor="jo"
        )
    assert not Consent.objects.exists()


def test_consents_keep_to_their_store(store):
    tell(store, said(store, 1, "Unsubscribed"), identify(store, 1, email="a@b.co"))
    other = create_store(slug="other", name="Other", currency="EUR", actor="tests")

    assert said_of(other, [Customer.objects.get().pk], "email") == {Customer.objects.get().pk: None}
