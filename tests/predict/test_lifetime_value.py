from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regard.capture.models import Event
from regard.cli.prediction_text import fit_lifetime, say_models
from regard.core import clock
from regard.core.models import Store
from regard.core.registry import data_holders
from regard.lake.domain.refresh import refresh_lake
from regard.predict.domain.fitted import model_in_use
from regard.predict.domain.lifetime import fitting
from regard.predict.domain.lifetime.fitting import fit_lifetime_value
from regard.predict.domain.lifetime.keeping import refresh_lifetime_values
from regard.predict.domain.lifetime.nightly import refresh_lifetime
from regard.predict.domain.lifetime.of_customer import value_for_viewer, values_as_of
from regard.predict.domain.lifetime.valuing import fit_lifetime_model
from regard.predict.models import FittedModel, LifetimeValue, ModelKind
from regard.profile.domain.segments.ask import customers_in_segment
from regard.profile.models import Identity, Order
from tests.predict.fitted import add_lifetime_model, made_up_histories
from tests.predict.store_history import fill_store, fill_with_regulars
from tests.score.people import NOW, days_ago, identity_of, new_customer, new_order, new_refund

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


def test_a_store_with_history_gets_a_model_and_values(store: Store):
    customers = fill_store(store)
    done = refresh_lifetime(store)
    assert done.model is not None
    assert (done.model.in_use, done.customers, done.model.card["customers"]) == (True, 700, 700)
    held_out = done.model.card["held_out"]
    assert held_out["days"] == 90
    assert held_out["errors"]["model"]["purchases_rms"] < held_out["errors"]["mean"]["purchases_rms"]
    assert sum(part["customers"] for part in held_out["parts"]) == held_out["customers"]
    for customer in customers[:20]:
        _assert_as_kept(store, customer.pk)
    assert LifetimeValue.objects.filter(store=store, is_likely_high=True).count() == 175


def _assert_as_kept(store: Store, customer_id: int) -> None:
    """What is read at night out of the lake is what is read out of the tables when somebody asks."""
    kept, value = LifetimeValue.objects.get(customer_id=customer_id), value_for_viewer(store, customer_id)
    assert value is not None
    assert value.expected is not None
    assert (kept.purchases, kept.first_on, kept.last_on, kept.spent_minor) == (
        value.purchases, value.first_on, value.last_on, value.spent_minor,
    )  # fmt: skip
    assert kept.alive == (None if value.expected.alive is None else pytest.approx(value.expected.alive))
    assert kept.expected_purchases == pytest.approx(value.expected.purchases)
    assert kept.expected_minor == pytest.approx(value.expected.worth_minor, abs=1)


def test_a_model_is_fitted_once_a_week(store: Store):
    fill_store(store)
    refresh_lifetime(store)
    with clock.set_to(NOW + timedelta(days=6)):
        assert refresh_lifetime(store).model is None
    with clock.set_to(NOW + timedelta(days=7)):
        assert refresh_lifetime(store).model is not None
    assert [model.in_use for model in FittedModel.objects.order_by("id")] == [False, True]


def test_too_little_history_gives_no_model_and_what_was_realised(store: Store):
    customer = new_customer(store)
    new_order(customer, days_ago(100), total=5_000)
    done = refresh_lifetime(store)
    assert (done.model, done.history and done.history.is_enough) == (None, False)
    kept = LifetimeValue.objects.get(customer=customer)
    assert (kept.spent_minor, kept.expected_minor, kept.alive, kept.is_likely_high) == (
        5_000,
        None,
        None,
        None,
    )


def test_a_store_of_regular_buyers_is_valued(store: Store):
    """Who buys every four weeks to the day; the likeliest rates of these are all the same."""
    customers = fill_with_regulars(store)
    done = refresh_lifetime(store)
    assert done.model is not None
    assert done.model.parameters["buying"]["r"] > 1_000
    of_all = LifetimeValue.objects.filter(store=store, expected_purchases__isnull=False)
    assert of_all.count() == (len(customers) if done.model.in_use else 0)
    assert done.model.in_use


def test_what_was_realised_is_kept_though_a_fit_fails(store: Store, monkeypatch: pytest.MonkeyPatch):
    for name in ("LEAST_CUSTOMERS", "LEAST_REPEATING"):
        monkeypatch.setattr(fitting, name, 0)  # so that amounts are looked for where there are none
    customer = new_customer(store)
    new_order(customer, days_ago(300), currency="JPY")
    with pytest.raises(ZeroDivisionError):
        refresh_lifetime(store)
    assert LifetimeValue.objects.get(customer=customer).purchases == 1


def test_a_model_that_expects_nothing_finite_is_not_used():
    histories = made_up_histories(100)
    fit = fit_lifetime_model(histories)
    broken = replace(fit.model, spending=replace(fit.model.spending, gamma=np.inf))
    assert fitting.is_finite(fit.model, histories)
    assert not fitting.is_finite(broken, histories)


def test_amounts_that_became_known_only_of_late_give_no_model(store: Store):
    """There are enough now, but none before the days that would be held out."""
    fill_store(store, currency="JPY")
    Order.objects.filter(store=store, ordered_at__gt=days_ago(80)).update(currency="EUR")
    done = refresh_lifetime(store)
    assert done.history is not None
    assert (done.history.is_enough, done.model) == (True, None)
    assert LifetimeValue.objects.filter(store=store, spent_minor__isnull=False).exists()


def test_what_a_later_run_kept_is_not_replaced(store: Store):
    customer, new = new_customer(store), new_customer(store)
    new_order(customer, days_ago(20), total=700)
    refresh_lake(store)
    later = NOW + timedelta(seconds=5)
    kept = {"store": store, "purchases": 9, "first_on": NOW, "last_on": NOW, "computed_at": later}
    LifetimeValue.objects.bulk_create(LifetimeValue(customer=each, **kept) for each in (customer, new))
    refresh_lifetime_values(store, as_of=NOW)
    assert set(LifetimeValue.objects.values_list("customer", "purchases", "computed_at")) == {
        (customer.pk, 9, later), (new.pk, 9, later),
    }  # fmt: skip


def test_purchases_of_unknown_amount_give_no_model(store: Store):
    fill_store(store, currency="JPY")
    done = refresh_lifetime(store)
    assert (done.model, done.customers) == (None, 700)
    assert set(LifetimeValue.objects.values_list("spent_minor", flat=True)) == {None}


def test_what_counts_as_bought(store: Store):
    """Two orders of one day are one purchase; called off ones, other currencies and refunds count as they do
    elsewhere: 5,000 + 3,000 + 2,000 - 1,000; what was paid or given back in yen is not known, a refund without an
    amount is of all of its order."""
    add_lifetime_model(store)
    customer = new_customer(store)
    refunded = new_order(customer, days_ago(200), total=5_000)
    new_order(customer, days_ago(200) + timedelta(hours=2), total=3_000)
    new_order(customer, days_ago(100), total=2_000)
    in_yen = new_order(customer, days_ago(50), total=9_000, currency="JPY")
    new_order(customer, days_ago(40), total=9_000, status="cancelled")
    new_refund(refunded, 1_000, days_ago(150))
    new_refund(refunded, 4_000, days_ago(140), currency="JPY")
    new_refund(new_order(customer, days_ago(100), total=600), None, days_ago(90))
    new_refund(in_yen, 9_000, days_ago(45))
    refresh_lake(store)
    refresh_lifetime_values(store, as_of=NOW)
    _assert_as_kept(store, customer.pk)
    value = value_for_viewer(store, customer.pk)
    assert value is not None
    assert (value.purchases, value.spent_minor, value.days_since_last) == (3, 9_000, 50)
    assert value.windows == {30: 0, 90: None, 365: 9_000}


def test_who_bought_on_one_day_alone_is_not_called_active(store: Store):
    add_lifetime_model(store)
    customer = new_customer(store)
    new_order(customer, days_ago(300))
    value = value_for_viewer(store, customer.pk)
    assert value is not None
    assert value.expected is not None
    assert value.expected.alive is None
    assert 0 < value.expected.purchases < 5


def test_days_are_those_of_the_store(store: Store):
    """23:30 UTC is the next day in Berlin; both ways of reading say so."""
    add_lifetime_model(store)
    customer = new_customer(store)
    new_order(customer, days_ago(10).replace(hour=23, minute=30))
    new_order(customer, days_ago(9).replace(hour=10))
    refresh_lake(store)
    refresh_lifetime_values(store, as_of=NOW)
    _assert_as_kept(store, customer.pk)
    assert LifetimeValue.objects.get().purchases == 1


def _late_event(store: Store) -> int:
    from tests.api.rows import add_event

    event_id = add_event(store)
    Event.objects.filter(id=event_id).update(received_at=NOW)
    return event_id


def test_the_past_knows_nothing_of_what_came_later(store: Store):
    """Orders and refunds of later, one told late and a model fitted later have no part in it."""
    customer, asked = new_customer(store), days_ago(100)
    first = new_order(customer, days_ago(300), total=4_000)
    new_order(customer, days_ago(200), total=6_000)
    with clock.set_to(asked - timedelta(days=1)):
        old = add_lifetime_model(store)
    before = values_as_of(store, [customer.pk], as_of=asked)
    new_order(customer, days_ago(50), total=90_000)
    new_order(customer, days_ago(150), total=70_000, event_id=_late_event(store), history=False)
    new_refund(first, 4_000, days_ago(20))
    add_lifetime_model(store)
    after = values_as_of(store, [customer.pk], as_of=asked)
    assert after == before
    assert before[customer.pk].spent_minor == 10_000
    assert (expected := before[customer.pk].expected) is not None
    assert expected.model.pk == old.pk
    assert values_as_of(store, [customer.pk], as_of=days_ago(250))[customer.pk].expected is None
    assert values_as_of(store, [customer.pk], as_of=days_ago(400)) == {}


def test_a_fit_as_of_the_past_knows_nothing_of_later_orders(store: Store):
    customers = fill_store(store)
    refresh_lake(store)
    _history, before = fit_lifetime_value(store, as_of=days_ago(30))
    for customer in customers[:100]:
        new_order(customer, days_ago(5), total=900_000)
    refresh_lake(store)
    _history, after = fit_lifetime_value(store, as_of=days_ago(30))
    assert before is not None
    assert after is not None
    assert (after.parameters, after.card) == (before.parameters, before.card)


def test_who_was_merged_away_has_no_value_any_more(store: Store):
    add_lifetime_model(store)
    kept, merged = new_customer(store), new_customer(store)
    new_order(kept, days_ago(20))
    new_order(merged, days_ago(10))
    refresh_lifetime(store)
    Identity.objects.filter(customer=merged).update(customer=kept)
    with clock.set_to(NOW + timedelta(hours=1)):
        refresh_lifetime(store)
    assert [(row.customer_id, row.purchases) for row in LifetimeValue.objects.all()] == [(kept.pk, 2)]


def test_a_value_is_given_out_and_erased(store: Store, other_store: Store):
    customer = new_customer(store)
    new_order(customer, days_ago(20), total=700)
    refresh_lifetime(store)
    holder = data_holders.get("lifetime_value")
    assert holder.export(store, customer.pk)["spent_minor"] == 700
    assert holder.export(other_store, customer.pk) is None
    assert (holder.erase(other_store, customer.pk), holder.erase(store, customer.pk)) == (0, 1)
    assert holder.export(store, customer.pk) is None


def test_who_was_erased_gets_no_value_at_night(store: Store):
    from regard.profile.models import ERASED

    customer = new_customer(store)
    new_order(customer, days_ago(20), total=700)
    identity = identity_of(customer)
    refresh_lake(store)
    Identity.objects.filter(pk=identity.pk).update(value=ERASED + "x")
    refresh_lifetime_values(store, as_of=NOW)  # the lake does not know of it yet
    assert not LifetimeValue.objects.exists()
    assert value_for_viewer(store, customer.pk) is None
    refresh_lifetime(store)
    assert not LifetimeValue.objects.exists()


def test_lists_are_ordered_and_narrowed_by_it(store: Store):
    customers = fill_store(store)
    refresh_lifetime(store)

    def found(text: str, order: str = "-expected_value") -> list[int]:
        page = customers_in_segment(store=store, text=text, order=order, limit=1_000)
        return [customer.pk for customer in page.rows]

    rows = {row.customer_id: row for row in LifetimeValue.objects.all()}
    worth = [rows[pk].expected_minor for pk in found("")]
    assert len(worth) == len(customers)
    assert worth == sorted(worth, key=lambda minor: -(minor or 0))
    assert set(found("likely_high_value = true")) == {pk for pk, row in rows.items() if row.is_likely_high}
    assert set(found("expected_value > 100")) == {
        pk for pk, row in rows.items() if row.expected_minor > 10_000
    }
    assert set(found("probably_active < 30")) == {
        pk for pk, row in rows.items() if row.alive is not None and row.alive < 0.3
    }


def test_a_value_costs_two_queries(store: Store):
    add_lifetime_model(store)
    customer = new_customer(store)
    for days in (5, 50, 500):
        new_order(customer, days_ago(days))
    with CaptureQueriesContext(connection) as queries:
        value_for_viewer(store, customer.pk)
    assert len(queries) == 2


def test_commands_say_what_came_of_it(store: Store, other_store: Store, capsys: pytest.CaptureFixture[str]):
    new_order(new_customer(other_store), days_ago(100))
    fit_lifetime(other_store)
    say_models(other_store)
    assert capsys.readouterr().out == (
        "There is too little history. Customers: 1 of 500 needed; came back: 0 of 100; "
        "with amounts: 0 of 100; days: 100 of 270. "
        "As many customers are needed before the days that are held out.\n"
        "Values are computed of all who bought: 1.\n"
        "No model has been fitted yet.\n"
    )
    add_lifetime_model(store)
    say_models(store)
    assert "Lifetime value  fitted 2026-11-01 12:00  in use" in capsys.readouterr().out


def test_another_store_has_no_part_in_it(store: Store, other_store: Store):
    add_lifetime_model(other_store)
    customer = new_customer(store)
    new_order(customer, days_ago(5))
    assert value_for_viewer(other_store, customer.pk) is None
    assert model_in_use(store, ModelKind.LIFETIME_VALUE) is None
    refresh_lifetime(other_store)
    assert not LifetimeValue.objects.exists()
    assert Order.objects.filter(store=store).count() == 1
