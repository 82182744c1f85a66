"""Charts of what customers said."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from regard.core.models import Store
from regard.listen.domain.weekly_statements import feelings_by_week, nps_by_week, reviews_by_week
from regard.ui.charts.chart import Chart, Drawing, Headline, Series, StoreChart, store_charts
from regard.ui.charts.weeks import last_weeks, week_name
from regard.ui.templatetags.figures import rounded, whole


def stars_chart(store: Store) -> Chart:
    weeks = reviews_by_week(store, last_weeks(store))
    names = tuple(week_name(week.monday) for week in weeks)
    last, before = weeks[-2], weeks[-3]
    reviews = sum(week.reviews for week in weeks)
    rows = [
        (name, rounded(week.mean, 2), whole(week.reviews)) for name, week in zip(names, weeks, strict=True)
    ]
    return Chart(
        title=_("Stars of reviews"),
        summary=_("Mean stars of reviews a week, from %(first)s to %(last)s; last week %(mean)s.")
        % {"first": names[0], "last": names[-1], "mean": rounded(last.mean, 2)},
        n=_("n = %s reviews.") % number_format(reviews, force_grouping=True),
        definition=_("The mean of the stars, 1 to 5, of reviews written in the week. This week is not over."),
        headings=(_("Week from"), _("Mean stars"), _("Reviews")),
        rows=tuple(rows) if reviews else (),
        drawing=_line(names, _("Stars"), [week.mean for week in weeks], (1, 5)),
        headline=Headline(
            _("last week"), rounded(last.mean, 2), last.mean, before.mean, digits=2, n=_n(last.reviews)
        ),
        empty=(_("No reviews in 13 weeks"), _("How many stars customers give, as soon as some do.")),
    )


def nps_chart(store: Store) -> Chart:
    weeks = nps_by_week(store, last_weeks(store))
    names = tuple(week_name(week.monday) for week in weeks)
    last, before = weeks[-2], weeks[-3]
    answers = sum(week.answers for week in weeks)
    rows = [
        (name, rounded(week.score, 0), whole(week.promoters), whole(week.detractors), whole(week.answers))
        for name, week in zip(names, weeks, strict=True)
    ]
    return Chart(
        title=_("Recommendation (NPS)"),
        summary=_("Net promoter score a week, from %(first)s to %(last)s; last week %(score)s.")
        % {"first": names[0], "last": names[-1], "score": rounded(last.score, 0)},
        n=_("n = %s answers.") % number_format(answers, force_grouping=True),
        definition=_(
            "Percent of promoters (9 and 10 of 10) less percent of detractors (0 to 6), of the answers of the "
            "week: −100 to 100. Few answers make it jump. This week is not over."
        ),
        headings=(_("Week from"), _("NPS"), _("Promoters"), _("Detractors"), _("Answers")),
        rows=tuple(rows) if answers else (),
        drawing=_line(names, _("NPS"), [week.score for week in weeks], (-100, 100)),
        headline=Headline(
            _("last week"),
            rounded(last.score, 0),
            last.score,
            before.score,
            n=_n(last.answers),
            unit=_("points"),
        ),
        empty=(_("No answers in 13 weeks"), _("Whether customers recommend you, as soon as some say so.")),
    )


def feelings_chart(store: Store) -> Chart:
    weeks = feelings_by_week(store, last_weeks(store))
    names = tuple(week_name(week.monday) for week in weeks)
    last, before = weeks[-2], weeks[-3]
    texts = sum(week.texts for week in weeks)
    rows = [
        (name, rounded(week.negative_percent, 0), whole(week.negative), whole(week.texts))
        for name, week in zip(names, weeks, strict=True)
    ]
    return Chart(
        title=_("Negative texts"),
        summary=_(
            "Share of texts that are negative, a week, from %(first)s to %(last)s; last week %(share)s %%."
        )
        % {"first": names[0], "last": names[-1], "share": rounded(last.negative_percent, 0)},
        n=_("n = %s texts.") % number_format(texts, force_grouping=True),
        definition=_(
            "Of the reviews, comments of surveys and tickets written in the week, the percentage whose writer "
            "feels bad, as Regard understands them. This week is not over."
        ),
        headings=(_("Week from"), _("Percent"), _("Negative"), _("Texts")),
        rows=tuple(rows) if texts else (),
        drawing=_line(names, _("Negative, %"), [week.negative_percent for week in weeks], (0, 100)),
        headline=Headline(
            _("last week"),
            rounded(last.negative_percent, 0),
            last.negative_percent,
            before.negative_percent,
            good="down",
            n=_n(last.texts),
            unit="%",
        ),
        empty=(_("No texts in 13 weeks"), _("How customers feel in what they write, as soon as some do.")),
    )


def _line(names: tuple[str, ...], label: str, values: list[float | None], ends: tuple[int, int]) -> Drawing:
    series = (Series(label, tuple(values)),)
    return Drawing(kind="line", places=names, series=series, lowest=ends[0], highest=ends[1], open_end=True)


def _n(count: int) -> str:
    return _("n = %s") % whole(count)


def register_charts() -> None:
    """Announce them; once, at start-up."""
    for chart in (
        StoreChart(
            name="stars",
            title=gettext_noop("Stars of reviews"),
            caption=gettext_noop("Mean a week, of the last 13 weeks"),
            permission="customers.read",
            load=stars_chart,
            order=50,
        ),
        StoreChart(
            name="nps",
            title=gettext_noop("Recommendation (NPS)"),
            caption=gettext_noop("Promoters less detractors a week, of the last 13 weeks"),
            permission="customers.read",
            load=nps_chart,
            order=60,
        ),
        StoreChart(
            name="feelings",
            title=gettext_noop("Negative texts"),
            caption=gettext_noop("Percent of reviews, comments and tickets a week, of the last 13 weeks"),
            permission="customers.read",
            load=feelings_chart,
            order=65,
        ),
    ):
        store_charts.add(chart.name, chart)
