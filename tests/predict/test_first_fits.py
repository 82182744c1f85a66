"""Models are fitted soon after a past was imported."""

from __future__ import annotations

from datetime import timedelta

import pytest

from regard.capture.models import ImportRun
from regard.core import clock
from regard.core.models import Store
from regard.predict.domain.first_fits import FEWEST_BUYERS, stores_to_fit_first
from regard.predict.models import FittedModel, ModelKind
from regard.profile.models import Customer
from regard.score.models import CustomerFeatures, StaleCustomer

pytestmark = pytest.mark.django_db


def add_buyers(store: Store, count: int) -> None:
    now = clock.now()
    made = Customer.objects.bulk_create(
        Customer(store=store, first_seen_at=now, last_seen_at=now) for _each in range(count)
    )
    counts = dict.fromkeys(
        (
            field.name
            for field in CustomerFeatures._meta.get_fields()
            if field.get_internal_type() == "IntegerField" and not field.null
        ),
        0,
    )
    CustomerFeatures.objects.bulk_create(
        CustomerFeatures(
            store=store,
            customer=customer,
            **{**counts, "orders": 1, "digest": 1, "revision": 1},
            computed_at=now,
        )
        for customer in made
    )


def add_import(store: Store, ago: timedelta) -> None:
    ImportRun.objects.create(
        store=store, kind="orders", file_name="orders.csv", finished_at=clock.now() - ago
    )


def test_only_who_was_just_brought_a_past_with_buyers_is_fitted_at_once(
    store: Store, other_store: Store
) -> None:
    add_buyers(store, FEWEST_BUYERS - 1)
    assert stores_to_fit_first() == []
    add_import(store, timedelta(minutes=1))
    assert stores_to_fit_first() == []  # one buyer is missing
    add_buyers(store, 1)
    add_import(other_store, timedelta(minutes=1))
    assert stores_to_fit_first() == [store]

    stale = StaleCustomer.objects.create(store=store, customer=Customer.objects.filter(store=store)[0])
    assert stores_to_fit_first() == []
    stale.delete()
    ImportRun.objects.filter(store=store).update(finished_at=clock.now() - timedelta(hours=1))
    assert stores_to_fit_first() == []
    add_import(store, timedelta(minutes=2))
    now = clock.now()
    FittedModel.objects.create(
        store=store, kind=ModelKind.CHURN, fitted_at=now, as_of=now, parameters={}, card={}
    )
    assert stores_to_fit_first() == []
