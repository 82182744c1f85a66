"""The channel by which a customer is best written to."""

from __future__ import annotations

import pytest

from regard.act.domain.good_channels import Because, GoodChannel, choose_channel, good_channels
from regard.act.domain.suppression import suppress_address
from regard.act.models import Send
from regard.core import clock
from regard.profile.domain.consents import tell_consent
from tests.act.queueing import queue_send, wanted
from tests.score.people import identity_of, new_customer

BOTH = ["email", "sms"]


@pytest.mark.parametrize(
    ("among", "named", "tries", "found"),
    [
        ([], "sms", {}, None),
        (BOTH, "", {}, ("email", Because.USUAL)),
        (BOTH, "sms", {"email": (9, 9)}, ("sms", Because.NAMED)),
        (["email"], "sms", {}, ("email", Because.USUAL)),
        (BOTH, "none", {"email": (4, 0), "sms": (4, 4)}, ("email", Because.USUAL)),
        (BOTH, "", {"email": (10, 1), "sms": (5, 1)}, ("sms", Because.READ)),
        (BOTH, "", {"email": (10, 2), "sms": (5, 1)}, ("email", Because.READ)),
        (BOTH, "", {"email": (5, 0)}, ("sms", Because.UNREAD)),
        (BOTH, "", {"email": (5, 0), "sms": (5, 0)}, ("email", Because.USUAL)),
    ],
)
def test_the_wish_goes_before_what_was_read_and_that_before_the_usual(among, named, tries, found):
    assert choose_channel(among, named, tries) == (GoodChannel(*found) if found else None)


@pytest.mark.django_db
def test_it_is_learned_of_whom_it_can_reach(store, django_assert_num_queries):
    people = [new_customer(store) for _number in range(4)]
    reader, fresh, away, silent = people
    for number, customer in enumerate(people):
        customer.email, customer.phone = f"c{number}@example.com", f"+4366012345{number}"
        customer.save()
    for customer, many in ((reader, 5), (fresh, 4)):
        for number in range(many):
            for channel in BOTH:
                new = wanted(number, identity_id=identity_of(customer).pk, intent=f"{channel}-{customer.pk}")
                send = queue_send(store, new)
                read_at = clock.now() if channel == "sms" and number == 0 else None
                Send.objects.filter(pk=send.pk).update(
                    channel=channel, sent_at=clock.now(), opened_at=read_at
                )
    suppress_address(store, channel="email", address=away.email, reason="nobody there")

    with django_assert_num_queries(3):
        found = good_channels(store, [one.pk for one in people], BOTH, is_marketing=False)

    assert [found[one.pk] for one in people] == [
        GoodChannel("sms", Because.READ), GoodChannel("email", Because.USUAL), GoodChannel("sms", Because.USUAL),
        GoodChannel("email", Because.USUAL),
    ]  # fmt: skip

    tell_consent(store=store, customer=reader, channel="email", given=True, actor="tests")
    tell_consent(store=store, customer=silent, channel="sms", given=True, actor="tests")
    with django_assert_num_queries(5):
        found = good_channels(store, [one.pk for one in people], BOTH, is_marketing=True)
    assert [found[one.pk].channel for one in people] == ["email", "email", "email", "sms"]


@pytest.mark.django_db
def test_nothing_is_learned_of_another_stores_customer(store, other_store):
    customer = new_customer(other_store)
    customer.phone, customer.attributes = "+43660123450", {"preferred_channel": "sms"}
    customer.save()
    assert good_channels(store, [customer.pk], BOTH, is_marketing=False) == {
        customer.pk: GoodChannel("email", Because.USUAL)
    }
