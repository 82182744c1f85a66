from __future__ import annotations

import pytest
from tests.profile.histories import at, call, tell

from regard.profile.domain import finding
from regard.profile.domain.customers import OrderTotal, identities_of, order_totals
from regard.profile.domain.finding import find_customer
from regard.profile.domain.segments.ask import customers_in_segment
from regard.profile.domain.timeline import timeline
from regard.profile.models import Customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(store) -> Customer:
    tell(store, call(store, hour=1, browser="b1"))
    told = {"email": "anna@x.co", "name": "Anna van Dyck"}
    tell(store, call(store, hour=2, user="C-42", browser="b1", traits=told))
    for hour, order_id, total, currency in ((3, "o1", 10, "EUR"), (5, "o2", 15, "EUR"), (4, "o3", 7, "USD")):
        properties = {"order_id": order_id, "total": total, "currency": currency}
        tell(store, call(store, hour=hour, user="C-42", name="Order Completed", properties=properties))
    return Customer.objects.get(merged_into=None)


def test_what_a_customer_goes_by_and_has_ordered(store, anna):
    assert [
        (known.kind, known.value, known.first_seen_at, known.last_seen_at) for known in identities_of(anna)
    ] == [
        ("user_id", "C-42", at(2), at(5)),
        ("email", "anna@x.co", None, None),
        ("anonymous_id", "b1", at(1), at(1)),
    ]
    assert order_totals(store, anna.pk) == [OrderTotal("EUR", 2, 2500, 0), OrderTotal("USD", 1, 700, 0)]


def test_what_was_spent_leaves_out_what_was_called_off_and_tells_refunds_apart(store, anna):
    said = [("Order Cancelled", "o1", None), ("Order Refunded", "o2", 5)]
    for name, order_id, total in said:
        properties = {"order_id": order_id, "total": total, "currency": "EUR"}
        tell(store, call(store, hour=6, user="C-42", name=name, properties=properties))

    euros = order_totals(store, anna.pk)[0]
    assert (euros.orders, euros.total_minor, euros.refunded_minor, euros.net_minor) == (1, 1500, 500, 1000)


@pytest.mark.parametrize("who", ["anna@x.co", " Anna@X.co ", "C-42", "b1"])
def test_a_customer_is_found_by_any_name_they_go_by(store, other_store, anna, who):
    assert find_customer(store, who) == anna
    with pytest.raises(Customer.DoesNotExist):
        find_customer(other_store, who)


def test_the_id_of_a_folded_customer_leads_to_the_living_one(store, anna):
    folded = Customer.objects.exclude(merged_into=None).get()

    assert find_customer(store, str(folded.pk)) == anna
    with pytest.raises(Customer.DoesNotExist):
        find_customer(store, str(10**9))


def test_a_chain_of_folds_leads_to_the_living_customer_in_one_step(store):
    tell(store, call(store, hour=1, browser="b1"))
    tell(store, call(store, hour=2, browser="b1", traits={"email": "a@b.co"}))
    tell(store, call(store, hour=3, user="1", traits={"email": "a@b.co"}))

    living = Customer.objects.get(merged_into=None)
    folded = Customer.objects.exclude(pk=living.pk)
    assert [customer.merged_into_id for customer in folded] == [living.pk, living.pk]


@pytest.mark.parametrize("few", [0, finding.FEW], ids=["many", "few"])
@pytest.mark.parametrize("search", ["anna", "dyck", "van dy", "ANNA@", "C-4", "'", "& !"])
def test_customers_are_searched_by_words_and_beginnings(store, anna, search, few, monkeypatch):
    monkeypatch.setattr(finding, "FEW", few)  # how many are found decides how they are read
    tell(store, call(store, user="other", traits={"name": "Ben"}))

    found = customers_in_segment(store=store, search=search).rows

    assert [customer.pk for customer in found] == ([] if search in {"'", "& !"} else [anna.pk])


@pytest.mark.parametrize("few", [0, finding.FEW], ids=["many", "few"])
def test_a_search_keeps_to_its_store(store, other_store, anna, few, monkeypatch):
    monkeypatch.setattr(finding, "FEW", few)
    tell(other_store, call(other_store, user="C-42", traits={"name": "Anna"}))

    assert customers_in_segment(store=store, search="C-42").rows == [anna]
    assert [known.store_id for known in customers_in_segment(store=other_store, search="anna").rows] == [
        other_store.pk
    ]


def test_a_timeline_is_read_in_pages_across_all_identities(store, anna):
    hours, cursor, pages = [], None, 0
    while cursor or not pages:
        entries, cursor = timeline(store=store, customer_id=anna.pk, cursor=cursor, limit=2)
        hours += [(entry.event.occurred_at - at(0)).total_seconds() / 3600 for entry in entries]
        pages += 1

    assert (hours, pages) == ([5, 4, 3, 2, 1], 3)


def test_the_timeline_of_another_store_is_empty(store, other_store, anna):
    assert timeline(store=other_store, customer_id=anna.pk) == ([], None)
