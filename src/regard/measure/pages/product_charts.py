"""Charts of a product's weeks: how many were bought, at which price, and what reviews gave it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from regard.core.money import money_text, to_major
from regard.measure.domain.products.figures import ProductWeek
from regard.ui.charts.chart import Chart, Drawing, Series
from regard.ui.charts.weeks import week_name
from regard.ui.templatetags.figures import rounded, whole


@dataclass(frozen=True)
class WeeklyChart:
    """value: what is drawn of a week, None where there is nothing. text: the same as people read it. n: what it
    rests on. definition: how it is computed."""

    title: str
    kind: Literal["line", "bars"]
    value: Callable[[ProductWeek, str], float | None]
    text: Callable[[ProductWeek, str], str]
    n: Callable[[ProductWeek], float]
    definition: str


def _price(week: ProductWeek, currency: str) -> float | None:
    return None if week.price_minor is None else float(to_major(round(week.price_minor), currency))


def _price_text(week: ProductWeek, currency: str) -> str:
    return "–" if week.price_minor is None else money_text(round(week.price_minor), currency)


CHARTS: Mapping[str, WeeklyChart] = {
    "pieces": WeeklyChart(
        gettext_noop("Pieces a week"),
        "bars",
        lambda week, _currency: week.pieces,
        lambda week, _currency: whole(week.pieces),
        lambda week: week.pieces,
        gettext_noop("Pieces in orders that were placed in the week and not called off, whatever came back."),
    ),
    "price": WeeklyChart(
        gettext_noop("Price paid"),
        "line",
        _price,
        _price_text,
        lambda week: week.pieces,
        gettext_noop("What was paid for a piece on average, after discounts and before refunds."),
    ),
    "stars": WeeklyChart(
        gettext_noop("Stars"),
        "line",
        lambda week, _currency: week.stars,
        lambda week, _currency: rounded(week.stars, 2),
        lambda week: week.reviews,
        gettext_noop("The mean of the reviews that were written in the week."),
    ),
}


def chart_of(name: str, weeks: Sequence[ProductWeek], *, currency: str) -> Chart:
    """One of CHARTS. The last week is not over."""
    made = CHARTS[name]
    names = tuple(week_name(week.monday) for week in weeks)
    values = tuple(made.value(week, currency) for week in weeks)
    known = any(values)
    unit = {"price": currency, "stars": _("stars")}.get(name, "")
    ends = (1.0, 5.0) if name == "stars" else (None, None)
    rows = tuple(
        (label, made.text(week, currency), whole(made.n(week)))
        for label, week in zip(names, weeks, strict=True)
    )
    return Chart(
        title=_(made.title),
        summary=_("%(title)s, by week, from %(first)s to %(last)s.")
        % {"title": _(made.title), "first": names[0], "last": names[-1]},
        n=_("n = %s.") % whole(sum(made.n(week) for week in weeks)),
        definition=_(made.definition),
        headings=(_("Week from"), _(made.title), _("n")),
        rows=rows if known else (),
        drawing=Drawing(
            kind=made.kind,
            places=names,
            series=(Series(_(made.title), values),),
            unit=unit,
            lowest=ends[0],
            highest=ends[1],
            open_end=True,
        ),
        empty=(_("Nothing in this year"), _("The weeks stand here as soon as there is something to draw.")),
    )
