"""What a night does for lifetime values: fit anew once a week, and compute the values of all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from regard.core import clock
from regard.core.models import Store
from regard.lake.domain.refresh import refresh_lake
from regard.predict.domain.lifetime.fitting import History, fit_lifetime_value
from regard.predict.domain.lifetime.keeping import refresh_lifetime_values
from regard.predict.models import FittedModel, ModelKind

FIT_EVERY = timedelta(days=7)


@dataclass(frozen=True)
class Refreshed:
    """What a night did. history: None where the last fit is new enough. model: the one that was fitted, if any."""

    history: History | None
    model: FittedModel | None
    customers: int


def refresh_lifetime(store: Store, *, always_fit: bool = False) -> Refreshed:
    """Fit the store's model if the last one is a week old, and compute the values of all customers.

    They are computed even if the fit fails, with the model that was in use before it; then the error is raised.
    """
    refresh_lake(store)
    now = clock.now()
    history, model = None, None
    try:
        if always_fit or _is_due(store):
            history, model = fit_lifetime_value(store, as_of=now)
    finally:
        customers = refresh_lifetime_values(store, as_of=now)
    return Refreshed(history, model, customers)


def _is_due(store: Store) -> bool:
    fitted = FittedModel.objects.filter(store=store, kind=ModelKind.LIFETIME_VALUE)
    return not fitted.filter(fitted_at__gt=clock.now() - FIT_EVERY + timedelta(hours=1)).exists()
