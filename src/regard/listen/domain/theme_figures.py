"""What customers speak of in a span of time, and how they feel about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from regard.core.models import Store
from regard.listen.domain.text_sources import all_texts
from regard.listen.models import Theme, Understanding
from regard.profile.domain.customers import name_customers
from regard.profile.domain.product_titles import product_titles
from regard.profile.models import Customer
from regard.ui.charts.weeks import beginning_of, week_sql

FEELINGS = """
    SELECT count(*) FILTER (WHERE feeling = 'negative'), count(*) FILTER (WHERE feeling = 'neutral'),
        count(*) FILTER (WHERE feeling = 'positive'), count(*)
    FROM listen_understanding
    WHERE store_id = %(store)s AND said_at >= %(since)s AND said_at < %(until)s AND understood_at IS NOT NULL
        AND (%(source)s = '' OR source = %(source)s)
"""
THEMES = """
    SELECT theme.id, theme.name, theme.phrases <> '{}',
        count(*) FILTER (WHERE mention.said_at >= %(since)s) AS mentions,
        count(*) FILTER (WHERE mention.said_at >= %(since)s AND said.feeling = 'negative'),
        count(*) FILTER (WHERE mention.said_at >= %(since)s AND said.feeling = 'neutral'),
        count(*) FILTER (WHERE mention.said_at >= %(since)s AND said.feeling = 'positive'),
        count(*) FILTER (WHERE mention.said_at >= %(before)s AND mention.said_at < %(before_until)s)
    FROM listen_theme AS theme
    JOIN listen_thememention AS mention ON mention.theme_id = theme.id
        AND mention.said_at >= least(%(before)s, %(since)s) AND mention.said_at < %(until)s
    JOIN listen_understanding AS said ON said.id = mention.understanding_id
    WHERE theme.store_id = %(store)s
        AND (theme.id = %(theme)s OR %(theme)s::bigint IS NULL AND NOT theme.is_hidden)
        AND (%(source)s = '' OR said.source = %(source)s)
    GROUP BY theme.id HAVING count(*) FILTER (WHERE mention.said_at >= %(since)s) > 0
    ORDER BY mentions DESC, theme.name
"""
INTENTS = """
    SELECT intent, count(*) FROM listen_understanding, unnest(intents) AS intent
    WHERE store_id = %(store)s AND said_at >= %(since)s AND said_at < %(until)s AND understood_at IS NOT NULL
        AND (%(source)s = '' OR source = %(source)s)
    GROUP BY intent ORDER BY 2 DESC, intent
"""
WEEKS = f"""
    SELECT {week_sql("mention.said_at")} AS week, count(*),
        count(*) FILTER (WHERE said.feeling = 'negative'), count(*) FILTER (WHERE said.feeling = 'positive')
    FROM listen_thememention AS mention JOIN listen_understanding AS said ON said.id = mention.understanding_id
    WHERE mention.theme_id = %(theme)s AND mention.said_at >= %(since)s AND mention.said_at < %(until)s
        AND (%(source)s = '' OR said.source = %(source)s)
    GROUP BY week
"""
AFFECTED = """
    SELECT owner.customer_id, count(*) AS texts, max(said.said_at) AS last
    FROM listen_thememention AS mention
    JOIN listen_understanding AS said ON said.id = mention.understanding_id
    JOIN ({rows}) AS text ON text.name = said.source AND text.id = said.source_id
        AND text.store_id = said.store_id
    JOIN profile_identity AS owner ON owner.id = text.identity_id
    WHERE mention.theme_id = %(theme)s AND mention.said_at >= %(since)s AND mention.said_at < %(until)s
        AND said.store_id = %(store)s AND (%(source)s = '' OR said.source = %(source)s)
    GROUP BY owner.customer_id ORDER BY last DESC, owner.customer_id DESC LIMIT %(limit)s
"""
PRODUCTS = """
    SELECT text.product_external_id, count(*), count(*) FILTER (WHERE said.feeling = 'negative')
    FROM listen_thememention AS mention
    JOIN listen_understanding AS said ON said.id = mention.understanding_id
    JOIN ({rows}) AS text ON text.name = said.source AND text.id = said.source_id
        AND text.store_id = said.store_id
    WHERE mention.theme_id = %(theme)s AND mention.said_at >= %(since)s AND mention.said_at < %(until)s
        AND said.store_id = %(store)s AND (%(source)s = '' OR said.source = %(source)s)
        AND text.product_external_id <> ''
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %(limit)s
"""


OF_PRODUCT = """
    SELECT theme.id, theme.name, count(*), count(*) FILTER (WHERE said.feeling = 'negative')
    FROM ({rows}) AS text
    JOIN listen_understanding AS said ON said.source = text.name AND said.source_id = text.id
        AND said.store_id = text.store_id
    JOIN listen_thememention AS mention ON mention.understanding_id = said.id
    JOIN listen_theme AS theme ON theme.id = mention.theme_id AND NOT theme.is_hidden
    WHERE text.store_id = %(store)s AND text.product_external_id = %(product)s
        AND said.said_at >= %(since)s AND said.said_at < %(until)s
        AND (%(source)s = '' OR said.source = %(source)s)
    GROUP BY theme.id ORDER BY 3 DESC, theme.name LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Span:
    """Texts that were said from `since` to before `until`; of one source, if given."""

    since: datetime
    until: datetime
    source: str = ""


@dataclass(frozen=True)
class Feelings:
    """Texts by the feeling of who wrote them; `all` counts those of languages that are not understood too."""

    negative: int
    neutral: int
    positive: int
    all: int

    @property
    def negative_share(self) -> float | None:
        """0 to 1, of all; None without any."""
        return self.negative / self.all if self.all else None


@dataclass(frozen=True)
class ThemeFigures:
    """A theme in a span of time. is_found: in the store's own texts. before: mentions in the span before."""

    id: int
    name: str
    is_found: bool
    feelings: Feelings
    before: int


@dataclass(frozen=True)
class WeekOfTheme:
    monday: date
    texts: int = 0
    negative: int = 0
    positive: int = 0


@dataclass(frozen=True)
class Affected:
    """A customer who spoke of a theme."""

    customer: Customer
    texts: int
    last_said_at: datetime


@dataclass(frozen=True)
class ProductMentions:
    """A product about which a theme was said. id: the shop's. name: its title, or that id."""

    id: str
    name: str
    texts: int
    negative: int


@dataclass(frozen=True)
class ProductTheme:
    """A theme that texts about a product speak of."""

    id: int
    name: str
    texts: int
    negative: int


def feelings_in(store: Store, span: Span) -> Feelings:
    """How customers felt in what they wrote. One query along an index."""
    [row] = _rows(FEELINGS, {"store": store.pk, **asdict(span)})
    return Feelings(*row)


def first_text_on(store: Store, source: str = "") -> date | None:
    """The store's day on which the first of its texts was said; of one source, if given. Along an index."""
    texts = Understanding.objects.filter(store=store, said_at__isnull=False)
    texts = texts.filter(source=source) if source else texts
    at = texts.order_by("said_at", "id").values_list("said_at", flat=True).first()
    return at and at.astimezone(ZoneInfo(store.time_zone)).date()


def intents_in(store: Store, span: Span) -> list[tuple[str, int]]:
    """What customers wanted, and in how many texts, the most frequent first."""
    return [(intent, count) for intent, count in _rows(INTENTS, {"store": store.pk, **asdict(span)})]


def themes_in(
    store: Store, span: Span, *, before: Span | None = None, theme: Theme | None = None
) -> list[ThemeFigures]:
    """What customers spoke of, the most frequent first; one theme alone if given, though it be hidden.

    before: what it is compared with, of the same source, which ends when the span begins or earlier.
    """
    earlier = before or Span(span.since, span.since)
    values = {"store": store.pk, **asdict(span), "before": earlier.since, "before_until": earlier.until}
    values["theme"] = theme and theme.pk
    return [
        ThemeFigures(number, name, is_found, Feelings(negative, neutral, positive, mentions), count_before)
        for number, name, is_found, mentions, negative, neutral, positive, count_before in _rows(
            THEMES, values
        )
    ]


def theme_by_week(theme: Theme, mondays: Sequence[date], *, source: str = "") -> list[WeekOfTheme]:
    """Of each of these weeks, which follow each other; in texts of one source, if given."""
    store = theme.store
    span = Span(beginning_of(store, mondays[0]), beginning_of(store, mondays[-1] + timedelta(days=7)), source)
    values = {"theme": theme.pk, "zone": store.time_zone, **asdict(span)}
    found = {monday: told for monday, *told in _rows(WEEKS, values)}
    return [WeekOfTheme(monday, *found.get(monday, ())) for monday in mondays]


def affected_customers(theme: Theme, span: Span, *, limit: int = 20) -> list[Affected]:
    """Who spoke of it, the latest first."""
    rows = _rows(AFFECTED.format(rows=all_texts("identity_id")), _asked(theme, span, limit))
    customers = Customer.objects.filter(store=theme.store).in_bulk([row[0] for row in rows])
    name_customers(customers.values())
    return [Affected(customers[number], texts, last) for number, texts, last in rows]


def products_mentioned(theme: Theme, span: Span, *, limit: int = 8) -> list[ProductMentions]:
    """The products about which it was said, the most often named first."""
    rows = _rows(PRODUCTS.format(rows=all_texts("product_external_id")), _asked(theme, span, limit))
    titles = product_titles(theme.store, (row[0] for row in rows))
    return [ProductMentions(product, titles.get(product, product), *counts) for product, *counts in rows]


def themes_of_product(store: Store, product_id: str, span: Span, *, limit: int = 8) -> list[ProductTheme]:
    """What is said of a product, the most frequent first. One query along an index."""
    values = {"store": store.pk, "product": product_id, "limit": limit, **asdict(span)}
    rows = _rows(OF_PRODUCT.format(rows=all_texts("product_external_id")), values)
    return [ProductTheme(*row) for row in rows]


def _asked(theme: Theme, span: Span, limit: int) -> dict[str, Any]:
    return {"store": theme.store_id, "theme": theme.pk, "limit": limit, **asdict(span)}


def _rows(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
