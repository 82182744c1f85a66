from __future__ import annotations

import itertools

import pytest
from django.db import transaction

from regard.capture.domain.batch import Stage
from regard.capture.domain.record import new_fact
from regard.listen import reactions as listen
from regard.listen.domain.queries import answers_of_customer, reviews_of_customer
from regard.listen.facts import ReviewImported
from regard.listen.models import Review
from regard.profile.models import CustomerEvent, Identity, Product
from tests.profile.histories import STAGES, append, at, call, take

pytestmark = pytest.mark.django_db
ALL = (*STAGES, Stage("said", listen.project_said))


def tell(store, *rows):
    return take(store, append(rows), stages=ALL)


def review(store, hour=1, name="Product Reviewed", **properties):
    told = {"review_id": "r1", "rating": 4} | properties
    return call(store, hour=hour, user="1", name=name, properties=told)


def imported(store, hour=1, **told):
    fact = ReviewImported(**({"review_id": "r1", "rating": 2, "reviewed_at": at(hour)} | told))
    user_id = told.get("customer_id")
    row = new_fact(fact, store_id=store.pk, occurred_at=at(hour), history=True, user_id=user_id)
    return row._replace(received_at=at(1_000))


def test_a_review_is_kept_with_all_that_is_told(store):
    told = {"product_id": "p", "order_id": "o", "review_title": "Fine", "review_body": " Very good "}
    batch = tell(store, review(store, 2, **told))

    kept = Review.objects.get()
    assert (kept.external_id, kept.rating, kept.title, kept.body) == ("r1", 4, "Fine", "Very good")
    assert (kept.order_external_id, kept.product_external_id, kept.reviewed_at) == ("o", "p", at(2))
    assert (kept.history, kept.follows_order) == (False, False)
    assert batch.touched == {kept.identity.customer_id}


def test_the_latest_telling_counts_whatever_the_order_of_arrival(store):
    tell(store, review(store, 3, name="Review Submitted", rating=1, title="New", body="b"))
    tell(store, review(store, 2, rating=5))

    assert Review.objects.values_list("rating", "title", "body").get() == (1, "New", "b")


@pytest.mark.parametrize("rating", [0, 6, 3.5, "many", None, True, "1e400", [5]])
def test_what_has_no_rating_from_1_to_5_is_no_review_and_is_noted(store, rating):
    tell(store, review(store, rating=rating), review(store, review_id="r2", rating="5"))

    assert [kept.external_id for kept in Review.objects.all()] == ["r2"]
    notes = CustomerEvent.objects.order_by("event_id").values_list("note", flat=True)
    assert [note.startswith("No review was kept: rating: it is ") for note in notes] == [True, False]


def test_a_review_that_names_only_its_order_is_by_who_placed_it(store):
    order = call(store, user="9", name="Order Completed", properties={"order_id": "o1"})
    other = call(store, hour=2, user="8", name="Order Completed", properties={"order_id": "o1"})
    events = append([imported(store, 3, order_id="o1"), order, other])
    for arrival in itertools.permutations(events):
        with transaction.atomic():
            touched = set()
            for event in arrival:
                touched |= take(store, [event], stages=ALL).touched
            kept = Review.objects.get()
            assert (kept.identity.value, kept.follows_order, kept.history) == ("8", True, True)
            assert kept.identity.customer_id in touched
            assert CustomerEvent.objects.get(event_id=events[0].id).identity_id == kept.identity_id
            transaction.set_rollback(True)


def test_a_review_waits_for_its_order_without_making_a_customer(store):
    tell(store, imported(store, order_id="o1"))

    assert Review.objects.get().identity is None
    assert Identity.objects.count() == 0


def test_a_review_told_again_live_is_history_no_more(store):
    tell(store, imported(store, 1, customer_id="1"))
    assert Review.objects.get().history is True
    tell(store, review(store, 0))

    assert Review.objects.values_list("history", "rating").get() == (False, 2)


def test_reviews_and_answers_name_their_product_by_its_title(store, django_assert_num_queries):
    Product.objects.create(store=store, external_id="p", title="Linen shirt", currency="EUR")
    rows = [
        review(store, hour, review_id=f"r{hour}", product_id=product)
        for hour, product in ((1, "p"), (2, "q"))
    ]
    answer = {"measure": "csat", "value": 4, "product_id": "p"}
    tell(store, *rows, call(store, hour=3, user="1", name="Survey Answered", properties=answer))
    customer_id = Identity.objects.get().customer_id

    with django_assert_num_queries(2):
        reviews, answers = reviews_of_customer(store, customer_id), answers_of_customer(store, customer_id)
    assert [one.product_title for one in reviews] == ["", "Linen shirt"]
    assert [one.product_title for one in answers] == ["Linen shirt"]
