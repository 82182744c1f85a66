"""What the commands about feedback say."""

from __future__ import annotations

import json
from datetime import timedelta

import click

from regard.core import clock
from regard.core.models import Store
from regard.listen.domain.finding_themes import find_store_themes
from regard.listen.domain.quotes import Wanted, quotes_for_viewer
from regard.listen.domain.theme_figures import Span, themes_in
from regard.listen.domain.understanding import understand_waiting


def say_themes(store: Store, *, days: int, as_json: bool) -> None:
    until = clock.now()
    since = until - timedelta(days=days)
    found = themes_in(store, Span(since, until), before=Span(since - timedelta(days=days), since))
    if not found and not as_json:
        click.echo(f"Nobody has written of anything in {days} days.")
    for theme in found:
        feelings = theme.feelings
        told = {
            "theme": theme.name, "texts": feelings.all, "negative": feelings.negative,
            "positive": feelings.positive, "texts_before": theme.before, "found": theme.is_found,
        }  # fmt: skip
        line = f"{feelings.all:>7,} {feelings.negative:>7,} negative {theme.before:>7,} before   {theme.name}"
        click.echo(json.dumps(told, ensure_ascii=False) if as_json else line)


def say_texts(store: Store, *, feeling: str, intent: str, limit: int) -> None:
    quotes, _following = quotes_for_viewer(store, Wanted(feeling=feeling, intent=intent), limit=limit)
    for quote in quotes:
        held = quote.understanding
        told = {
            "id": held.pk, "source": held.source, "said_at": held.said_at.isoformat(), "words": quote.words,
            "customer_id": quote.customer and quote.customer.pk, "language": held.language,
            "feeling": held.feeling, "score": held.score, "intents": held.intents,
            "themes": [name for _number, name in quote.themes],
        }  # fmt: skip
        click.echo(json.dumps(told, ensure_ascii=False))


def say_found(store: Store) -> None:
    understood = 0
    while count := understand_waiting(store):
        understood += count
        click.echo(f"\r{understood:,} texts understood", nl=False, err=True)
    if understood:
        click.echo(err=True)
    click.echo(f"{find_store_themes(store)} themes were found.")
