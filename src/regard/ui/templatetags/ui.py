"""Tags and filters that every template has without loading them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from django import template
from django.utils import timezone
from django.utils.dates import MONTHS_3
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from heroicons.templatetags.heroicons import heroicon_micro, heroicon_mini, heroicon_outline

from regard.core import clock
from regard.core.money import money_text

register = template.Library()
UNKNOWN = "–"
OPTION, CHOSEN_OPTION = '<option value="{}">{}</option>', '<option value="{}" selected>{}</option>'
LETTERS = re.compile(r"[^\W\d_][^\s@]*")


@register.simple_tag
def translated(text: str) -> str:
    """Words of a registry in the reader's language. Django's own tag doubles the percent signs of a variable, and
    then finds no message that has one."""
    return gettext(text) if text else ""


@register.simple_tag
def icon(name: str, size: int = 20) -> str:
    """An icon of the one weight we use; it never stands without a word, so readers skip it."""
    return _drawn(heroicon_outline, name, size)


@register.simple_tag
def small_icon(name: str, size: int = 12) -> str:
    """One to stand within a line of text."""
    return _drawn(heroicon_micro, name, size)


@register.simple_tag
def star(*, full: bool) -> str:
    return _drawn(heroicon_mini if full else heroicon_outline, "star", 14)


@cache
def _drawn(draw: Callable[..., str], name: str, size: int) -> str:
    """Drawn once: a page has a hundred of them, of a few kinds."""
    return draw(name, size=size, aria_hidden="true", focusable="false")


@register.simple_tag
def options(choices: Iterable[tuple[str, str]], chosen: str) -> SafeString:
    """Of a select, in a tenth of the time of a loop: a list of texts has five thousand of them."""
    return _options(tuple(choices), chosen)


@lru_cache(256)
def _options(choices: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    drawn = (
        format_html(CHOSEN_OPTION if value == chosen else OPTION, value, label) for value, label in choices
    )
    return format_html_join("", "{}", ((each,) for each in drawn))


@register.simple_tag
def time_ago(moment: datetime | None) -> SafeString | str:
    """A time as people say it; the exact one on hover, in the zone of the store or, by script, the reader."""
    if moment is None:
        return UNKNOWN
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(),
        _to_the_second(moment),
        _said(clock.now() - moment, moment),
    )


@register.simple_tag
def time_of(moment: datetime | None) -> SafeString | str:
    """A time of day to the second, for what happens within minutes; on hover to the microsecond."""
    if moment is None:
        return UNKNOWN
    exact = f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S.%f %Z}"
    return format_html(
        '<time datetime="{}" title="{}" data-exact>{}</time>',
        moment.isoformat(),
        exact,
        _to_the_second(moment),
    )


def _to_the_second(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f"{_day(local)}, {local:%H:%M:%S %Z}"


def _day(local: datetime) -> str:
    """As formats.date_format does "j M Y", in a tenth of the time: a list shows a hundred days."""
    told = {"day": local.day, "month": MONTHS_3[local.month].capitalize(), "year": local.year}
    # Translators: a day such as 3 Nov 2026
    return gettext("%(day)s %(month)s %(year)s") % told


@register.simple_tag
def time_until(moment: datetime | None) -> SafeString | str:
    """A time at which something is due, as people say it, also when it has passed; the exact one on hover."""
    if moment is None:
        return UNKNOWN
    ahead = moment - clock.now()
    said = _said(-ahead, moment) if ahead <= timedelta(0) else _said_ahead(ahead, moment)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(), _to_the_second(moment), said
    )


def _said_ahead(ahead: timedelta, moment: datetime) -> str:
    minutes = int(ahead.total_seconds()) // 60
    if minutes < 60:
        return gettext("in %d min") % max(minutes, 1)
    if minutes < 48 * 60:
        return gettext("in %d h") % (minutes // 60)
    return gettext("in %d days") % ahead.days if ahead.days < 7 else _day(timezone.localtime(moment))


def _said(age: timedelta, moment: datetime) -> str:
    seconds = int(age.total_seconds())
    if seconds < -60 or age >= timedelta(days=7):
        return _day(timezone.localtime(moment))
    if seconds < 60:
        return gettext("just now")
    if seconds < 3600:
        return gettext("%d min ago") % (seconds // 60)
    if seconds < 86_400:
        return gettext("%d h ago") % (seconds // 3600)
    return ngettext("%d day ago", "%d days ago", age.days) % age.days


@register.filter
def money(minor: int | None, currency: str) -> str:
    """Minor units with their currency, or a dash where the amount is unknown."""
    return UNKNOWN if minor is None else money_text(minor, currency)


@register.filter
def full_points(score: float | Decimal) -> int:
    """The whole points of a score: 79.6 shows as 79, since the band that begins at 80 is not reached."""
    return math.floor(score)


@register.filter
def pretty_json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


@register.filter
def spoken(name: str) -> str:
    """A name of the program's as words: order_lines as "order lines", in the reader's language where it is
    translated."""
    return gettext(name.replace("_", " ")) if name else ""


@register.filter
def attribute(value: Any) -> str:
    """A value that a shop made up: words and numbers as they are, lists with commas."""
    match value:
        case None:
            return UNKNOWN
        case bool():
            return gettext("yes") if value else gettext("no")
        case list():
            return ", ".join(map(attribute, value))
        case dict():
            return json.dumps(value, ensure_ascii=False, default=str)
        case _:
            return str(value)


@register.filter
def initials(name: str) -> str:
    """Up to two letters that stand for a person: the first of each word, whatever signs stand before it."""
    return "".join(word[0] for word in LETTERS.findall(name)[:2]).upper()


@register.filter
def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on a colour of the form #rrggbb (WCAG 2.2, relative luminance)."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#ffffff" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 else "#000000"


@register.simple_tag(takes_context=True)
def query_with(context: Mapping[str, Any], **changes: Any) -> str:
    """The address's query with some values changed; an empty one is left out."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in {None, ""}:
            query[name] = value
    return f"?{query.urlencode()}"
