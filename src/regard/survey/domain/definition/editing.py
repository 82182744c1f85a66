"""Changing a survey as plain values, in the shape that its text form has; nothing here needs it to be whole."""

from __future__ import annotations

import copy
import re
from typing import Any

from regard.survey.domain.definition.parts import KINDS, WITH_OPTIONS
from regard.survey.domain.definition.reading import MOST_OPTIONS, MOST_QUESTIONS

Values = dict[str, Any]
LISTS = {"option": "options", "row": "rows", "route": "goto"}


class EditInvalid(ValueError):
    """A change that this survey cannot have: its page was of another time."""


def tidy(values: Any) -> Values:
    """The values with every question a mapping with an id, and every text by language. Raises EditInvalid."""
    if not isinstance(values, dict):
        raise EditInvalid("definition")
    languages = values.get("languages")
    known = (
        [each for each in languages if isinstance(each, str) and each] if isinstance(languages, list) else []
    )
    values["languages"] = list(dict.fromkeys(known))[:40] or ["en"]
    first = values["languages"][0]
    for name in ("title", "intro"):
        _by_language(values, name, first)
    values["questions"] = _mappings(values.get("questions"))[:MOST_QUESTIONS]
    values["thanks"] = _mappings(values.get("thanks"))
    taken = {str(each.get("id")) for each in values["questions"]}
    for question in values["questions"]:
        if not isinstance(question.get("id"), str) or not question["id"]:
            question["id"] = _free(taken)
            taken.add(question["id"])
        _tidy_question(question, first)
    for thanks in values["thanks"]:
        for name in ("text", "link_label"):
            _by_language(thanks, name, first)
    return values


def _tidy_question(question: Values, first: str) -> None:
    for name in ("text", "help"):
        _by_language(question, name, first)
    for name in LISTS.values():
        if name in question:
            question[name] = _mappings(question[name])
    for option in [*question.get("options", []), *question.get("rows", [])]:
        _by_language(option, "text", first)
    ends = question.get("ends")
    if isinstance(ends, dict):
        for name in ("lowest", "highest"):
            _by_language(ends, name, first)
        question["ends"] = {name: ends[name] for name in ("lowest", "highest") if name in ends}
    if not question.get("ends"):
        question.pop("ends", None)


def _by_language(holder: Values, name: str, first: str) -> None:
    value = holder.get(name)
    if isinstance(value, str):
        holder[name] = {first: value}
    elif name in holder and not isinstance(value, dict):
        holder.pop(name)


def _mappings(value: Any) -> list[Values]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def find_question(values: Values, question_id: str) -> Values:
    """Raises EditInvalid."""
    for question in values["questions"]:
        if question["id"] == question_id:
            found: Values = question
            return found
    raise EditInvalid(question_id)


def add_question(values: Values, kind: str, index: int) -> str:
    """A new one at this place; gives its id."""
    if kind not in KINDS or len(values["questions"]) >= MOST_QUESTIONS:
        raise EditInvalid(kind)
    made: Values = {"id": _free({each["id"] for each in values["questions"]}), "kind": kind, "text": {}}
    if kind in WITH_OPTIONS:
        made["options"] = [{"value": "a", "text": {}}, {"value": "b", "text": {}}]
    if kind == "matrix":
        made["rows"] = [{"value": "a", "text": {}}]
    if kind in {"nps", "csat", "ces"}:
        made["required"] = True
    values["questions"].insert(max(0, index), made)
    return str(made["id"])


def copy_question(values: Values, question_id: str) -> str:
    """Once more, behind itself; gives the id of the copy."""
    made = copy.deepcopy(find_question(values, question_id))
    made["id"] = _free({each["id"] for each in values["questions"]})
    values["questions"].insert(_place(values, question_id) + 1, made)
    return str(made["id"])


def remove_question(values: Values, question_id: str) -> None:
    del values["questions"][_place(values, question_id)]


def move_question(values: Values, question_id: str, by: int) -> None:
    place = _place(values, question_id)
    target = min(max(0, place + by), len(values["questions"]) - 1)
    values["questions"].insert(target, values["questions"].pop(place))


def rename_question(values: Values, before: str, after: str) -> None:
    """What leads to it or asks for its answer names it so from now on."""
    if before == after or not after:
        return
    named = re.compile(rf"\banswers\.{re.escape(before)}\b")
    for holder in [*values["questions"], *values["thanks"]]:
        for name in ("show_if", "when"):
            if isinstance(holder.get(name), str):
                holder[name] = named.sub(f"answers.{after}", holder[name])
        for route in holder.get("goto", []):
            route["to"] = after if route.get("to") == before else route.get("to", "end")
            if isinstance(route.get("when"), str):
                route["when"] = named.sub(f"answers.{after}", route["when"])


def add_part(values: Values, question_id: str, what: str) -> int:
    """A choice, a row or a route at the end of a question; gives its place."""
    question = find_question(values, question_id)
    parts = question.setdefault(LISTS[what], [])
    if len(parts) >= MOST_OPTIONS:
        raise EditInvalid(what)
    if what == "route":
        parts.append({"when": "", "to": "end"})
    else:
        taken = {str(each.get("value")) for each in parts}
        letters = "abcdefghijklmnopqrstuvwxyz"
        numbered = (f"o{number}" for number in range(1, MOST_OPTIONS * 2))
        parts.append({"value": next(each for each in (*letters, *numbered) if each not in taken), "text": {}})
    return len(parts) - 1


def remove_part(values: Values, question_id: str, what: str, number: int) -> None:
    parts = find_question(values, question_id).get(LISTS[what], [])
    if 0 <= number < len(parts):
        del parts[number]


def _place(values: Values, question_id: str) -> int:
    return int(values["questions"].index(find_question(values, question_id)))


def _free(taken: set[str]) -> str:
    numbered = (f"q{number}" for number in range(1, MOST_QUESTIONS * 3))
    return next(each for each in numbered if each not in taken)
