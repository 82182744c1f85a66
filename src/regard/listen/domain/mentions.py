"""Which texts speak of which themes: those that every shop hears of, and those found in the store's own texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from regard.capture.domain.bulk import columns_of, run_bulk
from regard.core.models import Store
from regard.listen.models import Theme
from regard.text.themes import KnownThemes
from regard.text.understanding import Understood

NAME_THEMES = """
    INSERT INTO listen_theme (store_id, name, phrases, is_hidden)
    SELECT %b, name, '{}', false FROM unnest(%b::text[]) AS told (name) ORDER BY name
    ON CONFLICT (store_id, name) DO NOTHING
"""
FORGET = "DELETE FROM listen_thememention WHERE understanding_id = ANY(%b::bigint[])"
MENTION = """
    INSERT INTO listen_thememention (theme_id, understanding_id, said_at)
    SELECT theme.id, told.understanding, told.said_at
    FROM unnest(%b::text[], %b::bigint[], %b::timestamptz[]) AS told (name, understanding, said_at)
    JOIN listen_theme AS theme ON theme.store_id = %b AND theme.name = told.name
    ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Themes:
    """The themes of a store by which a text is read."""

    found: KnownThemes

    @classmethod
    def of(cls, store: Store) -> Self:
        """One query."""
        rows = Theme.objects.filter(store=store).exclude(phrases=[])
        return cls(KnownThemes(dict(rows.values_list("name", "phrases"))))

    def said_in(self, words: str, understood: Understood) -> tuple[str, ...]:
        """The names of those that a text speaks of."""
        return tuple(dict.fromkeys((*understood.themes, *self.found.said_in(words, understood.language))))


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
