"""Models with their cards, and what the customer's page says of lifetime value."""

from __future__ import annotations

import math
import re
from datetime import date, timedelta

import pytest
from django.test import Client

from regard.core.models import Store, User
from regard.predict.domain.fitted import keep_model
from regard.predict.domain.lifetime.of_customer import CustomerValue, Expected
from regard.predict.models import ChurnRiskChange, FittedModel, ModelKind
from regard.predict.pages.panel import active_sentence, bought_sentence, expected_sentence
from tests.predict.churners import add_churn_model
from tests.predict.fitted import add_lifetime_model
from tests.score.people import NOW
from tests.web.rows import add_customer


def test_without_models_the_page_says_what_will_stand_there(base: str, owner: Client) -> None:
    page = owner.get(f"{base}/models/").content.decode()
    assert "No model has been fitted yet" in page


def test_models_tell_how_well_they_did(store: Store, base: str, owner: Client) -> None:
    old, new = add_lifetime_model(store), add_lifetime_model(store)
    refused = add_lifetime_model(store, in_use=False)
    page = owner.get(f"{base}/models/").content.decode()
    states = [page.index(f"/models/{model.pk}/") for model in (refused, new, old)]
    assert states == sorted(states)
    assert (page.count("not used"), page.count("replaced"), page.count("in use")) == (1, 2, 0)
    assert "It did no better than the mean of everybody" in page


def test_a_card_tells_what_it_was_fitted_on(store: Store, base: str, owner: Client) -> None:
    model = add_lifetime_model(store)
    page = owner.get(f"{base}/models/{model.pk}/").content.decode()
    held_out = model.card["held_out"]
    assert f"{held_out['errors']['model']['purchases_rms']:.3f}" in page
    assert f"r {model.parameters['buying']['r']:.3f}" in page
    rows = owner.get(f"{base}/models/{model.pk}/worth.csv").content.decode().splitlines()
    assert (rows[0], len(rows)) == ("Tenth,Expected,Happened", 11)
    assert owner.get(f"{base}/models/{model.pk}/other").status_code == 404


def test_figures_of_a_card_that_were_not_finite_are_left_open(store: Store, base: str, owner: Client) -> None:
    made = add_lifetime_model(store)
    held_out = made.card["held_out"]
    held_out["expected"]["model"]["worth"] = math.inf
    held_out["errors"]["model"]["worth_rms"] = math.nan
    held_out["parts"][0]["expected_worth"] = -math.inf
    kept = keep_model(
        store=store,
        kind=ModelKind.LIFETIME_VALUE,
        as_of=made.as_of,
        parameters=made.parameters,
        card=made.card,
        in_use=False,
    )
    assert '<td class="number">–</td>' in owner.get(f"{base}/models/{kept.pk}/").content.decode()
    rows = owner.get(f"{base}/models/{kept.pk}/worth.csv").content.decode().splitlines()
    assert rows[1].startswith("1,,")


def test_a_customer_s_page_says_what_is_expected(store: Store, base: str, owner: Client) -> None:
    model, customer = add_lifetime_model(store), add_customer(store)
    page = owner.get(f"{base}/customers/{customer.pk}/?whole=1").content.decode()
    assert "Bought once, today." in page
    assert "Whether somebody who bought once has left cannot be told from that." in page
    assert f'href="{base}/models/{model.pk}/"' in page


def test_a_churn_model_s_page_tells_its_window(store: Store, base: str, owner: Client) -> None:
    said = "not to buy again within {} days"
    assert said.format(90) in owner.get(f"{base}/models/").content.decode()
    model = add_churn_model(store)
    FittedModel.objects.filter(pk=model.pk).update(card=model.card | {"days": 60})
    for path in ("", f"{model.pk}/"):
        page = owner.get(f"{base}/models/{path}").content.decode()
        assert said.format(60) in page
        assert said.format(90) not in page


def test_points_and_days_are_in_the_reader_s_language(store: Store, base: str, owner: Client) -> None:
    model, customer = add_churn_model(store), add_customer(store)
    for days in (3, 1):
        ChurnRiskChange.objects.create(
            store=store, customer=customer, model=model, value=40, predicted_at=NOW - timedelta(days=days)
        )
    User.objects.update(language="de")
    page = owner.get(f"{base}/customers/{customer.pk}/?whole=1").content.decode()
    assert "29. Oktober 2026" in page
    assert re.search(r'<span class="number">[+−]\d+<span', page)


def test_without_a_model_the_page_says_so(store: Store, base: str, owner: Client) -> None:
    customer = add_customer(store)
    page = owner.get(f"{base}/customers/{customer.pk}/?whole=1").content.decode()
    assert "Nothing is predicted" in page
    assert "Expected in the next 12 months" not in page


def _value(purchases: int, first: date, last: date) -> CustomerValue:
    return CustomerValue(date(2026, 3, 1), purchases, first, last, 100, {}, None)


def test_what_was_bought_in_a_sentence() -> None:
    assert [
        bought_sentence(value)
        for value in (
            _value(1, date(2026, 2, 28), date(2026, 2, 28)),
            _value(2, date(2026, 2, 1), date(2026, 3, 1)),
            _value(5, date(2024, 12, 10), date(2026, 2, 9)),
            _value(9, date(2022, 1, 1), date(2025, 12, 1)),
        )
    ] == [
        "Bought once, 1 day ago.",
        "Bought 2 times in 28 days, last today.",
        "Bought 5 times in 14 months, last 20 days ago.",
        "Bought 9 times in 3.9 years, last 90 days ago.",
    ]


@pytest.mark.parametrize(
    ("alive", "said"),
    [
        (0.93, "Probably active (93 %)."),
        (0.45, "Perhaps still active (45 %)."),
        (0.02, "Has probably left (active with 2 %)."),
        (None, "Whether somebody who bought once has left cannot be told from that."),
    ],
)
def test_what_is_expected_in_a_sentence(alive: float | None, said: str) -> None:
    expected = Expected(alive, 2.1, 5_400, 11_340, FittedModel())
    assert active_sentence(expected) == said
    assert expected_sentence(expected, "EUR") == (
        "Expected in the next 12 months: 2.1 purchases of about 54.00 EUR."
    )
