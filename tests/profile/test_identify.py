from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.profile.histories import append, at, call, profiles, take, tell
from tests.profile.trees import check_trees, identities_by_customer

from regard.capture.domain.record import record
from regard.capture.models import Event
from regard.core.registry import Fact, fact
from regard.profile.models import Customer, Identity, IdentityLink, LinkReason

pytestmark = pytest.mark.django_db


def test_one_event_makes_one_customer_with_all_that_it_names(store):
    batch = tell(
        store,
        call(
            store, hour=3, type="identify", user="42", browser="b1",
            traits={"email": " Anna@Example.COM ", "firstName": "Anna", "lastName": "Berg"},
        ),
    )  # fmt: skip

    [known] = profiles(store)
    assert known["identities"] == [("anonymous_id", "b1"), ("email", "anna@example.com"), ("user_id", "42")]
    assert (known["name"], known["email"]) == ("Anna Berg", "anna@example.com")
    assert known["seen"] == (at(3), at(3))
    assert batch.touched == {Customer.objects.get().pk}
    assert list(batch.identity_of.values()) == [Identity.objects.get(kind="user_id").pk]


@pytest.mark.parametrize(
    "body",
    [
        {"traits": {"email": "a@b.co"}, "properties": {"email": "x@y.co"}},
        {"properties": {"email": "a@b.co"}, "context": {"traits": {"email": "x@y.co"}}},
        {"context": {"traits": {"email": "a@b.co"}}},
        {"traits": {"email": "not an address"}, "context": {"traits": {"email": "A@B.co"}}},
    ],
)
def test_the_address_is_taken_from_where_shops_put_it(store, body):
    tell(store, call(store, browser="b1", **body))

    assert identities_by_customer(store) == [["a@b.co", "b1"]]


def test_the_traits_of_a_group_are_not_those_of_the_person(store):
    tell(store, call(store, type="group", user="1", traits={"name": "Acme Ltd", "email": "info@acme.co"}))

    assert [(known["name"], known["identities"]) for known in profiles(store)] == [("", [("user_id", "1")])]


def test_a_visitor_who_identifies_is_folded_into_the_known_customer(store):
    tell(store, call(store, hour=1, browser="b1"))
    tell(store, call(store, hour=0, user="42"))
    visitor, known = Customer.objects.order_by("id")

    batch = tell(store, call(store, hour=2, user="42", browser="b1"))

    visitor.refresh_from_db()
    assert visitor.merged_into_id == known.pk
    assert identities_by_customer(store) == [["42", "b1"]]
    assert profiles(store)[0]["seen"] == (at(0), at(2))
    assert batch.touched == {visitor.pk, known.pk}
    link = IdentityLink.objects.latest("id")
    assert (link.identity.value, link.customer_id, link.previous_customer_id, link.reason) == (
        "b1",
        known.pk,
        visitor.pk,
        LinkReason.NAMED_TOGETHER,
    )


def test_a_visitor_folded_within_a_batch_leaves_no_empty_customer(store):
    tell(store, call(store, browser="b1"), call(store, hour=1, user="42", browser="b1"))

    assert Customer.objects.count() == 1
    assert identities_by_customer(store) == [["42", "b1"]]


def test_two_customer_numbers_never_merge_through_a_shared_browser_or_address(store):
    tell(store, call(store, hour=1, user="1", browser="b1", properties={"email": "home@x.co"}))
    tell(store, call(store, hour=2, user="2", browser="b1", properties={"email": "home@x.co"}))

    assert identities_by_customer(store) == [["1", "b1", "home@x.co"], ["2"]]
    assert [len(known["events"]) for known in profiles(store)] == [1, 1]
    assert [known["email"] for known in profiles(store)] == ["home@x.co", ""]


def test_an_address_is_shown_by_the_customer_whom_it_belongs_to(store):
    tell(store, call(store, hour=1, user="2", traits={"email": "ben@x.co"}))
    tell(store, call(store, hour=3, user="2", traits={"email": "home@x.co"}))
    assert [known["email"] for known in profiles(store)] == ["home@x.co"]

    tell(store, call(store, hour=2, user="1", traits={"email": "home@x.co"}))

    assert {known["identities"][-1][1]: known["email"] for known in profiles(store)} == {
        "1": "home@x.co",
        "2": "ben@x.co",
    }


def test_an_address_of_before_is_shown_only_where_no_other_is_known(store):
    tell(store, call(store, hour=1, user="1", type="alias", previousId="old@x.co"))
    assert [known["email"] for known in profiles(store)] == ["old@x.co"]

    tell(store, call(store, hour=0, user="1", traits={"email": "new@x.co"}))

    assert [known["email"] for known in profiles(store)] == ["new@x.co"]


def test_a_late_event_that_was_first_moves_the_shared_browser_and_all_that_is_told_with_it(store):
    tell(store, call(store, hour=5, browser="b1"))
    tell(store, call(store, hour=4, user="2", browser="b1"))
    assert identities_by_customer(store) == [["2", "b1"]]

    tell(store, call(store, hour=3, user="1", browser="b1"))

    assert identities_by_customer(store) == [["1", "b1"], ["2"]]
    assert [known["seen"] for known in profiles(store)] == [(at(3), at(5)), (at(4), at(4))]


def test_what_belongs_to_an_address_follows_it_to_a_customer_number(store):
    tell(store, call(store, browser="b1", traits={"email": "a@b.co"}))
    tell(store, call(store, hour=1, user="42", traits={"email": "a@b.co"}))

    assert identities_by_customer(store) == [["42", "a@b.co", "b1"]]
    assert Customer.objects.filter(merged_into=None).count() == 1
    assert set(IdentityLink.objects.values_list("identity__value", "reason")) == {
        ("a@b.co", LinkReason.FIRST_NAMED),
        ("b1", LinkReason.NAMED_TOGETHER),
        ("42", LinkReason.FIRST_NAMED),
        ("a@b.co", LinkReason.NAMED_TOGETHER),
        ("b1", LinkReason.OWNER_MOVED),
    }


def test_alias_links_the_previous_id_under_the_same_rule(store):
    tell(store, call(store, browser="b1"), call(store, hour=1, type="alias", user="42", previousId="b1"))
    tell(store, call(store, hour=2, type="alias", user="43", previousId="b1"))
    tell(store, call(store, hour=3, type="alias", user="43", previousId="Old@x.co"))

    assert identities_by_customer(store) == [["42", "b1"], ["43", "old@x.co"]]


def test_an_address_used_as_customer_number_is_known_as_an_address_too(store):
    tell(
        store, call(store, user="Anna@x.co"), call(store, hour=1, browser="b1", traits={"email": "anna@x.co"})
    )

    assert identities_by_customer(store) == [["Anna@x.co", "anna@x.co", "b1"]]


def test_the_latest_name_counts_and_the_seen_times_span_all_events(store):
    tell(store, call(store, hour=9, type="identify", user="1", traits={"name": "Anna Berg"}))
    tell(
        store, call(store, hour=2, type="identify", user="1", traits={"name": "Anna Tal", "email": "a@b.co"})
    )

    [known] = profiles(store)
    assert (known["name"], known["email"], known["seen"]) == ("Anna Berg", "a@b.co", (at(2), at(9)))


def test_facts_of_other_rooms_are_put_to_a_customer_and_are_no_visit(store):
    @fact
    class BellRung(Fact, frozen=True, kw_only=True):
        email: str = "staff@x.co"

    tell(store, call(store, hour=1, user="1"))
    record(BellRung(), store_id=store.pk, user_id="1", key="1", occurred_at=at(7))
    record(BellRung(), store_id=store.pk, key="2", occurred_at=at(8))

    batch = take(store, list(Event.objects.filter(store_id=store.pk, type="fact").order_by("id")))

    assert len(batch.identity_of) == 1
    [known] = profiles(store)
    assert (known["identities"], known["seen"], len(known["events"])) == (
        [("user_id", "1")],
        (at(1), at(1)),
        2,
    )


def test_stores_are_kept_apart(store, other_store):
    tell(store, call(store, user="1"))
    tell(other_store, call(other_store, user="1"))

    assert identities_by_customer(store) == identities_by_customer(other_store) == [["1"]]
    assert Customer.objects.count() == 2


def test_queries_do_not_grow_with_the_batch(store, django_assert_num_queries):
    small = append([call(store, user="a", browser="b-a", traits={"email": "a@x.co"})])
    visits = [(f"u{n}", f"b{n}", {"email": f"{n}@x.co"}) for n in range(30)]
    large = append([call(store, user=user, browser=browser, traits=told) for user, browser, told in visits])

    with CaptureQueriesContext(connection) as first:
        take(store, small)
    with django_assert_num_queries(len(first)):
        take(store, large)
    assert Customer.objects.filter(store=store, merged_into=None).count() == 31


@pytest.mark.parametrize("place", ["traits", "properties"])
def test_a_phone_is_known_by_its_international_number(store, place):
    store.country = "DE"
    batch = tell(
        store,
        call(store, browser="b1", **{place: {"phone": "030 100005"}}),
        call(store, browser="b2", context={"traits": {"phone": "+49 30 100005"}}),
        call(store, hour=1, user="1", traits={"phone": "(415) 555-0100", "address": {"country": "us"}}),
    )

    assert identities_by_customer(store) == [["+14155550100", "1"], ["+4930100005", "b1", "b2"]]
    assert {customer.phone for customer in Customer.objects.all()} == {"+14155550100", "+4930100005"}
    assert len(batch.identity_of) == 3


def test_a_phone_that_cannot_be_read_is_noted_and_left_out(store):
    tell(store, call(store, user="1", traits={"phone": "030 100005"}))

    [known] = profiles(store)
    assert known["identities"] == [("user_id", "1")]
    [(_, _, note)] = known["events"]
    assert note == (
        "phone was left out: '030 100005' is no phone number without a country code,"
        " and the store has no country."
    )


def test_numbers_elsewhere_are_named_by_their_system(store):
    outside = [
        {"type": "shopify", "id": 77, "collection": "users", "encoding": "none"},
        {"type": "crm", "id": "A-1"},
        {"type": "crm", "id": "G-1", "collection": "groups"},
        {"type": "email", "id": "Anna@x.co"},
        "nonsense",
    ]
    tell(store, call(store, hour=1, browser="b1", context={"externalIds": outside}))
    assert identities_by_customer(store) == [["anna@x.co", "b1", "crm:A-1"]]
    [(_, _, note)] = profiles(store)[0]["events"]
    assert note == "shopify:77 was left out: without a customer number only one external id is used."

    tell(store, call(store, hour=2, user="42", context={"externalIds": outside}))
    assert identities_by_customer(store) == [["42", "anna@x.co", "b1", "crm:A-1", "shopify:77"]]


def test_identities_of_before_are_told_which_customer_they_made(store):
    """What the migration fills in is what was there."""
    tell(store, call(store, hour=0, browser="b1"), call(store, hour=0, user="1", traits={"email": "a@x.co"}))
    tell(store, call(store, hour=1, user="2", browser="b1"))
    made = set(Identity.objects.values_list("value", "own_customer"))
    Identity.objects.update(own_customer=None)

    migration = import_module("regard.profile.migrations.0004_own_customers")
    with connection.cursor() as cursor:
        cursor.execute(migration.FILL_OWN_CUSTOMERS)

    assert set(Identity.objects.values_list("value", "own_customer")) == made
    check_trees(store)


CALLS = st.builds(
    dict,
    hour=st.integers(0, 6),
    user=st.sampled_from([None, "1", "2"]),
    browser=st.sampled_from([None, "b1", "b2"]),
    email=st.sampled_from([None, "x@x.co", "y@x.co"]),
    name=st.sampled_from([None, "Anna", "Ben"]),
    order=st.sampled_from([None, "o1", "o2"]),
    event=st.sampled_from(["Order Completed", "Order Updated", "Order Cancelled"]),
    total=st.sampled_from([None, 10, "20.50", "abc"]),
    alias=st.sampled_from([None, None, "b1", "b2", "x@x.co", "z@x.co"]),
).filter(lambda told: told["user"] or told["browser"])


def row(store, told):
    traits = {name: told[name] for name in ("email", "name") if told[name]}
    if told["alias"] and told["user"]:
        return call(store, hour=told["hour"], type="alias", user=told["user"], previousId=told["alias"])
    return call(
        store, hour=told["hour"], user=told["user"], browser=told["browser"], name=told["event"],
        traits=traits, properties={"order_id": told["order"], "total": told["total"]},
    )  # fmt: skip


@settings(max_examples=40)
@given(calls=st.lists(CALLS, min_size=1, max_size=12), data=st.data())
def test_shuffled_repeated_and_late_batches_give_equal_profiles(store, calls, data):
    with transaction.atomic():
        events = append([row(store, told) for told in calls])
        with transaction.atomic():
            take(store, events)
            in_order = profiles(store)
            transaction.set_rollback(True)
        shuffled = data.draw(st.permutations(events)) + data.draw(
            st.lists(st.sampled_from(events), max_size=4)
        )
        while shuffled:
            size = data.draw(st.integers(1, len(shuffled)))
            take(store, shuffled[:size])
            shuffled = shuffled[size:]
        assert profiles(store) == in_order
        check_trees(store)
        transaction.set_rollback(True)
