"""Themes of which customers complain more than before, told to the log for alerts and whoever else listens."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from regard.capture.domain.bulk import run_bulk
from regard.capture.domain.record import record
from regard.core import clock
from regard.core.models import Store
from regard.listen.facts import ThemeRising
from regard.listen.models import Theme

# Source: specification, act, section 3: "+25 % week on week and >= 10 tickets".
SPAN = timedelta(days=7)
LEAST = 10
SHARE = 0.25
# Proposal: a theme that goes on is news again after as long. What is imported may be the past to compare with.
RISING = """
    SELECT theme.id, theme.name, counted.now, counted.before FROM listen_theme AS theme
    JOIN LATERAL (
        SELECT count(*) FILTER (WHERE mention.said_at > %b AND NOT said.history) AS now,
            count(*) FILTER (WHERE mention.said_at <= %b) AS before
        FROM listen_thememention AS mention
        JOIN listen_understanding AS said ON said.id = mention.understanding_id AND said.feeling = 'negative'
        WHERE mention.theme_id = theme.id AND mention.said_at > %b AND mention.said_at <= %b
    ) AS counted ON counted.now >= %b AND counted.now >= counted.before * (1 + %b)
    WHERE theme.store_id = %b AND NOT theme.is_hidden
        AND (theme.told_rising_at IS NULL OR theme.told_rising_at <= %b)
    ORDER BY theme.id
    FOR UPDATE OF theme
"""


@transaction.atomic
def tell_rising_themes(store: Store) -> int:
    """Record `ThemeRising` of each theme whose complaints of 7 days, at least 10, are 25 % more than those of the
    7 days before; gives how many. Each is told once in 7 days. One query where nothing rises."""
    now = clock.now()
    recent = now - SPAN
    values = (recent, recent, recent - SPAN, now, LEAST, SHARE, store.pk, now - SPAN)
    rising = run_bulk(RISING, values)
    for theme_id, name, complaints, before in rising:
        fact = ThemeRising(theme_id=theme_id, theme=name, complaints=complaints, before=before)
        record(fact, store_id=store.pk)
    if rising:
        Theme.objects.filter(pk__in=[row[0] for row in rising]).update(told_rising_at=now)
    return len(rising)
