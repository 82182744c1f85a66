"""Surveys as commands show them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click
from django.core.exceptions import ValidationError

from regard.cli.journey_text import store_named
from regard.core.domain.written.reading import DefinitionInvalid
from regard.core.languages import page_language
from regard.core.models import Store
from regard.survey.domain import surveys
from regard.survey.domain.checking import check_definition
from regard.survey.domain.definition.parts import text_in
from regard.survey.domain.definition.writing import definition_yaml
from regard.survey.domain.queries import overviews, survey_for_viewer, surveys_for_viewer
from regard.survey.domain.shipped import add_shipped, shipped_of, shipped_surveys
from regard.survey.models import Survey

__all__ = [
    "change_state", "read_survey", "say_shipped", "say_survey", "say_surveys", "store_named", "write_survey",
]  # fmt: skip
ACTOR = "command line"


def say_surveys(store: Store, *, as_json: bool) -> None:
    rows = [
        {
            "id": one.survey.key, "name": one.survey.name, "state": one.survey.state, "asked": one.asked,
            "answered": one.answered, "answers": one.answers, "complete": one.complete,
        }
        for one in overviews(surveys_for_viewer(store))
    ]  # fmt: skip
    nothing = "No survey yet; `regard survey list --shipped` has some to begin with."
    _say_rows(rows, as_json=as_json, empty=nothing)


def say_shipped(store: Store, *, as_json: bool) -> None:
    rows = [
        {
            "id": one.definition.key, "name": one.definition.name,
            "state": one.survey.state if one.survey else "available",
        }
        for one in shipped_of(store)
    ]  # fmt: skip
    _say_rows(rows, as_json=as_json, empty="")


def say_survey(store: Store, key: str, *, as_json: bool) -> None:
    survey = _survey(store, key)
    definition = surveys.draft_of(survey)
    problems = [str(problem) for problem in check_definition(store, definition)]
    number = survey.current.number if survey.current else 0
    if as_json:
        told = {"id": key, "state": survey.state, "version": number, "problems": problems}
        click.echo(json.dumps(told | {"draft": survey.draft}))
        return
    click.echo(f"{survey.name}: {survey.get_state_display()}, version {number}.")
    for place, question in enumerate(definition.questions, 1):
        text = text_in(question.text, definition.languages[0], definition.languages)
        click.echo(f"{place:>3}. {text} ({question.kind}, {question.id})")
    for problem in problems:
        click.echo(f"to be mended: {problem}")


def write_survey(store: Store, key: str) -> None:
    """The store's own, or else the one that ships."""
    shipped = shipped_surveys(page_language(store.language))
    own = Survey.objects.filter(store=store, key=key).first()
    if own is None and key in shipped:
        click.echo(definition_yaml(shipped[key].definition), nl=False)
        return
    click.echo(surveys.export_survey(own or _survey(store, key)), nl=False)


def read_survey(store: Store, text: str) -> None:
    try:
        survey = surveys.import_survey(store, text, actor=ACTOR)
    except DefinitionInvalid as error:
        raise _refused(error) from None
    click.echo(f"{survey.key}: {survey.get_state_display()}, its draft is kept.")


def change_state(store: Store, key: str, operation: str, said: str) -> None:
    if operation == "publish_survey" and key in shipped_surveys():
        add_shipped(store, key, actor=ACTOR)
    try:
        getattr(surveys, operation)(_survey(store, key), actor=ACTOR)
    except DefinitionInvalid as error:
        raise _refused(error) from None
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from None
    click.echo(f"{key} {said}.")


def _refused(error: DefinitionInvalid) -> click.ClickException:
    return click.ClickException("\n".join(str(problem) for problem in error.problems))


def _say_rows(rows: Sequence[dict[str, Any]], *, as_json: bool, empty: str) -> None:
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        counts = f"  {row['asked']:,} asked, {row['answered']:,} answered" if "asked" in row else ""
        click.echo(f"{row['id']:<28} {row['state']:<10} {row['name']}{counts}")
    if not rows and empty:
        click.echo(empty)


def _survey(store: Store, key: str) -> Survey:
    try:
        return survey_for_viewer(store, key)
    except Survey.DoesNotExist:
        raise click.ClickException(f"There is no survey {key!r}; `regard survey list` names them.") from None
