"""Computing the risk of customers by the model in use: of all every night, and of whom events change at once."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from django.db import transaction

from regard.capture.domain.batch import Batch
from regard.core import clock
from regard.core.models import Store
from regard.predict.domain.churn.inputs import Seen
from regard.predict.domain.churn.keeping import Noted, Risks, keep_risks, leave_out, noted_of
from regard.predict.domain.churn.learning import churn_model_in_use
from regard.predict.domain.churn.logistic import ChurnModel, churn_model_of
from regard.predict.domain.fitted import stays_in_use
from regard.predict.models import FittedModel
from regard.score.domain.churn.risk import ROUTED_ABOVE
from regard.score.domain.columns import Chosen, Numbers, Whole, chosen_rows
from regard.score.domain.computing import features_now
from regard.score.domain.kept_features import kept_buyers
from regard.score.domain.known_facts import FEW, Asked
from regard.score.domain.refresh import customer_ranges, plan_for_many
from regard.score.domain.rhythm import expected_gap, rhythm_of
from regard.score.domain.stale import stale_among


def predict_all(store: Store, kept: FittedModel, model: ChurnModel) -> int:
    """Compute and keep the risk of every customer who has bought; gives how many there are."""
    return sum(_predict(store, kept, model, asked) for asked in customer_ranges(store))


def predict_touched(batch: Batch) -> None:
    """Compute and keep the risks of the customers whose facts the batch has changed, where a model is in use.

    What a backfill changes is left to the night. Who crosses the line while some of their scores still wait for a
    backfill has crossed it by that at least in part, which is history.
    """
    if not batch.touched or batch.is_backfill:
        return
    found = churn_model_in_use(batch.store)
    if found is not None:
        stale = stale_among(batch.store, batch.touched)
        touched = np.array(sorted(batch.touched), np.int64)
        _predict(batch.store, *found, touched, past=np.array(sorted(stale), np.int64))


@transaction.atomic
def _predict(
    store: Store, kept: FittedModel, model: ChurnModel, asked: Asked, *, past: Whole | None = None
) -> int:
    """past: customers whose moves are history whatever they are. Nothing where the model is in use no more."""
    if not stays_in_use(kept):
        return 0
    if isinstance(asked, tuple) or len(asked) > FEW:
        plan_for_many()
    now = clock.now()
    seen = seen_now(store, asked, now=now) if isinstance(asked, tuple) else _seen_as_kept(store, asked, now)
    noted = noted_of(store, asked, seen.customers)
    is_past = _moved_by_model(noted, seen, kept) | np.isin(seen.customers, [] if past is None else past)
    leave_out(store, asked, seen.customers, now=now)
    keep_risks(store, kept, Risks(seen.customers, percent_of(model, seen), noted.value, is_past), now=now)
    return len(seen.customers)


def seen_now(store: Store, asked: Asked, *, now: datetime) -> Seen:
    """Those of the customers who have bought, as they are known."""
    gap = expected_gap(rhythm_of(store, as_of=now))
    found = features_now(store, now, asked)
    return Seen(chosen_rows(found, found.orders > 0), now, gap.days)


def _seen_as_kept(store: Store, customers: Whole, now: datetime) -> Seen:
    """The same of customers whose scores were just computed."""
    gap = expected_gap(rhythm_of(store, as_of=now))
    return Seen(kept_buyers(store, customers), now, gap.days)


def percent_of(model: ChurnModel, seen: Seen) -> Numbers:
    """As risks are kept: with one decimal."""
    percent: Numbers = np.round(100 * model.risks(seen), 1)
    return percent


def _moved_by_model(noted: Noted, seen: Seen, kept: FittedModel) -> Chosen:
    """Of whom another model told before that would leave them on the side of the line where they were: if they
    cross it now, they have done nothing, it is the model that differs."""
    moved = np.zeros(len(seen.customers), bool)
    others = set(noted.model.tolist()) - {0, kept.pk}
    for before in FittedModel.objects.filter(store=kept.store_id, pk__in=others):
        still = percent_of(churn_model_of(before.parameters), seen) > ROUTED_ABOVE
        moved |= (noted.model == before.pk) & (still == (noted.value > ROUTED_ABOVE))
    return moved
