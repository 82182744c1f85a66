"""What a span of feedback comes to: few findings, each with its counts and a text that shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from regard.capture.domain.bulk import columns_of, run_bulk
from regard.core.models import Store
from regard.listen.domain.quotes import Quote, quotes_of
from regard.listen.domain.theme_figures import Feelings, Span, ThemeFigures
from regard.listen.models import Feeling, Understanding

LATEST = """
    SELECT wanted.theme, wanted.feeling, latest.id FROM unnest(%b::bigint[], %b::text[]) AS wanted (theme, feeling)
    CROSS JOIN LATERAL (
        SELECT said.id FROM listen_thememention AS mention
        JOIN listen_understanding AS said ON said.id = mention.understanding_id
        WHERE mention.theme_id = wanted.theme AND mention.said_at >= %b AND mention.said_at < %b
            AND (wanted.feeling = '' OR said.feeling = wanted.feeling) AND (%b = '' OR said.source = %b)
        ORDER BY mention.said_at DESC, said.id DESC LIMIT 1
    ) AS latest
"""
FEWEST = 3  # texts that make a finding
RISE = 1.25  # times as many as before

Kind = Literal["complaint", "rising", "praise"]


@dataclass(frozen=True)
class Finding:
    """kind: what customers complain of most, speak of more often than before, or praise most.

    count: texts that speak of it so. among: texts that it is compared with: the negative ones, those of the time
    before, the positive ones. feeling: of the texts, "" for any. quote: the latest of them.
    """

    kind: Kind
    theme: ThemeFigures
    count: int
    among: int
    feeling: str
    quote: Quote | None


def findings_of(
    store: Store,
    themes: Sequence[ThemeFigures],
    feelings: Feelings,
    span: Span,
) -> list[Finding]:
    """What stands out of these themes of a span, one finding of a kind at most; seven queries."""
    found: list[tuple[Kind, ThemeFigures, int, int, str]] = []
    if worst := _most(themes, lambda theme: theme.feelings.negative):
        found.append(("complaint", worst, worst.feelings.negative, feelings.negative, Feeling.NEGATIVE))
    rising = [theme for theme in themes if theme.feelings.all >= RISE * theme.before]
    if risen := _most(rising, lambda theme: theme.feelings.all - theme.before):
        found.append(("rising", risen, risen.feelings.all, risen.before, ""))
    if best := _most(themes, lambda theme: theme.feelings.positive):
        found.append(("praise", best, best.feelings.positive, feelings.positive, Feeling.POSITIVE))
    latest = _latest(store, [(theme.id, feeling) for _kind, theme, _n, _of, feeling in found], span)
    quotes = {quote.understanding.pk: quote for quote in quotes_of(store, list(latest.values()))}
    return [
        Finding(kind, theme, count, among, feeling, quotes.get(latest[theme.id, feeling].pk))
        for kind, theme, count, among, feeling in found
    ]


def _latest(
    store: Store, wanted: Sequence[tuple[int, str]], span: Span
) -> dict[tuple[int, str], Understanding]:
    """The latest text of each theme and feeling ("" for any). Two queries."""
    values = (*columns_of(wanted, 2), span.since, span.until, span.source, span.source)
    ids = {(theme, feeling): number for theme, feeling, number in run_bulk(LATEST, values)} if wanted else {}
    rows = Understanding.objects.filter(store=store).in_bulk(ids.values())
    return {key: rows[number] for key, number in ids.items()}


def _most(themes: Sequence[ThemeFigures], number: Callable[[ThemeFigures], int]) -> ThemeFigures | None:
    """The theme with the highest number, if that is enough for a finding."""
    most = max(themes, key=number, default=None)
    return most if most and number(most) >= FEWEST else None
