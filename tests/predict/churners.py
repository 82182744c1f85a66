"""A store whose customers come back or not, and customers as columns, for tests of churn."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime, timedelta
from functools import cache

import numpy as np

from regard.core.models import Store
from regard.predict.domain.churn.fitting import fit_model
from regard.predict.domain.churn.inputs import Seen
from regard.predict.domain.churn.judging import judge
from regard.predict.domain.churn.logistic import ChurnModel, plain_model
from regard.predict.domain.churn.training_set import Labelled
from regard.predict.domain.fitted import keep_model
from regard.predict.models import FittedModel, ModelKind
from regard.profile.models import Customer, Identity, Order
from regard.score.domain.features import Features
from regard.score.domain.inputs import moment
from tests.score.people import NOW

DAY = np.timedelta64(86_400_000_000, "us")
EMPTY = {"Whole": 0, "Numbers": np.nan, "Times": np.datetime64("NaT", "us"), "Column": 0}


def customers_seen(size: int, *, seed: int, as_of: datetime = NOW) -> Seen:
    """Of whom only purchases and ratings are known."""
    random = np.random.default_rng(seed)
    columns = {field.name: np.full(size, EMPTY[str(field.type)]) for field in fields(Features)}
    last = random.exponential(80, size)
    columns["customer_id"] = np.arange(1, size + 1)
    columns["orders"] = random.poisson(2, size) + 1
    columns["last_ordered_at"] = moment(as_of) - (last * DAY).astype("m8[us]")
    columns["first_ordered_at"] = columns["last_ordered_at"] - (random.exponential(200, size) * DAY).astype(
        "m8[us]"
    )
    columns["last_rating"] = np.where(random.random(size) < 0.4, random.integers(1, 6, size), np.nan)
    return Seen(Features(**columns), as_of, 60.0)


def labelled_at_random(size: int, *, seed: int, as_of: datetime = NOW) -> Labelled:
    """Who leaves depends on when they bought last and on their rating, and on chance."""
    seen = customers_seen(size, seed=seed, as_of=as_of)
    recency = seen.days_since(seen.features.last_ordered_at)
    odds = np.log1p(recency) - 3.5 - 0.5 * np.nan_to_num(seen.features.last_rating - 3)
    chance = 1 / (1 + np.exp(-odds))
    return Labelled(seen, np.random.default_rng(seed + 1).random(size) < chance)


def fill_with_buyers(store: Store, *, customers: int = 450, days: int = 300, seed: int = 1) -> None:
    """Customers who come within two months: a third buys once, the others until they have had enough."""
    random = np.random.default_rng(seed)
    began = NOW - timedelta(days=days)
    people = Customer.objects.bulk_create(
        Customer(store=store, name=f"C {number}", first_seen_at=began, last_seen_at=NOW)
        for number in range(customers)
    )
    identities = Identity.objects.bulk_create(
        Identity(store=store, kind="user_id", value=f"u{number}", customer=person, first_seen_at=began)
        for number, person in enumerate(people)
    )
    orders = []
    for identity in identities:
        gap = random.uniform(15, 60)
        most = 1 if random.random() < 1 / 3 else random.geometric(0.12)
        day = random.uniform(0, 60)
        for _number in range(most):
            if day < days:
                orders.append(_order(identity, began + timedelta(days=day), len(orders)))
            day += random.exponential(gap)
    Order.objects.bulk_create(orders)


def _order(identity: Identity, at: datetime, number: int) -> Order:
    return Order(
        store=identity.store, identity=identity, external_id=f"o{number}", status="completed", ordered_at=at,
        total_minor=2_000 + number % 700, currency="EUR", history=True, described_at=at, event_id=0,
    )  # fmt: skip


@cache
def churn_model() -> ChurnModel:
    moments = (NOW - timedelta(days=150), NOW - timedelta(days=120))
    labelled = [labelled_at_random(800, seed=seed, as_of=at) for seed, at in enumerate(moments)]
    return fit_model(labelled, days=90)


def add_churn_model(store: Store, model: ChurnModel | None = None, *, days: int = 90) -> FittedModel:
    """In use, with the card that its fit would have left."""
    model = model or churn_model()
    held_out = labelled_at_random(500, seed=9, as_of=NOW - timedelta(days=90))
    risks = model.risks(held_out.seen)
    history = {"months": 12, "cutoffs": 2, "rows": 1_600, "fewest": 300}
    judged = {"learned": judge(risks, held_out.left), "weighted": judge(risks[::-1], held_out.left)}
    card = {
        "days": days,
        "history": history,
        "cutoffs": [(NOW - timedelta(days=days)).isoformat() for days in (150, 120)],
        "did_better": True,
        "held_out": {
            "as_of": held_out.as_of.isoformat(),
            "days": 90,
            "history": history,
            "judged": {name: asdict(each) for name, each in judged.items()},
            "did_better": True,
        },
    }
    return keep_model(
        store=store, kind=ModelKind.CHURN, as_of=NOW, parameters=plain_model(model), card=card, in_use=True
    )
