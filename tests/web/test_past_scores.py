"""The page of a customer's scores on a day gone by."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from regard.core import clock
from regard.core.models import Store
from regard.score.domain.refresh import refresh_health
from tests.score.people import NOW, days_ago, new_answer, new_customer, new_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(store: Store):
    found = new_customer(store)
    new_order(found, days_ago(100))
    new_answer(found, days_ago(99), 90)
    new_answer(found, days_ago(40), 20)
    return found


def test_scores_of_then_stand_with_their_reasons(store: Store, customer, owner: Client) -> None:
    url = reverse("past_scores", args=[store.slug, customer.pk])
    with clock.set_to(NOW):
        then = owner.get(f"{url}?as_of=2026-08-01").content.decode()
        assert "One answer: 9 of 10." in then
        assert 'value="2026-08-01"' in then
        assert "No learned churn risk is kept of then" in then
        assert "2 answers" in owner.get(f"{url}?as_of=2026-11-01").content.decode()
        assert "Too little was known then" in owner.get(f"{url}?as_of=2025-01-01").content.decode()
        assert "yet to come" in owner.get(f"{url}?as_of=2027-01-01").content.decode()
        assert "is no day" in owner.get(f"{url}?as_of=soon").content.decode()


def test_visits_that_are_not_kept_any_more_are_said(store: Store, customer, owner: Client) -> None:
    Store.objects.filter(pk=store.pk).update(event_retention_months=1)
    with clock.set_to(NOW):
        page = owner.get(reverse("past_scores", args=[store.slug, customer.pk]) + "?as_of=2026-08-01")
    assert "are not known any more" in page.content.decode()


def test_the_page_of_a_customer_leads_there(store: Store, customer, owner: Client) -> None:
    for at in (days_ago(50), NOW):
        with clock.set_to(at):
            refresh_health(store=store)
    with clock.set_to(NOW):
        page = owner.get(reverse("customer", args=[store.slug, customer.pk]) + "?whole=1").content.decode()
    past = reverse("past_scores", args=[store.slug, customer.pk])
    assert f'href="{past}"' in page
    assert f'href="{past}?as_of=2026-09-12T' in page
