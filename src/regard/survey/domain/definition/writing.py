"""A survey as plain values, which YAML and JSON hold: `read_definition` gives it back."""

from __future__ import annotations

from typing import Any

import yaml

from regard.core.domain.written.durations import duration_text
from regard.survey.domain.definition.parts import Definition, Option, Question, Thanks

# As the parts name them, and as the text form does.
WRITTEN_AS = {"is_anonymous": "anonymous", "is_exempt": "exempt"}


def definition_values(definition: Definition) -> dict[str, Any]:
    """What is as it is by default is left out."""
    usual = Definition(definition.key, definition.name, definition.languages, definition.title, ())
    written: dict[str, Any] = {
        "survey": definition.key, "name": definition.name, "languages": list(definition.languages),
        "title": dict(definition.title),
    }  # fmt: skip
    if definition.intro:
        written["intro"] = dict(definition.intro)
    for name in ("touchpoint", "is_anonymous", "is_exempt", "rank", "quota", "incentive", "tested"):
        if getattr(definition, name) != getattr(usual, name):
            written[WRITTEN_AS.get(name, name)] = getattr(definition, name)
    if definition.expires != usual.expires:
        written["expires"] = duration_text(definition.expires)
    if definition.reminders:
        written["reminders"] = [duration_text(each) for each in definition.reminders]
    if definition.levers != usual.levers:
        written["levers"] = list(definition.levers)
    written["questions"] = [_question(question) for question in definition.questions]
    if definition.thanks:
        written["thanks"] = [_thanks(each) for each in definition.thanks]
    return written


def definition_yaml(definition: Definition) -> str:
    """The text form, for people and git."""
    values = definition_values(definition)
    return str(yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=110))


def _question(question: Question) -> dict[str, Any]:
    usual = Question(question.id, question.kind, question.text)
    written: dict[str, Any] = {"id": question.id, "kind": question.kind, "text": dict(question.text)}
    if question.help:
        written["help"] = dict(question.help)
    for name in (
        "required", "lowest", "highest", "measure", "topic", "low_is_good", "show_if", "keep_as", "accept", "most",
    ):  # fmt: skip
        if getattr(question, name) != getattr(usual, name):
            written[name] = getattr(question, name)
    if question.options:
        written["options"] = [_option(option) for option in question.options]
    if question.rows:
        written["rows"] = [_option(row) for row in question.rows]
    if question.ends is not None:
        lowest, highest = question.ends
        written["ends"] = {"lowest": dict(lowest), "highest": dict(highest)}
    if question.goto:
        written["goto"] = [{"when": route.when, "to": route.to} for route in question.goto]
    return written


def _option(option: Option) -> dict[str, Any]:
    scored = {} if option.score is None else {"score": option.score}
    return {"value": option.value, "text": dict(option.text)} | scored


def _thanks(thanks: Thanks) -> dict[str, Any]:
    written: dict[str, Any] = {"when": thanks.when} if thanks.when else {}
    written["text"] = dict(thanks.text)
    if thanks.link:
        written["link"] = thanks.link
    return written | ({"link_label": dict(thanks.link_label)} if thanks.link_label else {})
