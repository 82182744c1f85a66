"""Themes of which customers complain more than before are told once, and raise a warning."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regard.act.models import Alert
from regard.core import clock
from regard.core.models import Store
from regard.listen.domain.rising import LEAST, SPAN, tell_rising_themes
from regard.listen.models import Theme, ThemeMention, Understanding
from tests.act.queueing import facts
from tests.journeys.shop import Shop

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def theme(store: Store) -> Theme:
    return Theme.objects.create(store=store, name="zips", phrases=["zip broke"])


def complain(
    theme: Theme, count: int, *, at: datetime, feeling: str = "negative", history: bool = False
) -> None:
    """Texts that speak of the theme."""
    first = Understanding.objects.count()
    said = Understanding.objects.bulk_create(
        Understanding(
            store=theme.store, source="reviews", source_id=first + number, said_at=at, understood_at=at,
            language="en", feeling=feeling, history=history, digest=0,
        )
        for number in range(count)
    )  # fmt: skip
    ThemeMention.objects.bulk_create(ThemeMention(theme=theme, understanding=one, said_at=at) for one in said)


def told() -> list[tuple[int, int]]:
    return [(fact["complaints"], fact["before"]) for fact in facts("ThemeRising")]


def test_what_rises_is_told_once_in_a_week(store: Store, theme: Theme) -> None:
    now = clock.now()
    complain(theme, 8, at=now - SPAN - DAY)
    complain(theme, LEAST, at=now - DAY)
    assert (tell_rising_themes(store), tell_rising_themes(store), told()) == (1, 0, [(10, 8)])
    with clock.set_to(now + SPAN + DAY):
        complain(theme, 13, at=clock.now() - DAY)
        assert (tell_rising_themes(store), told()) == (1, [(10, 8), (13, 10)])


@pytest.mark.parametrize(
    ("recent", "before"),
    [({"count": 9}, 0), ({"count": 12}, 10), ({"count": 20, "feeling": "positive"}, 0),
     ({"count": 20, "history": True}, 0)],
)  # fmt: skip
def test_few_as_many_as_before_pleased_or_imported_ones_are_no_news(
    store: Store, theme: Theme, recent: dict, before: int
) -> None:
    complain(theme, before, at=clock.now() - SPAN - DAY)
    complain(theme, at=clock.now() - DAY, **recent)
    assert (tell_rising_themes(store), told()) == (0, [])


def test_neither_hidden_themes_nor_those_of_others_are_told(
    store: Store, other_store: Store, theme: Theme
) -> None:
    complain(theme, LEAST, at=clock.now() - DAY)
    assert tell_rising_themes(other_store) == 0
    Theme.objects.update(is_hidden=True)
    with CaptureQueriesContext(connection) as queries:
        assert tell_rising_themes(store) == 0
    assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) == 1


def test_it_raises_one_warning(store: Store, theme: Theme) -> None:
    shop = Shop(store)
    complain(theme, LEAST, at=clock.now() - DAY)
    tell_rising_themes(store)
    shop.read_log()
    alert = Alert.objects.get()
    assert (alert.kind, alert.level, alert.subject) == ("theme_rise", "warning", "zips")
    assert alert.reason == "zips: 10 in 7 days, 0 in the 7 days before."
