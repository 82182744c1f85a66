"""How well churn is foreseen: in the made-up store, whose truth is known, and in a real shop's file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.installation import Installation

if TYPE_CHECKING:  # Django is set up only once the installation is there
    from regard.core.models import Store
    from regard.predict.domain.churn.judging import Judged

CUSTOMERS = int(os.environ.get("REGARD_BENCH_CUSTOMERS", "20000"))
SEED, DAYS = 1, 90
UNTIL = datetime(2026, 11, 1, tzinfo=UTC)
RETAIL = Path(__file__).parents[2] / "shared" / "data" / "online_retail" / "online_retail.csv.gz"
RETAIL_MAPPING = """
    [columns]
    order_id = "InvoiceNo"
    product_id = "StockCode"
    title = "Description"
    quantity = "Quantity"
    ordered_at = "InvoiceDate"
    price = "UnitPrice"
    customer_id = "CustomerID"
    [formats]
    round_amounts = true
"""


def measure_churn(installation: Installation) -> Iterator[str]:
    """A line for each way to tell the risk, judged by the last ninety days of each store."""
    from regard.core import clock
    from regard.core.domain.stores import create_store
    from regard.core.models import Store

    yield f"{'':<34}{'n':>8}{'AUC':>7}{'top 10%':>9}{'over 70%':>10}{'precision':>10}{'Brier':>8}{'ECE':>7}"
    with clock.set_to(UNTIL, rate=1), tempfile.TemporaryDirectory() as folder:
        made_up = Store.objects.get(pk=installation.store_id)
        _load_made_up(made_up, Path(folder))
        yield from _judged(made_up, UNTIL)
        yield _line("made-up: who knows the truth", _judge_truth(made_up, Path(folder)))
    if not RETAIL.exists():
        yield "a real shop's file is not there: left out"
        return
    shop = create_store(slug="shop", currency="GBP", time_zone="Europe/London", actor="bench")
    yield from _judged(shop, _load_shop(shop))


def _load_made_up(store: Store, folder: Path) -> None:
    from regard.cli.demo_store import load_past
    from regard.cli.import_progress import form_profiles
    from regard.sim.files import write_past, write_truth
    from regard.sim.plan import plan_until

    plan = plan_until(UNTIL, seed=SEED, customers=CUSTOMERS)
    write_past(plan, folder / "past")
    write_truth(plan, folder / "truth")
    load_past(store, folder / "past", actor="bench")
    form_profiles(store)


def _load_shop(store: Store) -> datetime:
    """Gives when its file ends."""
    from django.db.models import Max

    from regard.capture.domain.imports import import_file
    from regard.cli.import_progress import form_profiles
    from regard.profile.models import Order

    with tempfile.TemporaryDirectory() as folder:
        mapping = Path(folder) / "mapping.toml"
        mapping.write_text(RETAIL_MAPPING)
        import_file(store=store, kind="order_lines", path=RETAIL, mapping=mapping, actor="bench")
    form_profiles(store)
    last: datetime = Order.objects.filter(store=store).aggregate(last=Max("ordered_at"))["last"]
    return last


def _judged(store: Store, until: datetime) -> Iterator[str]:
    from regard.predict.domain.churn.backtest import backtest

    tested = backtest(store, as_of=until - timedelta(days=DAYS), days=DAYS)
    for name, judged in tested.judged.items():
        yield _line(f"{store.slug}: {name}", judged)
    if tested.model is not None:
        yield _line(f"{store.slug}: boosted trees", _judge_trees(store, until))


def _judge_trees(store: Store, until: datetime) -> Judged:
    """What the model was chosen over: boosted trees on the same inputs and moments, calibrated in the same way."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression

    from regard.core import clock
    from regard.predict.domain.churn.backtest import labelled_history
    from regard.predict.domain.churn.inputs import INPUTS, inputs_of
    from regard.predict.domain.churn.judging import judge
    from regard.predict.domain.churn.training_set import labelled_at

    then = until - timedelta(days=DAYS)
    _history, [*earlier, last] = labelled_history(store, known_at=then, until=until, days=DAYS)
    [held_out] = labelled_at(store, [then], days=DAYS, known_at=clock.now())
    every = np.vstack([inputs_of(each.seen, list(INPUTS)) for each in earlier])
    says = [name for name, column in zip(INPUTS, every.T, strict=True) if len(np.unique(column)) > 2]
    columns = [list(INPUTS).index(name) for name in says]
    trees = HistGradientBoostingClassifier(
        learning_rate=0.05, max_leaf_nodes=4, min_samples_leaf=20, l2_regularization=1, random_state=SEED
    ).fit(every[:, columns], np.concatenate([each.left for each in earlier]))

    def odds(seen: Any) -> Any:
        return trees.decision_function(inputs_of(seen, says))[:, None]

    calibrated = LogisticRegression(C=1e6).fit(odds(last.seen), last.left)
    return judge(calibrated.predict_proba(odds(held_out.seen))[:, 1], held_out.left)


def _judge_truth(store: Store, folder: Path) -> Judged:
    """Who knows how often each customer orders, and whether they have silently had enough: the best there is."""
    import pyarrow.parquet as pq

    from regard.core import clock
    from regard.predict.domain.churn.judging import judge
    from regard.predict.domain.churn.training_set import labelled_at
    from regard.profile.models import Identity

    then = UNTIL - timedelta(days=DAYS)
    [held_out] = labelled_at(store, [then], days=DAYS, known_at=clock.now())
    people = pq.read_table(folder / "truth" / "people.parquet").to_pylist()
    truth = {person["customer_id"]: person for person in people}
    named = Identity.objects.filter(store=store, kind="user_id").values_list("customer_id", "value")
    known = {customer: truth[value] for customer, value in named if value in truth}
    risks = [_true_risk(known[customer], then) for customer in held_out.seen.customers.tolist()]
    return judge(np.array(risks), held_out.left)


def _true_risk(person: dict[str, Any], then: datetime) -> float:
    """Orders come by chance, so many a year."""
    if person["left_at"] is not None and person["left_at"] <= then:
        return 1.0
    return float(np.exp(-person["orders_a_year"] * DAYS / 365))


def _line(label: str, judged: Judged) -> str:
    flagged = judged.flagged
    precision = "-" if flagged.precision is None else f"{flagged.precision:.1%}"
    return (
        f"{label:<34}{judged.n:>8,}{judged.auc or 0:>7.3f}{judged.riskiest:>9.1%}{flagged.n:>10,}{precision:>10}"
        f"{judged.brier:>8.4f}{judged.ece:>7.3f}"
    )
