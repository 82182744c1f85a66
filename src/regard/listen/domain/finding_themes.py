"""Themes that nobody thought of before, found in a store's own texts every night."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from regard.capture.domain.bulk import run_bulk
from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.core.models import Store
from regard.listen.domain.labels import THEMES
from regard.listen.domain.mentions import add_mentions
from regard.listen.domain.text_sources import all_texts
from regard.listen.models import Theme, ThemeMention
from regard.text.themes import KnownThemes, find_themes
from regard.text.themes import Theme as Found

LOOKED_BACK = timedelta(days=180)
MOST_TEXTS = 5_000  # that themes are found in: the latest ones
MOST_THEMES = 30
MOST_PHRASES = 20  # of a theme, the latest found
FEWEST_TEXTS = 30  # below which nothing recurs often enough
SAME = 0.5  # of a found theme's texts that speak of one that every shop has: it is that one
AT_ONCE = 2_000
# Characters that turn the direction of what follows, beyond the name itself.
DIRECTIONS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
LATEST = """
    SELECT held.id, held.said_at, held.language, left(text.words, 2000) FROM listen_understanding AS held
    JOIN ({rows}) AS text ON text.name = held.source AND text.id = held.source_id AND text.store_id = held.store_id
    WHERE held.store_id = %b AND held.said_at >= %b AND held.understood_at IS NOT NULL
        AND (held.said_at, held.id) < (%b, %b)
    ORDER BY held.said_at DESC, held.id DESC LIMIT %b
"""


class Text(NamedTuple):
    id: int
    said_at: datetime
    language: str
    words: str


def find_store_themes(store: Store) -> int:
    """Find what the store's latest texts speak of; gives how many themes there are then.

    A theme keeps its name from day to day. Texts of the last half year are put to the themes that are new. Killed,
    it is begun anew the next night, and nothing is counted twice.
    """
    texts = next(_texts(store, MOST_TEXTS), [])
    if len(texts) < FEWEST_TEXTS:
        return 0
    before = {theme.name: theme for theme in Theme.objects.filter(store=store).exclude(phrases=[])}
    known = {name: theme.phrases for name, theme in before.items()}
    found = find_themes([text.words for text in texts], most=MOST_THEMES, known=known)
    own = _own(store, texts, found)
    new = {theme.name for theme in own if not set(theme.phrases) <= set(known.get(theme.name, ()))}
    new |= {name for name, theme in before.items() if theme.mentioned_at is None}
    _keep(store, own, known, new)
    unmentioned = Theme.objects.filter(store=store, mentioned_at=None).exclude(phrases=[])
    phrases = dict(unmentioned.values_list("name", "phrases"))
    if phrases:
        _mention(store, KnownThemes(phrases))
        unmentioned.filter(name__in=phrases).update(mentioned_at=clock.now())
    return len(own)


def _own(store: Store, texts: Sequence[Text], found: Sequence[Found]) -> list[Found]:
    """Those that are none of the themes that every shop has."""
    shared = Theme.objects.filter(store=store, phrases=[])
    names = set(shared.values_list("name", flat=True))
    of_theme: dict[int, set[int]] = {}
    mentions = ThemeMention.objects.filter(theme__in=shared, understanding__in=[text.id for text in texts])
    for theme, number in mentions.values_list("theme_id", "understanding_id"):
        of_theme.setdefault(theme, set()).add(number)
    return [
        theme
        for theme in found
        if theme.name not in names
        and not any(
            len(ids & said) > SAME * len(ids)
            for ids in [{texts[place].id for place in theme.texts}]
            for said in of_theme.values()
        )
    ]


@transaction.atomic
def _keep(store: Store, themes: Sequence[Found], known: dict[str, list[str]], new: Collection[str]) -> None:
    """new: names of those to which the texts of the past are yet to be put."""
    rows = [
        Theme(
            store=store, name=theme.name, found_at=clock.now(),
            phrases=list(dict.fromkeys((*theme.phrases, *known.get(theme.name, ()))))[:MOST_PHRASES],
        )
        for theme in themes
    ]  # fmt: skip
    Theme.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["store", "name"],
        update_fields=["phrases", "found_at"],
    )
    Theme.objects.filter(store=store, name__in=new).update(mentioned_at=None)


def _mention(store: Store, themes: KnownThemes) -> None:
    for texts in _texts(store, AT_ONCE):
        said = {text.id: (text.said_at, themes.said_in(text.words, text.language)) for text in texts}
        with transaction.atomic():
            add_mentions(store, said)


def _texts(store: Store, at_once: int) -> Iterator[list[Text]]:
    """The texts of the last half year, the latest first, so many at a time."""
    rows = all_texts("words")
    now = clock.now()
    before = (now + LOOKED_BACK, 0)
    while True:
        values = (store.pk, now - LOOKED_BACK, *before, at_once)
        texts = [Text(*row) for row in run_bulk(LATEST.format(rows=rows), values)]
        if not texts:
            return
        yield texts
        before = texts[-1].said_at, texts[-1].id


def hidden_themes(store: Store) -> list[Theme]:
    """Those that were hidden, by name."""
    return list(Theme.objects.filter(store=store, is_hidden=True).order_by("name"))


@transaction.atomic
def hide_theme(theme: Theme, *, hidden: bool, actor: str) -> None:
    """Leave a theme that says nothing out of the lists, or show it again."""
    Theme.objects.filter(pk=theme.pk).update(is_hidden=hidden)
    action = "theme.hidden" if hidden else "theme.shown"
    record_audit(store=theme.store, actor=actor, action=action, target=theme.name)


@transaction.atomic
def rename_theme(theme: Theme, name: str, *, actor: str) -> None:
    """Call a theme that was found by another name; it keeps that from day to day.

    Raises ValidationError for a name that is empty, too long, or that of another theme, and for a theme that every
    shop has.
    """
    if not theme.phrases:
        raise ValidationError(
            {"name": _("Every shop has this theme, and it keeps its name; it can be hidden.")}
        )
    wanted = " ".join(name.translate(DIRECTIONS).split())
    most = Theme._meta.get_field("name").max_length or 0  # noqa: SLF001 - Django documents it
    if not 1 <= len(wanted) <= most:
        raise ValidationError({"name": _("Give the theme a name of 1 to %d characters.") % most})
    others = Theme.objects.filter(store=theme.store, name__iexact=wanted).exclude(pk=theme.pk)
    if wanted.lower() in THEMES or others.exists():
        raise ValidationError({"name": _("Another theme has this name.")})
    record_audit(store=theme.store, actor=actor, action="theme.renamed", target=wanted, before=theme.name)
    Theme.objects.filter(pk=theme.pk).update(name=wanted)
