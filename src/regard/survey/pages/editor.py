"""The editor of a survey: every press sends the whole of it as it stands, and gets it back changed and checked.

It is kept in a hidden field as JSON, so that the server remembers nothing and the page works without script.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from regard.core.domain.written.reading import LONGEST_TEXT, DefinitionInvalid, Problem
from regard.core.edges.pages import StoreRequest, notify, posted, store_page
from regard.core.models import Store
from regard.offer.domain.queries import pools_for_viewer
from regard.survey.domain.checking import check_definition
from regard.survey.domain.definition.editing import (
    EditInvalid,
    Values,
    add_part,
    add_question,
    copy_question,
    find_question,
    move_question,
    remove_part,
    remove_question,
    rename_question,
    tidy,
)
from regard.survey.domain.definition.parts import Definition
from regard.survey.domain.definition.reading import read_definition
from regard.survey.domain.definition.writing import definition_values
from regard.survey.domain.surveys import draft_of, save_draft
from regard.survey.models import Survey
from regard.survey.pages.asked import survey_asked
from regard.survey.pages.drawing import QUESTION, THANKS, WHOLE, draw
from regard.survey.pages.forms import POOLS, Group, all_fields, question_groups, thanks_groups, whole_groups
from regard.ui.value_fields import PREFIX, read_fields


@dataclass
class Draft:
    """A survey in the making. open: the part whose fields are shown, "question ID" of a question, "" for none.

    focus: the id of what the keyboard is at afterwards. changed: when the survey was saved that it began with.
    """

    values: Values
    open: str = ""
    focus: str = ""
    changed: str = ""
    language: str = ""  # in which it is shown as customers see it

    @property
    def question(self) -> str:
        kind, _space, question_id = self.open.partition(" ")
        return question_id if kind == QUESTION else ""


@store_page("surveys.manage", post="surveys.manage")
def edit(request: StoreRequest, survey_id: int) -> HttpResponse:
    found = survey_asked(request, survey_id)
    if request.method != "POST":
        draft = Draft(tidy(definition_values(draft_of(found))), changed=found.changed_at.isoformat())
        return _answer(request, found, draft, _check(request.store, draft.values)[0])
    try:
        draft = _sent(request, found)
        act, *told = posted(request, "do").split(" ")
        if act != "show":
            told = read_open(draft, request, told)
        ACTS.get(act, _nothing)(draft, *told)
        draft.values = tidy(draft.values)
        open_groups(draft)
    except (EditInvalid, ValueError, TypeError, KeyError):
        return redirect("survey_edit", request.store.slug, found.pk)  # the page was of another time
    problems, definition = _check(request.store, draft.values)
    if act == "save":
        return _save(request, found, draft, definition, problems)
    return _answer(request, found, draft, problems)


def _sent(request: StoreRequest, found: Survey) -> Draft:
    """What the page holds; the key is the survey's own whatever it says. Raises EditInvalid."""
    text = posted(request, "definition")
    if len(text) > LONGEST_TEXT * 2:
        raise EditInvalid("definition")
    try:
        values = tidy(msgspec.json.decode(text.encode()))
    except (msgspec.DecodeError, RecursionError):
        raise EditInvalid("definition") from None
    values["survey"] = found.key
    changed, language = posted(request, "changed"), posted(request, "language")
    return Draft(values, posted(request, "open"), changed=changed, language=language)


def read_open(draft: Draft, request: StoreRequest, told: list[str]) -> list[str]:
    """Take over what was typed into the part that is open. Gives what an act is told, with the name that the
    question has by now: all that names it goes along."""
    question = find_question(draft.values, draft.question) if draft.question else None
    read_fields(
        all_fields(open_groups(draft)), question if question is not None else draft.values, request.POST
    )
    if question is not None:
        before, after = draft.question, str(question.get("id", ""))
        rename_question(draft.values, before, after)
        draft.open = f"{QUESTION} {after}"
        told = [after if each == before else each for each in told]
    draft.values = tidy(draft.values)
    return told


def open_groups(draft: Draft) -> list[Group]:
    """The fields of the part that is open. Raises EditInvalid for a question that there is not."""
    values = draft.values
    if draft.open == WHOLE:
        return whole_groups(values)
    if draft.open == THANKS:
        return [group for at in range(len(values["thanks"])) for group in thanks_groups(values, at)]
    if draft.question:
        question = find_question(values, draft.question)
        place = values["questions"].index(question)
        first = values["languages"][0]
        later = [
            (each["id"], str(each.get("text", {}).get(first) or each["id"])[:80])
            for each in values["questions"][place + 1 :]
        ]
        return question_groups(question, values["languages"], later)
    return []


def _open(draft: Draft, *part: str) -> None:
    draft.open = " ".join(part)
    open_groups(draft)
    if draft.open == THANKS and not draft.values["thanks"]:
        draft.values["thanks"].append({"text": {}})
    draft.focus = "first"


def _close(draft: Draft) -> None:
    draft.focus = f"open-{draft.open.replace(' ', '-')}"
    draft.open = ""


def _add(draft: Draft, kind: str, index: str) -> None:
    _open(draft, QUESTION, add_question(draft.values, kind, int(index)))


def _copy(draft: Draft, question_id: str) -> None:
    _open(draft, QUESTION, copy_question(draft.values, question_id))


def _remove(draft: Draft, question_id: str) -> None:
    remove_question(draft.values, question_id)
    draft.focus = "add"
    if draft.question == question_id:
        draft.open = ""


def _up(draft: Draft, question_id: str) -> None:
    move_question(draft.values, question_id, -1)
    draft.focus = f"up-{question_id}"


def _down(draft: Draft, question_id: str) -> None:
    move_question(draft.values, question_id, 1)
    draft.focus = f"down-{question_id}"


def _part(draft: Draft, question_id: str, what: str) -> None:
    number = add_part(draft.values, question_id, what)
    last = "when" if what == "route" else f"text.{draft.values['languages'][0]}"
    name = {"option": "options", "row": "rows", "route": "goto"}[what]
    draft.focus = f"{PREFIX}{name}.{number}.{last}"


def _no_part(draft: Draft, question_id: str, what: str, number: str) -> None:
    remove_part(draft.values, question_id, what, int(number))
    draft.focus = "first"


def _thanks(draft: Draft) -> None:
    draft.values["thanks"].append({"text": {}})
    draft.open = THANKS
    draft.focus = f"{PREFIX}thanks.{len(draft.values['thanks']) - 1}.text.{draft.values['languages'][0]}"


def _no_thanks(draft: Draft, number: str) -> None:
    if 0 <= int(number) < len(draft.values["thanks"]):
        del draft.values["thanks"][int(number)]
    draft.focus = "first"


def _look(draft: Draft, language: str = "") -> None:
    """Shown in a language; what was typed has been taken over."""
    draft.language = language or draft.language


def _nothing(_draft: Draft, *_told: str) -> None:
    """What was typed has been taken over."""


ACTS: Mapping[str, Callable[..., None]] = {
    "open": _open, "close": _close, "add": _add, "copy": _copy, "remove": _remove, "up": _up, "down": _down,
    "part": _part, "no-part": _no_part, "thanks": _thanks, "no-thanks": _no_thanks, "look": _look,
}  # fmt: skip


def _check(store: Store, values: Values) -> tuple[list[Problem], Definition | None]:
    """What is wrong, and the survey if it can be read."""
    try:
        definition = read_definition(values)
    except DefinitionInvalid as error:
        return error.problems, None
    return check_definition(store, definition), definition


def _save(
    request: StoreRequest, found: Survey, draft: Draft, definition: Definition | None, problems: list[Problem]
) -> HttpResponse:
    if draft.changed != found.changed_at.isoformat():
        draft.changed = found.changed_at.isoformat()
        said = _("Somebody has saved it meanwhile; saving again puts this on top of it.")
        return _answer(request, found, draft, [Problem("", said), *problems])
    if definition is None:
        return _answer(request, found, draft, problems)
    save_draft(request.store, definition, actor=request.user.email)
    notify(request, _("“%s” is saved.") % definition.name)
    address = reverse("survey", args=[request.store.slug, found.pk])
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _answer(request: StoreRequest, found: Survey, draft: Draft, problems: Sequence[Problem]) -> HttpResponse:
    drawn = draw(
        draft.values, problems, opened=draft.open, groups=open_groups(draft), language=draft.language
    )
    context: dict[str, Any] = {
        "survey": found,
        "definition": msgspec.json.encode(draft.values).decode(),
        "changed": draft.changed,
        "draft": draft,
        "drawn": drawn,
        "lists": {POOLS: [(pool.key, pool.name) for pool in pools_for_viewer(request.store)]},
    }
    is_part = bool(request.headers.get("HX-Request"))
    return render(request, "survey/_editor.html" if is_part else "survey/edit.html", context)
