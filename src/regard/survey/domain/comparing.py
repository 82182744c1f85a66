"""Which answers to a question may be counted together: those that were given on the same scale, whatever the words
around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from regard.survey.domain.definition.parts import (
    WITH_OPTIONS,
    Definition,
    Question,
    bounds_of,
    is_low_good,
    measure_of,
)
from regard.survey.domain.published import definition_of
from regard.survey.domain.sittings import Wanted, sittings_of
from regard.survey.models import Survey, SurveyVersion


def definitions_answered(survey: Survey, wanted: Wanted) -> Mapping[int, Definition]:
    """What was asked of those who answered, by the number of the version, the latest first. Two queries."""
    used = list(sittings_of(survey, wanted).order_by().values_list("version_id", flat=True).distinct())
    versions = SurveyVersion.objects.filter(survey=survey, pk__in=used).order_by("-number")
    return {version.number: definition_of(version) for version in versions}


def versions_apart(shown: Definition, answered: Mapping[int, Definition]) -> dict[str, Sequence[int]]:
    """By question that is shown the versions which asked it, where not all of them measure alike."""
    apart: dict[str, Sequence[int]] = {}
    for question in shown.questions:
        asked = {
            number: found
            for number, definition in answered.items()
            if (found := _question(definition, question.id)) is not None
        }
        if any(_measures(found) != _measures(question) for found in asked.values()):
            apart[question.id] = sorted(asked)
    return apart


def _question(definition: Definition, question_id: str) -> Question | None:
    return next((each for each in definition.questions if each.id == question_id), None)


def _measures(question: Question) -> tuple[Any, ...]:
    """What makes its answers mean the same. A choice more or less leaves the others what they are, unless it
    counts something."""
    scores = {option.value: option.score for option in question.options if option.score is not None}
    has_scores = question.kind in WITH_OPTIONS and bool(scores)
    return (
        question.kind, measure_of(question), is_low_good(question),
        sorted(scores.items()) if has_scores else () if question.kind in WITH_OPTIONS else bounds_of(question),
    )  # fmt: skip
