"""All answers to a survey as rows, for whoever computes further with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from regard.survey.domain.comparing import definitions_answered
from regard.survey.domain.definition.parts import Definition
from regard.survey.domain.sittings import Wanted, sittings_of
from regard.survey.models import GivenAnswer, Submission, Survey


def export_rows(survey: Survey, definition: Definition, wanted: Wanted) -> Iterator[list[str]]:
    """A heading, and a line for each sitting, without anything that says who it was; behind the questions of the
    definition stand those that other versions asked of these sittings."""
    asked = (definition, *definitions_answered(survey, wanted).values())
    ids = list(dict.fromkeys(question.id for each in asked for question in each.questions))
    yield ["sitting", "version", "channel", "place", "language", "day", "complete", *ids]
    sittings = sittings_of(survey, wanted).select_related("version").order_by("id")
    for chunk in _chunks(sittings.iterator(chunk_size=1_000), 1_000):
        given: dict[int, dict[str, Any]] = defaultdict(dict)
        held = GivenAnswer.objects.filter(submission__in=[one.pk for one in chunk], does_count=True)
        for sitting_id, question_id, value in held.values_list("submission_id", "question_id", "value"):
            given[sitting_id][question_id] = value
        for one in chunk:
            yield [
                str(one.public_id), str(one.version.number), one.channel, one.place, one.language,
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
