"""Lifetime values: fitting on a million made-up customers, on the CD store beside a peer, and a whole night."""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from bench.installation import Installation
from bench.scores import CUSTOMERS, fill, line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from regard.predict.domain.lifetime.histories import Histories

CD_STORE = Path(__file__).parents[2] / "shared" / "data" / "cdnow" / "cdnow_customers_summary.csv"
PEOPLE = int(os.environ.get("REGARD_BENCH_CUSTOMERS", "1000000"))
YEARS = 3
ROUNDS = 5


def measure_lifetime(installation: Installation) -> Iterator[str]:
    """Lines that say what was measured."""
    yield from _million()
    yield from _cd_store()
    yield from _night(installation)


def _million() -> Iterator[str]:
    from regard.predict.domain.lifetime.bg_nbd import rhythms_of
    from regard.predict.domain.lifetime.valuing import fit_lifetime_model, values_of

    histories = _made_up()
    alike = rhythms_of(histories.repeats, histories.recency, histories.age)[0]
    yield f"{PEOPLE:,} customers who buy by the models' rules, {len(alike.age):,} distinct rows"
    began, used = time.perf_counter(), time.process_time()
    fit = fit_lifetime_model(histories)
    yield line("both models fitted", time.perf_counter() - began)
    yield line("  of it processor time", time.process_time() - used)
    yield f"  true r 0.8 alpha 8 a 1.2 b 4: found {_short(fit.model.buying)}"
    yield line("the values of all", _seconds(lambda: values_of(fit.model, histories)))


def _made_up() -> Histories:
    """Customers of up to three years, by days: when they bought first and last, how often, for how much."""
    import numpy as np

    from regard.predict.domain.lifetime.histories import Histories

    random = np.random.default_rng(1)
    age = random.integers(0, YEARS * 365, PEOPLE) / 7
    rate, leaves = random.gamma(0.8, 1 / 8, PEOPLE), random.beta(1.2, 4, PEOPLE)
    stays = random.geometric(np.maximum(leaves, 1e-9))  # the purchase after which they leave
    made = random.poisson(rate * age)
    repeats = np.minimum(made, stays).astype(float)
    # The k-th of n moments that are spread evenly over a time is beta distributed.
    place = random.beta(np.maximum(repeats, 1), np.maximum(made - repeats + 1, 1))
    recency = np.where(repeats > 0, np.floor(place * age * 7) / 7, 0.0)
    spent = _spent(random, repeats + 1)
    nothing = np.zeros(PEOPLE)
    return Histories(np.arange(PEOPLE), repeats, recency, age, repeats + 1, spent, nothing, nothing)


def _spent(random: np.random.Generator, purchases: NDArray[np.float64]) -> NDArray[np.float64]:
    spent: NDArray[np.float64] = random.gamma(4 * purchases) / random.gamma(4, 1 / 4_000, len(purchases))
    return spent


def _cd_store() -> Iterator[str]:
    if not CD_STORE.exists():
        yield "the CD store is left out: its data is not beside the repository"
        return
    import numpy as np

    from regard.predict.domain.lifetime.bg_nbd import fit_bg_nbd, rhythms_of

    with CD_STORE.open() as file:
        rows = [[float(row[name]) for name in ("frequency", "recency", "T")] for row in csv.DictReader(file)]
    columns = np.array(rows).T
    ours = min(_seconds(lambda: fit_bg_nbd(rhythms_of(*columns)[0])) for _ in range(ROUNDS))
    yield line(f"the CD store's {len(rows):,} customers fitted, quickest of {ROUNDS}", ours)
    yield f"  {_short(fit_bg_nbd(rhythms_of(*columns)[0])[0])}"
    yield from _peer(columns, ours)


def _peer(columns: NDArray[np.float64], ours: float) -> Iterator[str]:
    try:
        from lifetimes import BetaGeoFitter
    except ImportError:
        yield "lifetimes is left out: it is not installed here"
        return
    theirs = min(_seconds(lambda: BetaGeoFitter().fit(*columns)) for _ in range(ROUNDS))
    yield line("  the same by lifetimes", theirs)
    yield f"  {theirs / ours:.1f} times as long"


def _night(installation: Installation) -> Iterator[str]:
    from regard.core.models import Store
    from regard.lake.domain.refresh import refresh_lake
    from regard.predict.domain.lifetime.nightly import refresh_lifetime

    store = Store.objects.get(pk=installation.store_id)
    with psycopg.connect(installation.dsn, autocommit=True) as connection:
        fill(connection, store.pk)
    refresh_lake(store)
    for night in ("first night: fitted, judged, all values kept", "another: all values kept"):
        began = time.perf_counter()
        done = refresh_lifetime(store)
        yield line(f"{CUSTOMERS:,} customers, {night}", time.perf_counter() - began)
        yield f"  {done.customers:,} have bought"


def _short(model: object) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in vars(model).items())


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
