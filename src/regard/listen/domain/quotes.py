"""Texts with what was understood of them, as people and programs see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from regard.capture.domain.bulk import run_bulk
from regard.core.edges.keyset import keyset_page
from regard.core.models import Store
from regard.listen.domain.text_sources import all_texts, text_sources
from regard.listen.models import Theme, ThemeMention, Understanding
from regard.profile.domain.customers import name_customers
from regard.profile.domain.product_titles import product_titles
from regard.profile.models import Customer, Identity

MOST_COUNTED = 1_000
WORDS = """
    SELECT id, words, identity_id, product_external_id, rating, external_id FROM ({rows}) AS text
    WHERE store_id = %b AND id = ANY(%b::bigint[])
"""

# An array, which is made once and first: see regard.core.one_of.IsOneOf.
OF_PRODUCT = """
    listen_understanding.id = ANY(ARRAY(
        SELECT said.id FROM ({rows}) AS text
        JOIN listen_understanding AS said ON said.source = text.name AND said.source_id = text.id
            AND said.store_id = text.store_id
        WHERE text.store_id = %s AND text.product_external_id = %s
    ))
"""


class Said(NamedTuple):
    """What its source has of a text. rating: stars, or None."""

    words: str
    identity_id: int | None
    product_id: str
    rating: int | None
    external_id: str


@dataclass(frozen=True)
class Quote:
    """A text and what was understood of it. customer: None while nobody knows whose it is. product: its title, or
    the shop's id. themes: their ids and names."""

    understanding: Understanding
    source: str
    words: str
    customer: Customer | None
    product: str
    rating: int | None
    themes: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Wanted:
    """Which texts; what is empty or None does not matter. before: when they were said, exclusive."""

    feeling: str = ""
    source: str = ""
    intent: str = ""
    urgency: int | None = None
    theme: Theme | None = None
    product: str = ""  # the shop's id
    since: datetime | None = None
    before: datetime | None = None


def texts_of(store: Store, wanted: Wanted) -> QuerySet[Understanding]:
    """The texts of a store that were understood."""
    rows = Understanding.objects.filter(store=store).exclude(understood_at=None)
    exact = {"feeling": wanted.feeling, "source": wanted.source, "urgency": wanted.urgency}
    rows = rows.filter(**{name: value for name, value in exact.items() if value not in ("", None)})
    if wanted.intent:
        rows = rows.filter(intents__contains=[wanted.intent])
    if wanted.theme is not None:
        mentions = ThemeMention.objects.filter(theme=wanted.theme)
        rows = rows.filter(pk__in=mentions.values("understanding"))
    if wanted.product:
        about = OF_PRODUCT.format(rows=all_texts("product_external_id"))
        rows = rows.filter(RawSQL(about, (store.pk, wanted.product), BooleanField()))  # noqa: S611 - constants of this code
    if wanted.since is not None:
        rows = rows.filter(said_at__gte=wanted.since)
    return rows if wanted.before is None else rows.filter(said_at__lt=wanted.before)


def quotes_for_viewer(
    store: Store, wanted: Wanted, *, cursor: str = "", limit: int = 50
) -> tuple[list[Quote], str]:
    """A page of texts, the latest said first, and the cursor of the next, "" at the end.

    A query for the texts, one for each source that has some of them, and four for what is told beside them. Raises
    CursorInvalid.
    """
    page = keyset_page(texts_of(store, wanted), order=("-said_at", "-id"), cursor=cursor, limit=limit)
    return quotes_of(store, page.rows), page.next_cursor


def count_texts(store: Store, wanted: Wanted, *, most: int = MOST_COUNTED) -> int:
    """How many texts there are, up to `most`: a page of millions of them is not kept waiting for the rest."""
    return texts_of(store, wanted).order_by()[:most].count()


def unsure_quotes(store: Store, *, limit: int = 20) -> list[Quote]:
    """Of the latest texts those that Regard is least sure of and nobody has judged."""
    latest = Understanding.objects.filter(store=store).exclude(understood_at=None).order_by("-said_at", "-id")
    rows = [row for row in latest[: limit * 25] if not row.is_intent_told and row.confidence is not None]
    return quotes_of(store, sorted(rows, key=lambda row: row.confidence or 0.0)[:limit])


def quote_of(store: Store, understanding_id: int) -> Quote:
    """One text. Raises Understanding.DoesNotExist, also for one that is gone from its source."""
    found = quotes_of(store, [Understanding.objects.get(store=store, pk=understanding_id)])
    if not found:
        raise Understanding.DoesNotExist
    return found[0]


def quotes_of(store: Store, rows: Sequence[Understanding]) -> list[Quote]:
    """The same texts with their words and what is known beside them; without those that are gone."""
    said = _said(store, rows)
    customers = _customers(store, {each.identity_id for each in said.values() if each.identity_id})
    titles = product_titles(store, {each.product_id for each in said.values()})
    themes = _themes(rows)
    return [
        Quote(
            understanding=row,
            source=text_sources.get(row.source).label,
            words=told.words,
            customer=customers.get(told.identity_id or 0),
            product=titles.get(told.product_id, told.product_id),
            rating=told.rating,
            themes=themes[row.pk],
        )
        for row in rows
        if (told := said.get(row.pk))
    ]


def understood_of(store: Store, source: str, source_ids: Collection[int]) -> dict[int, Understanding]:
    """What was understood of the texts of these rows, by their id. One query."""
    rows = Understanding.objects.filter(store=store, source=source, source_id__in=source_ids)
    return {row.source_id: row for row in rows.exclude(understood_at=None)}


def said_of(understanding: Understanding) -> Said:
    """What its source has of a text. Raises Understanding.DoesNotExist when it is gone."""
    said = _said(understanding.store, [understanding])
    if not said:
        raise Understanding.DoesNotExist
    return said[understanding.pk]


def _said(store: Store, rows: Iterable[Understanding]) -> dict[int, Said]:
    """By id of the Understanding."""
    wanted: dict[str, dict[int, int]] = defaultdict(dict)
    for row in rows:
        wanted[row.source][row.source_id] = row.pk
    found = {}
    for source, numbers in wanted.items():
        statement = WORDS.format(rows=text_sources.get(source).rows)
        for source_id, *told in run_bulk(statement, (store.pk, list(numbers))):
            found[numbers[source_id]] = Said(*told)
    return found


def _customers(store: Store, identity_ids: Iterable[int]) -> dict[int, Customer]:
    """By id of the identity."""
    rows = Identity.objects.filter(store=store, pk__in=identity_ids).select_related("customer")
    found = {row.pk: row.customer for row in rows}
    name_customers(found.values())
    return found


def _themes(rows: Iterable[Understanding]) -> dict[int, tuple[tuple[int, str], ...]]:
    """Ids and names by id of the Understanding."""
    mentions = ThemeMention.objects.filter(understanding__in=[row.pk for row in rows], theme__is_hidden=False)
    found: dict[int, tuple[tuple[int, str], ...]] = defaultdict(tuple)
    told = mentions.order_by("theme__name").values_list("understanding_id", "theme_id", "theme__name")
    for number, theme_id, name in told:
        found[number] += ((theme_id, name),)
    return found
