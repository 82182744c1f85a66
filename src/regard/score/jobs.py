from __future__ import annotations

from procrastinate.contrib.django import app

from regard.core.edges.jobs import defer_for_each
from regard.core.models import Store
from regard.score.domain.band_totals import count_bands
from regard.score.domain.refresh import refresh_health
from regard.score.domain.retelling import retell_past, stores_to_retell
from regard.score.domain.rules.browsing import fade_intents
from regard.score.domain.rules.parcels import measure_carriers, refresh_all_parcels
from regard.score.domain.rules.products import refresh_products
from regard.score.domain.stale import refresh_stale
from regard.score.domain.standing import measure_standing

MUCH_MEMORY = "score.health"  # the lock of jobs that compute all customers of a store


@app.periodic(cron="20 2 * * *")
@app.task(name="score.refresh_all_stores")
def refresh_all_stores(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are told when they were due
    """Every night, since time alone changes scores."""
    defer_for_each(Store.objects.all(), refresh_store, lock=MUCH_MEMORY)


@app.task(name="score.refresh_store")
def refresh_store(store_id: int) -> None:
    store = Store.objects.get(pk=store_id)
    refresh_stale(store)
    refresh_health(store=store)
    measure_standing(store)
    measure_carriers(store)
    count_bands(store)


@app.periodic(cron="50 * * * *")
@app.task(name="score.fade_intents_of_all_stores")
def fade_intents_of_all_stores(timestamp: int) -> None:  # noqa: ARG001 - see above
    """Purchase intent ends some time after the last step on the site."""
    defer_for_each(Store.objects.all(), fade_intents_of_store)


@app.task(name="score.fade_intents_of_store")
def fade_intents_of_store(store_id: int) -> None:
    fade_intents(Store.objects.get(pk=store_id))


@app.periodic(cron="40 * * * *")
@app.task(name="score.refresh_things_of_all_stores")
def refresh_things_of_all_stores(timestamp: int) -> None:  # noqa: ARG001 - see above
    """Parcels, which time alone changes, and products."""
    defer_for_each(Store.objects.all(), refresh_things_of_store)


@app.task(name="score.refresh_things_of_store")
def refresh_things_of_store(store_id: int) -> None:
    store = Store.objects.get(pk=store_id)
    refresh_all_parcels(store)
    refresh_products(store)


@app.periodic(cron="*/15 * * * *")
@app.task(name="score.count_bands_of_all_stores")
def count_bands_of_all_stores(timestamp: int) -> None:  # noqa: ARG001 - see above
    """What the first page shows, and the shares of groups."""
    defer_for_each(Store.objects.all(), count_bands_of_store)


@app.task(name="score.count_bands_of_store")
def count_bands_of_store(store_id: int) -> None:
    store = Store.objects.get(pk=store_id)
    count_bands(store)
    measure_standing(store)


@app.periodic(cron="*/5 * * * *")
@app.task(name="score.retell_pasts")
def retell_pasts(timestamp: int) -> None:  # noqa: ARG001 - see above
    """Soon after a past was brought in."""
    defer_for_each(stores_to_retell(), retell_past_of_store, lock=MUCH_MEMORY)


@app.task(name="score.retell_past_of_store")
def retell_past_of_store(store_id: int) -> None:
    retell_past(Store.objects.get(pk=store_id))
