"""What came of a survey: rates, figures with their intervals, what was chosen and written; all of it as CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from regard.core import clock
from regard.core.edges.csv_lines import csv_response
from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, asked_for, store_page
from regard.listen.models import Feeling
from regard.survey.domain.comparing import definitions_answered, versions_apart
from regard.survey.domain.definition.parts import LEVERS, Definition, Question, bounds_of, measure_of
from regard.survey.domain.exporting import export_rows
from regard.survey.domain.published import definition_of
from regard.survey.domain.queries import versions_for_viewer
from regard.survey.domain.rates import Rate, rates_by_channel, rates_of_test
from regard.survey.domain.results import (
    Point,
    comments_of,
    feelings_of,
    results_by_place,
    results_of,
    trend_of,
)
from regard.survey.domain.sittings import Wanted, places_of, products_of, sittings_of
from regard.survey.domain.surveys import draft_of
from regard.survey.domain.words import title_of
from regard.survey.models import Channel, GivenAnswer, Survey
from regard.survey.pages.asked import RESULTS, survey_asked, survey_context
from regard.survey.pages.shown_results import shown_figure, shown_result
from regard.ui.charts.answers import chart_context
from regard.ui.charts.chart import WHOLE_PAGE, Chart, Drawing, Series
from regard.ui.filters import Filter

PERIODS: Mapping[str, str] = {
    "30": gettext_noop("30 days"),
    "90": gettext_noop("90 days"),
    "365": gettext_noop("a year"),
}
TONES = {"positive": "good", "negative": "bad"}
COMMENTS = 20


@store_page("surveys.read")
def results(request: StoreRequest, survey_id: int) -> HttpResponse:
    found = survey_asked(request, survey_id)
    wanted = _wanted(request)
    definition = _definition(found, wanted)
    feeling = asked_for(request, "feeling")
    feeling = feeling if feeling in Feeling.values else ""
    try:
        comments = comments_of(
            found, wanted, feeling=feeling, cursor=request.GET.get("cursor", ""), limit=COMMENTS
        )
    except CursorInvalid:
        return redirect(request.path)
    apart = versions_apart(definition, definitions_answered(found, wanted))
    told = results_of(found, definition, wanted, apart)
    feelings = feelings_of(comments.rows, request.store)
    context = {
        **survey_context(request, found, RESULTS),
        "definition": definition,
        "sittings": sittings_of(found, wanted).count(),
        "complete": sittings_of(found, wanted).exclude(completed_at=None).count(),
        "rates": [(Channel(rate.name).label, rate) for rate in rates_by_channel(found, since=wanted.since)],
        "tested": _tested(found, definition, wanted),
        "shown": [shown_result(result, definition) for result in told],
        "comments": [(one, *_feeling(feelings[one.pk]), _question_of(one)) for one in comments.rows],
        "filters": _filters(request, found, wanted, feeling),
        "next_cursor": comments.next_cursor,
        "cursor": request.GET.get("cursor", ""),
        "export_query": urlencode(
            {name: asked_for(request, name) for name in ("days", "channel", "version", "product", "place")}
        ),
        **_places(found, definition, wanted, apart),
        **_trend(found, definition, wanted, apart),
    }
    return render(request, "survey/results.html", context)


@store_page("surveys.read")
def export(request: StoreRequest, survey_id: int) -> HttpResponseBase:
    """Every sitting as a line of CSV, without anything that says who it was."""
    found = survey_asked(request, survey_id)
    wanted = _wanted(request)
    rows = export_rows(found, _definition(found, wanted), wanted)
    return csv_response(rows, name=f"{found.key}.csv")


def _definition(survey: Survey, wanted: Wanted) -> Definition:
    """By whose questions the answers are shown: those of the version asked for, else of the current one."""
    chosen = next(
        (one for one in versions_for_viewer(survey) if one.number == wanted.version), survey.current
    )
    return definition_of(chosen) if chosen else draft_of(survey)


def _wanted(request: StoreRequest) -> Wanted:
    days, version, channel = (asked_for(request, name) for name in ("days", "version", "channel"))
    since = clock.now() - timedelta(days=int(days)) if days in PERIODS else None
    number = int(version) if version.isascii() and version.isdecimal() and len(version) < 9 else None
    product, place = asked_for(request, "product")[:200], asked_for(request, "place")[:40]
    channel = channel if channel in Channel.values else ""
    return Wanted(channel=channel, version=number, product=product, place=place, since=since)


def _filters(request: StoreRequest, survey: Survey, wanted: Wanted, feeling: str) -> list[Filter]:
    numbers = [(str(one.number), str(one.number)) for one in versions_for_viewer(survey)[:50]]
    products, places = (
        [(each, each) for each in products_of(survey)],
        [(each, each) for each in places_of(survey)],
    )
    return [
        Filter(
            "days",
            _("In the last"),
            [(name, _(label)) for name, label in PERIODS.items()],
            asked_for(request, "days"),
        ),
        Filter(
            "channel", _("Channel"), [(name, str(label)) for name, label in Channel.choices], wanted.channel
        ),
        Filter("version", _("Version"), numbers, str(wanted.version or "")),
        *([Filter("product", _("Product"), products, wanted.product)] if products else []),
        *([Filter("place", _("Place"), places, wanted.place)] if places else []),
        Filter(
            "feeling",
            _("Comments that feel"),
            [(name, str(label)) for name, label in Feeling.choices],
            feeling,
        ),
    ]


def _tested(survey: Survey, definition: Definition, wanted: Wanted) -> Mapping[str, Any] | None:
    """With and without what is tested, side by side."""
    if not definition.tested:
        return None
    words = {"with": _("with"), "without": _("without")}
    rates: list[Rate] = rates_of_test(survey, definition.tested, since=wanted.since)
    return {"lever": LEVERS[definition.tested], "rates": [(words[rate.name], rate) for rate in rates]}


def _feeling(feeling: str) -> tuple[str, str]:
    return (str(Feeling(feeling).label) if feeling else "", TONES.get(feeling, ""))


def _question_of(answer: GivenAnswer) -> str:
    """As it was asked of whoever wrote the answer. Select the version along."""
    definition = definition_of(answer.submission.version)
    question = next((each for each in definition.questions if each.id == answer.question_id), None)
    return title_of(question, definition, definition.languages[0]) if question else answer.question_id


def _places(
    survey: Survey, definition: Definition, wanted: Wanted, apart: Mapping[str, Sequence[int]]
) -> dict[str, Any]:
    """Where the open link stands, side by side, with the figure of the first question that measures something."""
    question = _measured(definition, apart)
    rows = results_by_place(survey, question, wanted)
    return {
        "places": [(row, shown_figure(row.figure) if row.figure else None) for row in rows],
        "measured": title_of(question, definition, definition.languages[0]) if question else "",
    }


def _measured(definition: Definition, apart: Mapping[str, Sequence[int]]) -> Question | None:
    """The first question that measures something; None if its versions did so otherwise."""
    first = next((each for each in definition.questions if measure_of(each) in {"nps", "csat", "ces"}), None)
    return None if first is None or first.id in apart else first


def _trend(
    survey: Survey, definition: Definition, wanted: Wanted, apart: Mapping[str, Sequence[int]]
) -> dict[str, Any]:
    """Of the first question that measures something, once there are two weeks of it."""
    question = _measured(definition, apart)
    if question is None:
        return {}
    points = trend_of(survey, question, wanted, survey.store)[-52:]
    return chart_context(_chart(points, question, definition)) if len(points) > 1 else {}


def _chart(points: Sequence[Point], question: Question, definition: Definition) -> Chart:
    labels = tuple(_week(point.week) for point in points)
    label = _("NPS") if measure_of(question) == "nps" else _("Mean")
    total = sum(point.n for point in points)
    lowest, _highest = bounds_of(question)
    return Chart(
        title=_("By week: %s") % title_of(question, definition, definition.languages[0]),
        summary=ngettext("%d answer in these weeks", "%d answers in these weeks", total) % total,
        n="",
        definition=_("Of the answers given in each week, which begins on Monday."),
        headings=(_("Week from"), label, _("Answers")),
        rows=tuple(
            (name, formats.number_format(round(point.value, 2)), str(point.n))
            for name, point in zip(labels, points, strict=True)
        ),
        drawing=Drawing(
            kind="line", places=labels, series=(Series(label, tuple(point.value for point in points)),),
            lowest=None if measure_of(question) == "nps" else lowest, width=WHOLE_PAGE,
        ),
    )  # fmt: skip


def _week(begun: datetime) -> str:
    return formats.date_format(begun, "SHORT_DATE_FORMAT")
