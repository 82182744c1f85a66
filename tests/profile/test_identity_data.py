"""What is held of a person: given out whole, and forgotten so that nothing leads back."""

from __future__ import annotations

import pytest
from tests.profile.histories import append, call, profiles, take, tell
from tests.profile.trees import check_trees

from regard.capture.models import Event, ParkedEvent
from regard.core.registry import data_holders
from regard.profile.domain.tags import tag_customers
from regard.profile.models import Customer, CustomerEvent, Identity

pytestmark = pytest.mark.django_db
ANNA = {"email": "anna@x.co", "name": "Anna Berg", "phone": "+4930100005", "plan": "gold"}


def tell_of_anna(store) -> int:
    tell(
        store, call(store, type="identify", user="42", browser="b1", traits=ANNA, context={"ip": "10.1.2.3"})
    )
    order = {
        "order_id": "o1",
        "total": 5,
        "email": "anna@x.co",
        "note": "Ring at Berg",
        "products": [{"sku": "s1"}],
    }
    tell(store, call(store, hour=1, user="42", name="Order Completed", properties=order))
    tell(store, call(store, hour=2, user="7", traits={"email": "ben@x.co", "phone": "1"}))
    customer = Identity.objects.get(value="42").customer_id
    tag_customers(store, [customer], "VIP", actor="eva@x.co")
    return customer


def test_all_that_is_held_is_given_out(store):
    held = data_holders.get("identity").export(store, tell_of_anna(store))

    assert (held["name"], held["email"], held["phone"]) == ("Anna Berg", "anna@x.co", "+4930100005")
    assert held["attributes"] == {"plan": "gold"}
    assert [known["value"] for known in held["identities"]] == ["42", "anna@x.co", "+4930100005", "b1"]
    assert [tag["name"] for tag in held["tags"]] == ["VIP"]
    assert [event["body"].get("traits", {}).get("name") for event in held["events"]] == ["Anna Berg", None]
    assert len(held["links"]) == 4


def test_an_erased_person_is_nowhere_and_the_numbers_stay(store):
    customer = tell_of_anna(store)
    [unread] = append([call(store, hour=3, user="42", traits=ANNA)])
    ParkedEvent.objects.create(store=store, event_id=unread.id, stage="orders", error="no 'anna@x.co'")
    ben = [known for known in profiles(store) if known["email"] == "ben@x.co"]

    assert data_holders.get("identity").erase(store, customer) == 4 + 3 + 1

    rows = [
        *Event.objects.filter(store_id=store.pk).values_list(), *Identity.objects.values_list(),
        *Customer.objects.values_list(), *CustomerEvent.objects.values_list(), *ParkedEvent.objects.values_list(),
    ]  # fmt: skip
    left = str(rows)
    for trace in ("anna", "Anna", "Berg", "4930100005", "'42'", "'b1'", "10.1.2.3", "gold"):
        assert trace not in left
    order = Event.objects.get(store_id=store.pk, name="Order Completed")
    assert order.body == {"properties": {"order_id": "o1", "total": 5, "products": [{"sku": "s1"}]}}
    assert order.user_id == Identity.objects.get(kind="user_id", customer=customer).value
    assert [known for known in profiles(store) if known["email"] == "ben@x.co"] == ben
    check_trees(store)


def test_whoever_comes_with_the_old_address_is_a_new_customer(store):
    customer = tell_of_anna(store)
    data_holders.get("identity").erase(store, customer)

    tell(store, call(store, hour=9, browser="b9", traits={"email": "anna@x.co"}))

    assert Identity.objects.get(value="anna@x.co").customer_id != customer
    order = Event.objects.get(store_id=store.pk, name="Order Completed")
    batch = take(store, [order])
    assert list(batch.identity_of.values()) == [Identity.objects.get(kind="user_id", customer=customer).pk]
    check_trees(store)


def test_another_stores_customer_is_out_of_reach(store, other_store):
    customer = tell_of_anna(store)
    held = profiles(store)

    with pytest.raises(Customer.DoesNotExist):
        data_holders.get("identity").export(other_store, customer)
    assert data_holders.get("identity").erase(other_store, customer) == 0
    assert profiles(store) == held
