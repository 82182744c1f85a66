"""Drawings of how a score's customers stood: the mean, and the shares of its bands, by period or by age."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from regard.measure.domain.relationships.bands import Standing, band_label, verdicts
from regard.measure.domain.relationships.cohorts import Cohorts
from regard.measure.domain.relationships.over_time import OverTime, Since, Stretch
from regard.score.domain.kinds import ScoreKind
from regard.ui.charts.chart import Chart, Drawing, Series
from regard.ui.charts.weeks import week_name
from regard.ui.templatetags.figures import rounded, whole

TITLES = {
    "mean": gettext_noop("The average"),
    "shares": gettext_noop("How many are in which band"),
    "life-mean": gettext_noop("The average along the relationship"),
    "life-shares": gettext_noop("The bands along the relationship"),
}
OF_LIFE = {"life-mean", "life-shares"}


@dataclass(frozen=True)
class Course:
    """How customers stood at places that follow each other. heading: of the places."""

    kind: ScoreKind
    heading: str
    places: tuple[str, ...]
    standings: Sequence[Standing | None]
    is_open: bool
    definition: str
    n: str


def calendar_course(told: OverTime, each: Stretch) -> Course:
    ends = told.ends
    name = week_name if each == "week" else _month_name
    last = next((end.standing for end in reversed(ends) if end.standing), None)
    return Course(
        told.kind,
        _("Week from") if each == "week" else _("Month"),
        tuple(name(end.period.first) for end in ends),
        [end.standing for end in ends],
        not ends[-1].is_complete,
        _("How customers stood when each period ended. %s") % known_words(told.since, told.as_of),
        _("n = %s customers at the end.") % whole(last.n if last else 0),
    )


def life_course(told: Cohorts) -> Course:
    first = told.life[0] if told.life else None
    return Course(
        told.kind,
        _("Months since the first purchase"),
        tuple(str(age) for age in range(len(told.life))),
        told.life,
        False,
        _(
            "Customers by the months since that of their first purchase, as they stood when each was over; "
            "those who have not come so far, or were not known then, are left out. %s"
        )
        % known_words(told.since, told.as_of),
        _("n = %s customers in their first month.") % whole(first.n if first else 0),
    )


def chart_of(name: str, course: Course) -> Chart:
    """One of TITLES."""
    is_mean = name.endswith("mean")
    series = (_mean(course),) if is_mean else _shares(course)
    is_known = any(standing and standing.n for standing in course.standings)
    label = str(course.kind.label)
    return Chart(
        title=f"{label}: {_(TITLES[name])}",
        summary=_("%(score)s from %(first)s to %(last)s.")
        % {"score": label, "first": course.places[0], "last": course.places[-1]}
        if course.places
        else label,
        n=course.n,
        definition=course.definition,
        headings=(course.heading, *([_("Average")] if is_mean else [each.label for each in series]), _("n")),
        rows=_rows(course, is_mean=is_mean) if is_known else (),
        drawing=Drawing(
            kind="line" if is_mean else "stacks",
            places=course.places,
            series=series,
            unit="" if is_mean else "%",
            lowest=0.0,
            highest=float(course.kind.most) if is_mean else 100.0,
            open_end=course.is_open,
        ),
        empty=(
            _("Nothing is known of this time"),
            _(
                "What is known of the months before a store began is computed within a night of the first import."
            ),
        ),
    )


def known_words(since: Since, as_of: datetime | None) -> str:
    """Since when the score is known and kept, and up to when the figures reach."""
    said = []
    if since.known:
        said.append(_("Nothing is known of before %s.") % date_format(since.known, "DATE_FORMAT"))
    if since.kept and since.kept != since.known:
        day = date_format(since.kept, "DATE_FORMAT")
        said.append(
            _("Until %s it was computed afterwards, for the ends of months, from what is told of them.") % day
        )
    if as_of:
        at = date_format(timezone.localtime(as_of), "DATETIME_FORMAT")
        said.append(_("As of %s.") % at.removesuffix("."))
    return " ".join(said)


def _mean(course: Course) -> Series:
    return Series(str(course.kind.label), tuple(each.mean if each else None for each in course.standings))


def _shares(course: Course) -> tuple[Series, ...]:
    return tuple(
        Series(
            band_label(course.kind, band),
            tuple(each.share(band) if each else None for each in course.standings),
        )
        for band in verdicts(course.kind)
    )


def _rows(course: Course, *, is_mean: bool) -> tuple[tuple[str, ...], ...]:
    rows = []
    for place, each in zip(course.places, course.standings, strict=True):
        if each is None or not each.n:
            cells = ["–"] * (1 if is_mean else len(verdicts(course.kind)))
        elif is_mean:
            cells = [mean_text(each)]
        else:
            cells = [f"{rounded(each.share(band) or 0, 1)} %" for band in verdicts(course.kind)]
        rows.append((place, *cells, whole(each.n if each else 0)))
    return tuple(rows)


def mean_text(standing: Standing | None) -> str:
    return "–" if standing is None or standing.mean is None else rounded(standing.mean, 1)


def _month_name(first: date) -> str:
    return date_format(first, _("M Y"))
