"""What came of a survey: who answered, what they said to each question, and how sure the figures are.

Suspect sittings count for nothing, nor do answers that the way did not come by in the end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncWeek

from regard.core.edges.keyset import KeysetPage, keyset_page
from regard.core.models import Store
from regard.listen.domain import text_sources
from regard.listen.models import Response, Understanding
from regard.measure.domain.arithmetic import mean_interval, share_interval
from regard.survey.domain.definition.parts import Definition, Question, bounds_of, measure_of
from regard.survey.models import GivenAnswer, Invitation, InvitationState, Submission, Survey

SATISFIED = 0.75  # of the way from the lowest to the highest: 4 of 5


@dataclass(frozen=True)
class Wanted:
    """Which sittings are looked at; "" and None for all. since, before: of their last answer, since included."""

    channel: str = ""
    version: int | None = None
    product: str = ""
    language: str = ""
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True)
class Rate:
    """Of those asked by a channel, or with or without what is tested: how many answered, in percent with 95 %."""

    name: str
    asked: int
    answered: int

    @property
    def percent(self) -> float:
        return 100 * self.answered / self.asked if self.asked else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        return share_interval(self.percent, self.asked)


@dataclass(frozen=True)
class Figure:
    """Of a measured question. name: nps, mean or satisfied; the interval holds with 95 percent."""

    name: str
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class QuestionResult:
    """counts: by value (of a matrix "row|choice") how often it was given; n: answers; passed: passed over."""

    question: Question
    n: int
    passed: int
    counts: Mapping[str, int]
    figures: Sequence[Figure]


@dataclass(frozen=True)
class Point:
    week: datetime
    value: float
    n: int


def sittings_of(survey: Survey, wanted: Wanted) -> QuerySet[Submission]:
    """Those that count."""
    found = Submission.objects.filter(survey=survey, is_suspect=False, answers__gt=0)
    conditions: dict[str, Any] = {
        "channel": wanted.channel, "version__number": wanted.version, "product_external_id": wanted.product,
        "language": wanted.language, "last_at__gte": wanted.since, "last_at__lt": wanted.before,
    }  # fmt: skip
    return found.filter(**{name: value for name, value in conditions.items() if value not in ("", None)})


def products_of(survey: Survey, *, limit: int = 50) -> list[str]:
    """The products that sittings were about, those of most sittings first. One query."""
    found = Submission.objects.filter(survey=survey).exclude(product_external_id="").order_by()
    counted = found.values_list("product_external_id").annotate(count=Count("pk"))
    return [name for name, _count in counted.order_by("-count", "product_external_id")[:limit]]


def answers_of(survey: Survey, wanted: Wanted) -> QuerySet[GivenAnswer]:
    return GivenAnswer.objects.filter(
        survey=survey, does_count=True, submission__in=sittings_of(survey, wanted).values("pk")
    )


def results_of(survey: Survey, definition: Definition, wanted: Wanted) -> list[QuestionResult]:
    """For every question of the definition, in its order. One query."""
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
    return [_result(question, dict(counted[question.id])) for question in definition.questions]


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


def _result(question: Question, counted: dict[Any, int]) -> QuestionResult:
    given, passed = counted.pop(("", "given"), 0), counted.pop(("", "passed"), 0)
    counts = {name: count for name, count in counted.items() if isinstance(name, str)}
    return QuestionResult(question, given, passed, counts, figures_of(question, counts))


def figures_of(question: Question, counts: Mapping[str, int]) -> list[Figure]:
    """The NPS, or the mean and the share of the satisfied, each with its interval."""
    scored = [
        (figure, count) for name, count in counts.items() if (figure := _score(question, name)) is not None
    ]
    total = sum(count for _figure, count in scored)
    if not total or (question.kind not in {"number", "single"} and not measure_of(question)):
        return []
    if measure_of(question) == "nps":
        return [net_promoters(scored)]
    mean, low, high = _mean(scored)
    figures = [Figure("mean", mean, low, high)]
    lowest, highest = bounds_of(question)
    if measure_of(question) == "csat" and lowest is not None and highest is not None and highest > lowest:
        bar = lowest + SATISFIED * (highest - lowest)
        percent = 100 * sum(count for figure, count in scored if figure >= bar) / total
        figures.append(Figure("satisfied", percent, *share_interval(percent, total)))
    return figures


def net_promoters(scored: Sequence[tuple[float, int]]) -> Figure:
    """The share of 9 and 10 less that of 0 to 6, in points; its interval is that of a mean of 100, 0 and -100."""
    worth = [(100.0 if score >= 9 else -100.0 if score <= 6 else 0.0, count) for score, count in scored]
    value, low, high = _mean(worth)
    bounded = [None if bound is None else min(100.0, max(-100.0, bound)) for bound in (low, high)]
    return Figure("nps", value, bounded[0], bounded[1])


def _mean(scored: Sequence[tuple[float, int]]) -> tuple[float, float | None, float | None]:
    total = sum(count for _value, count in scored)
    mean = sum(value * count for value, count in scored) / total
    if total < 2:
        return mean, None, None
    squares = sum(count * (value - mean) ** 2 for value, count in scored)
    return mean, *mean_interval(mean, sqrt(squares / (total - 1)), total)


def _score(question: Question, name: str) -> float | None:
    if question.kind == "single":
        return next((option.score for option in question.options if option.value == name), None)
    if question.kind not in {"nps", "csat", "ces", "stars", "number"}:
        return None
    try:
        return float(name)
    except ValueError:
        return None


def rates_by_channel(survey: Survey, *, since: datetime | None = None) -> list[Rate]:
    """Of those who were asked, by channel. One query."""
    return [Rate(name, asked, answered) for name, asked, answered in _rates(survey, since, "channel")]


def rates_of_test(survey: Survey, lever: str, *, since: datetime | None = None) -> list[Rate]:
    """Of those for whom it was drawn whether they are asked with or without what is tested. One query."""
    found = _rates(survey, since, f"levers__{lever}", levers__tested=lever)
    return [Rate("with" if told else "without", asked, answered) for told, asked, answered in found]


def _rates(survey: Survey, since: datetime | None, by: str, **only: str) -> list[tuple[Any, int, int]]:
    asked = Invitation.objects.filter(survey=survey, **only).exclude(state=InvitationState.REFUSED)
    if since is not None:
        asked = asked.filter(invited_at__gte=since)
    answered = Count("pk", filter=Q(state__in=[InvitationState.PARTIAL, InvitationState.COMPLETED]))
    return list(asked.order_by(by).values_list(by).annotate(asked=Count("pk"), answered=answered))


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
        Point(begun, net_promoters(scored).value if is_nps else _mean(scored)[0], sum(n for _f, n in scored))
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


def export_rows(survey: Survey, definition: Definition, wanted: Wanted) -> Iterator[list[str]]:
    """A heading, and a line for each sitting, without anything that says who it was."""
    ids = [question.id for question in definition.questions]
    yield ["sitting", "version", "channel", "language", "day", "complete", *ids]
    sittings = sittings_of(survey, wanted).select_related("version").order_by("id")
    for chunk in _chunks(sittings.iterator(chunk_size=1_000), 1_000):
        given: dict[int, dict[str, Any]] = defaultdict(dict)
        held = GivenAnswer.objects.filter(submission__in=[one.pk for one in chunk], does_count=True)
        for sitting_id, question_id, value in held.values_list("submission_id", "question_id", "value"):
            given[sitting_id][question_id] = value
        for one in chunk:
            yield [
                str(one.public_id), str(one.version.number), one.channel, one.language,
                one.last_at.date().isoformat(), "yes" if one.completed_at else "no",
                *(_cell(given[one.pk].get(name)) for name in ids),
            ]  # fmt: skip


def _chunks(rows: Iterator[Submission], size: int) -> Iterator[list[Submission]]:
    chunk: list[Submission] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case list():
            return ", ".join(value)
        case {"name": str() as name, "size": _}:
            return name
        case dict():
            return ", ".join(f"{row}: {choice}" for row, choice in value.items())
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)
