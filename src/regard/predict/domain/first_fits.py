"""Which stores may be fitted models for the first time, so that who imports a past need not wait for the night."""

from __future__ import annotations

from datetime import timedelta

from regard.capture.models import ImportRun
from regard.core import clock
from regard.core.models import Store
from regard.predict.models import FittedModel
from regard.score.domain.stale import has_stale
from regard.score.models import CustomerFeatures

JUST_IMPORTED = timedelta(minutes=30)
FEWEST_BUYERS = 500  # below which no model of any kind is fitted


def stores_to_fit_first() -> list[Store]:
    """Those without any model that were just brought a past, all of which is read, with enough buyers."""
    lately = ImportRun.objects.filter(finished_at__gte=clock.now() - JUST_IMPORTED).values("store")
    stores = Store.objects.filter(pk__in=lately).exclude(pk__in=FittedModel.objects.values("store"))
    return [store for store in stores if not has_stale(store) and _has_buyers(store)]


def _has_buyers(store: Store) -> bool:
    buyers = CustomerFeatures.objects.filter(store=store, orders__gte=1).order_by("orders", "customer")
    return buyers[FEWEST_BUYERS - 1 : FEWEST_BUYERS].exists()
