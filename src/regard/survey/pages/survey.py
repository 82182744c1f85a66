"""The page of a survey: its questions and where each leads, its versions, its text."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from regard.core.edges.pages import StoreRequest, asked_for, store_page
from regard.survey.domain.answering.links import open_url
from regard.survey.domain.changes import changes_between
from regard.survey.domain.checking import check_definition, look_twice
from regard.survey.domain.definition.parts import (
    ALWAYS_ON,
    LEVERS,
    SCALES,
    TOUCHPOINTS,
    Definition,
    Question,
    bounds_of,
    text_in,
)
from regard.survey.domain.published import definition_of
from regard.survey.domain.queries import overviews, sittings_by_version, versions_for_viewer
from regard.survey.domain.surveys import draft_of, export_survey
from regard.survey.domain.words import LOOKS, Look, title_of, where_it_leads
from regard.survey.models import SurveyVersion
from regard.survey.pages.asked import QUESTIONS, TEXT, VERSIONS, survey_asked, survey_context

VERSIONS_SHOWN = 30


@dataclass(frozen=True)
class Asked:
    """A question as people read it. lines: what it offers; leads: conditions and where they lead."""

    question: Question
    look: Look
    title: str
    help: str
    lines: list[str]
    leads: list[tuple[str, str]]


@store_page("surveys.read")
def survey(request: StoreRequest, survey_id: int) -> HttpResponse:
    found = survey_asked(request, survey_id)
    definition = draft_of(found)
    language = asked_for(request, "language")
    language = language if language in definition.languages else definition.languages[0]
    context = {
        **survey_context(request, found, QUESTIONS),
        "definition": definition,
        "language": language,
        "title": text_in(definition.title, language, definition.languages),
        "intro": text_in(definition.intro, language, definition.languages),
        "questions": [_asked(question, definition, language) for question in definition.questions],
        "thanks": [
            (one.when, text_in(one.text, language, definition.languages)) for one in definition.thanks
        ],
        "touchpoint": TOUCHPOINTS[definition.touchpoint],
        "levers": [
            (label, name in definition.levers or name in ALWAYS_ON, name == definition.tested)
            for name, label in LEVERS.items()
        ],
        "overview": overviews([found])[0],
        "link": open_url(found) if found.open_link else "",
        "problems": check_definition(request.store, definition),
        "notes": look_twice(definition),
    }
    return render(request, "survey/survey.html", context)


def _asked(question: Question, definition: Definition, language: str) -> Asked:
    return Asked(
        question=question,
        look=LOOKS[question.kind],
        title=title_of(question, definition, language),
        help=text_in(question.help, language, definition.languages),
        lines=offered(question, definition, language),
        leads=[(route.when, where_it_leads(definition, route, language)) for route in question.goto],
    )


def offered(question: Question, definition: Definition, language: str) -> list[str]:
    """What a question offers: its choices, or its scale with the words at its ends."""
    if question.kind in SCALES:
        ends = [text_in(each, language, definition.languages) for each in question.ends or ({}, {})]
        told = [
            f"{bound:g} {end}".strip()
            for bound, end in zip(bounds_of(question), ends, strict=True)
            if bound is not None
        ]
        return [" – ".join(told)]
    options = [text_in(each.text, language, definition.languages) or each.value for each in question.options]
    if question.kind == "matrix":
        rows = [text_in(each.text, language, definition.languages) or each.value for each in question.rows]
        return [*rows, " · ".join(options)]
    return options


@store_page("surveys.read")
def versions(request: StoreRequest, survey_id: int) -> HttpResponse:
    """Who published it when, what each version changed, and how many answered by it."""
    found = survey_asked(request, survey_id)
    begun = sittings_by_version(found)
    shown = list(versions_for_viewer(found)[: VERSIONS_SHOWN + 1])
    context = {
        **survey_context(request, found, VERSIONS),
        "rows": [
            (version, begun.get(version.pk, 0), _changes(version, before))
            for version, before in zip(shown[:VERSIONS_SHOWN], [*shown[1:], None], strict=False)
        ],
    }
    return render(request, "survey/versions.html", context)


def _changes(version: SurveyVersion, before: SurveyVersion | None) -> list[str]:
    if before is None:
        return [_("The first version")]
    return changes_between(definition_of(before), definition_of(version))


@store_page("surveys.read")
def text(request: StoreRequest, survey_id: int) -> HttpResponse:
    """The survey as YAML, to read, copy and keep elsewhere."""
    found = survey_asked(request, survey_id)
    context = {**survey_context(request, found, TEXT), "text": export_survey(found), "label": _("YAML")}
    return render(request, "survey/text.html", context)


@store_page("surveys.read")
def text_file(request: StoreRequest, survey_id: int) -> HttpResponse:
    found = survey_asked(request, survey_id)
    response = HttpResponse(export_survey(found), content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.key}.yaml"'
    return response
