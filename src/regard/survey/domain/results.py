"""What came of a survey: what was said to each question, by place and by week, and what people wrote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncWeek

from regard.core.edges.keyset import KeysetPage, keyset_page
from regard.core.models import Store
from regard.listen.domain import text_sources
from regard.listen.models import Response, Understanding
from regard.survey.domain.definition.parts import Definition, Question, measure_of
from regard.survey.domain.figures import Figure, figures_of, headline, mean_of, net_promoters
from regard.survey.domain.sittings import Wanted, answers_of, sittings_of
from regard.survey.models import GivenAnswer, Survey


@dataclass(frozen=True)
class QuestionResult:
    """counts: by value (of a matrix "row|choice") how often it was given; n: answers; passed: passed over. apart:
    versions that are looked at one by one, since they measured otherwise; then neither counts nor figures."""

    question: Question
    n: int
    passed: int
    counts: Mapping[str, int]
    figures: Sequence[Figure]
    apart: Sequence[int] = ()


@dataclass(frozen=True)
class PlaceResult:
    """Of those who came by an open link where it is printed. figure: of a measured question."""

    place: str
    sittings: int
    complete: int
    figure: Figure | None


@dataclass(frozen=True)
class Point:
    week: datetime
    value: float
    n: int


def results_by_place(
    survey: Survey, question: Question | None, wanted: Wanted, *, limit: int = 50
) -> list[PlaceResult]:
    """What came of each place at which the open link stands, that of most sittings first; with the figure of a
    question, if one is given. Two queries."""
    found = sittings_of(survey, wanted).exclude(place="").order_by().values_list("place")
    counted = found.annotate(count=Count("pk"), complete=Count("completed_at")).order_by("-count", "place")[
        :limit
    ]
    scored: dict[str, list[tuple[float, int]]] = defaultdict(list)
    if question is not None:
        given = answers_of(survey, wanted).filter(question_id=question.id, figure__isnull=False)
        rows = given.exclude(submission__place="").order_by().values_list("submission__place", "figure")
        for place, figure, count in rows.annotate(count=Count("pk")):
            scored[place].append((figure, count))
    return [
        PlaceResult(place, count, complete, headline(question, scored[place]) if question else None)
        for place, count, complete in counted
    ]


def results_of(
    survey: Survey, definition: Definition, wanted: Wanted, apart: Mapping[str, Sequence[int]] | None = None
) -> list[QuestionResult]:
    """For every question of the definition, in its order. apart: see comparing.py. Two queries."""
    lone = apart or {}
    counted: dict[str, dict[Any, int]] = defaultdict(lambda: defaultdict(int))
    rows = (
        answers_of(survey, wanted).order_by().values_list("question_id", "value").annotate(count=Count("pk"))
    )
    asked = [
        question.id for question in definition.questions if question.kind not in {"text", "file", "date"}
    ]
    words = [question.id for question in definition.questions if question.kind in {"text", "file", "date"}]
    for question_id, value, count in rows.filter(question_id__in=asked):
        for each in _parts(value):
            counted[question_id][each] += count
        counted[question_id]["", "passed" if value is None else "given"] += count
    given = answers_of(survey, wanted).filter(question_id__in=words).order_by().values_list("question_id")
    for question_id, total, passed in given.annotate(
        total=Count("pk"), passed=Count("pk", filter=Q(value__isnull=True))
    ):
        counted[question_id]["", "given"], counted[question_id]["", "passed"] = total - passed, passed
    return [
        _result(question, dict(counted[question.id]), lone.get(question.id, ()))
        for question in definition.questions
    ]


def _parts(value: Any) -> Iterator[Any]:
    """What one answer counts for: each choice of several, each row of a matrix."""
    match value:
        case None:
            return
        case list():
            yield from value
        case dict():
            yield from (f"{row}|{choice}" for row, choice in value.items())
        case bool():
            yield "yes" if value else "no"
        case float() | int():
            yield str(int(value)) if value == int(value) else repr(value)
        case _:
            yield str(value)


def _result(question: Question, counted: dict[Any, int], apart: Sequence[int]) -> QuestionResult:
    given, passed = counted.pop(("", "given"), 0), counted.pop(("", "passed"), 0)
    if apart:
        return QuestionResult(question, given, passed, {}, (), apart)
    counts = {name: count for name, count in counted.items() if isinstance(name, str)}
    return QuestionResult(question, given, passed, counts, figures_of(question, counts))


def trend_of(survey: Survey, question: Question, wanted: Wanted, store: Store) -> list[Point]:
    """By week of the store, the NPS or mean of a question. One query."""
    week = TruncWeek("given_at", tzinfo=ZoneInfo(store.time_zone))
    rows = (
        answers_of(survey, wanted)
        .filter(question_id=question.id, figure__isnull=False)
        .annotate(week=week)
        .order_by("week")
        .values_list("week", "figure")
        .annotate(count=Count("pk"))
    )
    weeks: dict[datetime, list[tuple[float, int]]] = defaultdict(list)
    for begun, figure, count in rows:
        weeks[begun].append((figure, count))
    is_nps = measure_of(question) == "nps"
    return [
        Point(
            begun, net_promoters(scored).value if is_nps else mean_of(scored)[0], sum(n for _f, n in scored)
        )
        for begun, scored in weeks.items()
    ]


def comments_of(
    survey: Survey, wanted: Wanted, *, feeling: str = "", cursor: str = "", limit: int = 20
) -> KeysetPage[GivenAnswer]:
    """Words that people wrote, the latest first. Raises CursorInvalid. One query."""
    found = answers_of(survey, wanted).exclude(text="").select_related("submission__version")
    if feeling:
        read = Understanding.objects.filter(
            store=survey.store_id, source=text_sources.ANSWERS.name, source_id=OuterRef("pk"), feeling=feeling
        )
        told = Response.objects.filter(store=survey.store_id, external_id=OuterRef("response_external_id"))
        found = found.filter(Exists(told.filter(Exists(read))))
    return keyset_page(found, order=("-given_at", "-id"), cursor=cursor, limit=limit)


def feelings_of(answers: Sequence[GivenAnswer], store: Store) -> dict[int, str]:
    """What the writer of each feels, by its id, as far as it is understood. Two queries."""
    ids = [answer.response_external_id for answer in answers if answer.response_external_id]
    told = dict(Response.objects.filter(store=store, external_id__in=ids).values_list("pk", "external_id"))
    felt = Understanding.objects.filter(
        store=store, source=text_sources.ANSWERS.name, source_id__in=list(told)
    )
    by_external = {told[row]: feeling for row, feeling in felt.values_list("source_id", "feeling")}
    return {answer.pk: by_external.get(answer.response_external_id, "") for answer in answers}
