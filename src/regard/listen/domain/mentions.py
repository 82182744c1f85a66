"""Which texts speak of which themes: those that every shop hears of, and those found in the store's own texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Self

from regard.capture.domain.bulk import columns_of, run_bulk
from regard.core import clock
from regard.core.models import Store
from regard.listen.models import Theme
from regard.text.themes import KnownThemes
from regard.text.understanding import Understood

PLEASED = 0.6  # a score of words from which on what sounds like a complaint is denied: "it does not itch"
COMPLAINTS = {
    "poor quality",
    "damaged or defective",
    "too expensive",
    "not worth the money",
    "uncomfortable",
    "poor support",
}
LOOKED_FOR = timedelta(days=180)  # after it was found last
NAME_THEMES = """
    INSERT INTO listen_theme (store_id, name, phrases, is_hidden)
    SELECT %b, name, '{}', false FROM unnest(%b::text[]) AS told (name) ORDER BY name
    ON CONFLICT (store_id, name) DO NOTHING
"""
FORGET = "DELETE FROM listen_thememention WHERE understanding_id = ANY(%b::bigint[])"
# A text that is being forgotten meanwhile is waited for, and left out.
MENTION = """
    INSERT INTO listen_thememention (theme_id, understanding_id, said_at)
    SELECT theme.id, told.understanding, told.said_at
    FROM unnest(%b::text[], %b::bigint[], %b::timestamptz[]) AS told (name, understanding, said_at)
    JOIN listen_theme AS theme ON theme.store_id = %b AND theme.name = told.name
    JOIN listen_understanding AS said ON said.id = told.understanding
    FOR KEY SHARE OF said
    ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Themes:
    """The themes of a store by which a text is read."""

    found: KnownThemes

    @classmethod
    def of(cls, store: Store) -> Self:
        """One query. A theme of which no text has spoken for long is not looked for any more."""
        rows = Theme.objects.filter(store=store, found_at__gte=clock.now() - LOOKED_FOR).exclude(phrases=[])
        told = rows.order_by("id").values_list("name", "phrases")
        return cls(_known(tuple((name, tuple(phrases)) for name, phrases in told)))

    def said_in(self, words: str, understood: Understood) -> tuple[str, ...]:
        """The names of those that a text speaks of."""
        is_pleased = understood.sentiment.score >= PLEASED
        known = [name for name in understood.themes if not (is_pleased and name in COMPLAINTS)]
        return tuple(dict.fromkeys((*known, *self.found.said_in(words, understood.language))))


@lru_cache(maxsize=32)
def _known(phrases: tuple[tuple[str, tuple[str, ...]], ...]) -> KnownThemes:
    """Their roots are found once while the themes stay the same."""
    return KnownThemes(dict(phrases))


def keep_mentions(store: Store, said: Mapping[int, tuple[datetime, Sequence[str]]]) -> None:
    """Put down what texts speak of, in place of what was put down of them before.

    said: by id of the Understanding, when it was said, and the names of the themes.
    """
    run_bulk(FORGET, (list(said),))
    add_mentions(store, said)


def add_mentions(store: Store, said: Mapping[int, tuple[datetime, Sequence[str]]]) -> None:
    """The same, beside what was put down before."""
    rows = [(name, number, at) for number, (at, names) in said.items() for name in names]
    if rows:
        run_bulk(NAME_THEMES, (store.pk, sorted({name for name, _number, _at in rows})))
        run_bulk(MENTION, (*columns_of(rows, 3), store.pk))
