"""Models as a fit leaves them, of made-up customers."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np

from regard.core import clock
from regard.core.models import Store
from regard.predict.domain.fitted import keep_model
from regard.predict.domain.lifetime.bg_nbd import BgNbd
from regard.predict.domain.lifetime.fitting import card_of
from regard.predict.domain.lifetime.gamma_gamma import GammaGamma
from regard.predict.domain.lifetime.histories import Histories
from regard.predict.domain.lifetime.holding_out import judge
from regard.predict.domain.lifetime.valuing import fit_lifetime_model
from regard.predict.models import FittedModel, ModelKind
from tests.predict.buying import bought_by, spent_by

BUYING = BgNbd(r=0.8, alpha=8.0, a=1.2, b=4.0)
SPENDING = GammaGamma(p=4.0, q=4.0, gamma=4_000.0)


def made_up_histories(people: int = 2_000, seed: int = 1) -> Histories:
    random = np.random.default_rng(seed)
    age = random.integers(1, 80, people).astype(float)
    repeats, recency, later = bought_by(BUYING, age, random, beyond=90 / 7)
    spent = spent_by(SPENDING, repeats + 1, random) * (repeats + 1)
    return Histories(
        np.arange(1, people + 1),
        repeats,
        recency,
        age,
        repeats + 1,
        spent,
        later,
        later * spent / (repeats + 1),
    )


@cache
def _fitted() -> tuple[dict[str, Any], dict[str, Any]]:
    histories = made_up_histories()
    fit = fit_lifetime_model(histories)
    card = card_of(histories, fit, date(2026, 10, 1))
    held_out = judge(histories, days=90) | {"from": "2026-07-03"}
    return fit.model.as_parameters(), card | {"held_out": held_out}


def add_lifetime_model(store: Store, *, in_use: bool = True) -> FittedModel:
    parameters, card = _fitted()
    return keep_model(
        store=store,
        kind=ModelKind.LIFETIME_VALUE,
        as_of=clock.now(),
        parameters=parameters,
        card=card | {"did_better": in_use},
        in_use=in_use,
    )
