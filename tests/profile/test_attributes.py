"""Custom attributes: kept where they were told, the latest telling of each counts."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.profile.histories import append, call, take, tell

from regard.capture.domain.record import record
from regard.capture.models import Event
from regard.profile.facts import CustomerImported
from regard.profile.models import CustomerEvent, Identity

pytestmark = pytest.mark.django_db


def identify(store, hour: float = 0, user: str | None = "1", **fields):
    return call(store, hour=hour, type="identify", user=user, **fields)


def attributes(store) -> list[dict]:
    """Of each living customer, by the name of their first identity."""
    roots = Identity.objects.filter(store=store, own_customer=F("customer")).order_by("value")
    return list(roots.values_list("customer__attributes", flat=True))


def test_the_latest_telling_of_each_attribute_counts(store):
    tell(
        store,
        identify(store, hour=5, traits={"plan": "gold", "size": 42, "name": "Ada", "email_opt_in": True}),
    )
    tell(store, identify(store, hour=3, traits={"plan": "silver", "tags": ["a", "b"]}))
    assert attributes(store) == [{"plan": "gold", "size": 42, "tags": ["a", "b"]}]

    tell(store, identify(store, hour=7, traits={"size": None}))
    assert attributes(store) == [{"plan": "gold", "tags": ["a", "b"]}]


def test_attributes_move_with_the_identity_that_they_were_told_of(store):
    tell(store, identify(store, hour=1, user=None, browser="b1", traits={"plan": "gold", "seen_on": "tv"}))
    tell(store, identify(store, hour=2, traits={"plan": "silver"}))
    tell(store, call(store, hour=3, user="1", browser="b1"))

    assert attributes(store) == [{"plan": "silver", "seen_on": "tv"}]


def test_files_of_customers_tell_attributes_too(store):
    record(
        CustomerImported(customer_id="1", traits={"city": "Bonn", "country": "DE"}),
        store_id=store.pk,
        key="1",
    )
    take(store, list(Event.objects.filter(store_id=store.pk)))

    assert attributes(store) == [{"city": "Bonn", "country": "DE"}]


def test_what_is_too_large_is_noted_and_left_out(store):
    tell(store, identify(store, traits={"essay": "x" * 2_000, "n" * 101: 1, "plan": "gold"}))

    assert attributes(store) == [{"plan": "gold"}]
    note = CustomerEvent.objects.get().note
    assert "essay was left out" in note
    assert "names of attributes have 100 characters at most" in note


def test_only_identify_calls_tell_attributes(store):
    tell(
        store,
        call(store, user="1", traits={"plan": "gold"}),
        call(store, type="group", user="1", traits={"a": 1}),
    )

    assert attributes(store) == [{}]


TOLD = st.tuples(
    st.integers(0, 3),
    st.sampled_from(["1", "2", None]),
    st.dictionaries(st.sampled_from("abc"), st.sampled_from([1, "x", None, [1]]), min_size=1),
)


@settings(max_examples=25)
@given(told=st.lists(TOLD, min_size=1, max_size=8), data=st.data())
def test_any_order_gives_the_same_attributes(store, told, data):
    with transaction.atomic():
        events = append(
            [identify(store, hour, user, browser="b1", traits=traits) for hour, user, traits in told]
        )
        with transaction.atomic():
            take(store, events)
            in_order = attributes(store)
            transaction.set_rollback(True)
        for event in data.draw(st.permutations(events)):
            take(store, [event])
        assert attributes(store) == in_order
        transaction.set_rollback(True)
