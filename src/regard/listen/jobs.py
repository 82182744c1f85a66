from __future__ import annotations

from procrastinate.contrib.django import app

from regard.core.edges.jobs import defer_for_each
from regard.core.models import Store
from regard.listen.domain.finding_themes import find_store_themes
from regard.listen.domain.rising import tell_rising_themes

OF_THEMES = "listen.themes"  # the lock of jobs that read all texts of a store


@app.periodic(cron="40 3 * * *")
@app.task(name="listen.find_all_themes")
def find_all_themes(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are told when they were due
    """Every night."""
    defer_for_each(Store.objects.all(), find_themes_of_store, lock=OF_THEMES)


@app.periodic(cron="25 * * * *")
@app.task(name="listen.look_for_rising_themes")
def look_for_rising_themes(timestamp: int) -> None:  # noqa: ARG001 - see above
    """Every hour."""
    defer_for_each(Store.objects.all(), tell_rising_themes_of_store)


@app.task(name="listen.tell_rising_themes_of_store")
def tell_rising_themes_of_store(store_id: int) -> None:
    tell_rising_themes(Store.objects.get(pk=store_id))


def find_themes_soon(store: Store) -> None:
    """In the background, and not on top of a job of the store that still waits."""
    defer_for_each([store], find_themes_of_store, lock=OF_THEMES)


@app.task(name="listen.find_themes_of_store")
def find_themes_of_store(store_id: int) -> None:
    find_store_themes(Store.objects.get(pk=store_id))
