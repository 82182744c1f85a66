"""The editor of a journey: every press sends the whole of it as it stands, and gets it back changed and checked.

It is kept in a hidden field as JSON, so that the server remembers nothing and the page works without script.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from regard.core.domain.written.reading import LONGEST_TEXT, DefinitionInvalid, Problem
from regard.core.edges.pages import StoreRequest, notify, posted, store_page
from regard.core.models import Store
from regard.journey.domain.checking import check_definition
from regard.journey.domain.definition.editing import (
    EditInvalid,
    Values,
    add_step,
    copy_step,
    find_step,
    move_into,
    move_step,
    remove_step,
    tidy,
)
from regard.journey.domain.definition.parts import Definition
from regard.journey.domain.definition.reading import read_definition
from regard.journey.domain.definition.writing import definition_values
from regard.journey.domain.journeys import definition_of, save_journey
from regard.journey.models import Journey
from regard.journey.pages.asked import journey_asked
from regard.journey.pages.drawing import EXITS, RULES, START, STEP, Drawn, draw
from regard.journey.pages.forms import STARTS, exit_fields, rule_fields, start_fields, start_kind, step_fields
from regard.journey.pages.known import known_lists
from regard.ui.value_fields import PREFIX, Field, read_fields

EXIT_FIELD = f"{PREFIX}exits."


@dataclass
class Draft:
    """A journey in the making. open: the part whose fields are shown, "step ID" of a step, "" for none.

    focus: the id of what the keyboard is at afterwards.
    """

    values: Values
    open: str = ""
    focus: str = ""
    problems: list[Problem] = field(default_factory=list)

    @property
    def open_step(self) -> str:
        kind, _space, step_id = self.open.partition(" ")
        return step_id if kind == STEP else ""


@store_page("journeys.manage", post="journeys.manage")
def edit(request: StoreRequest, journey_id: int) -> HttpResponse:
    found = journey_asked(request, journey_id)
    if request.method != "POST":
        draft = Draft(tidy(definition_values(definition_of(found))))
        return _answer(request, found, draft, _check(request.store, draft.values)[0])
    try:
        draft = _sent(request, found)
        act, *told = posted(request, "do").split(" ")
        if act != "show":
            read_open(draft, request)
        ACTS.get(act, _nothing)(draft, *told)
    except (EditInvalid, ValueError, TypeError):
        return redirect("journey_edit", request.store.slug, found.pk)  # the page was of another time
    problems, definition = _check(request.store, draft.values)
    if act == "save":
        return _save(request, found, draft, definition, problems)
    return _answer(request, found, draft, problems)


def _sent(request: StoreRequest, found: Journey) -> Draft:
    """What the page holds; the key is the journey's own whatever it says. Raises EditInvalid."""
    text = posted(request, "definition")
    if len(text) > LONGEST_TEXT * 2:
        raise EditInvalid("definition")
    try:
        values = tidy(msgspec.json.decode(text.encode()))
    except (msgspec.DecodeError, RecursionError):
        raise EditInvalid("definition") from None
    values["journey"] = found.key
    return Draft(values, posted(request, "open"))


def read_open(draft: Draft, request: StoreRequest) -> None:
    """Take over what was typed into the part that is open."""
    fields, values = open_fields(draft)
    if draft.open == START and (kind := posted(request, "start")) != start_kind(draft.values.get("start")):
        draft.values["start"] = dict(STARTS.get(kind, STARTS["by_hand"]))
        return
    read_fields(fields, values, request.POST)


def open_fields(draft: Draft) -> tuple[list[Field], Values]:
    """The fields of the part that is open, and what they are read from and written to."""
    if draft.open == START:
        start = draft.values.get("start")
        draft.values["start"] = start if isinstance(start, dict) else dict(STARTS["by_hand"])
        return start_fields(draft.values["start"]), draft.values["start"]
    if draft.open == RULES:
        return rule_fields(), draft.values
    if draft.open == EXITS:
        return [each for number in range(len(_exits(draft))) for each in exit_fields(number)], draft.values
    if draft.open_step:
        step = find_step(draft.values, draft.open_step).step
        return step_fields(step), step
    return [], {}


def _exits(draft: Draft) -> list[Any]:
    exits = draft.values.setdefault("exits", [])
    draft.values["exits"] = (
        [each for each in exits if isinstance(each, dict)] if isinstance(exits, list) else []
    )
    return draft.values["exits"]  # type: ignore[no-any-return]


def _open(draft: Draft, *part: str) -> None:
    draft.open = " ".join(part)
    open_fields(draft)  # raises for a step that there is not
    draft.focus = "first"


def _close(draft: Draft) -> None:
    draft.focus = f"open-{draft.open_step or draft.open}"
    draft.open = ""


def _add(draft: Draft, kind: str, way: str, index: str) -> None:
    _open(draft, STEP, add_step(draft.values, kind, way, int(index)))


def _copy(draft: Draft, step_id: str) -> None:
    _open(draft, STEP, copy_step(draft.values, step_id))


def _remove(draft: Draft, step_id: str) -> None:
    found = remove_step(draft.values, step_id)
    draft.focus = f"add-{found.way}-{found.index}"
    if draft.open_step == step_id or not _is_there(draft):
        draft.open = ""


def _is_there(draft: Draft) -> bool:
    try:
        open_fields(draft)
    except EditInvalid:
        return False
    return True


def _up(draft: Draft, step_id: str) -> None:
    move_step(draft.values, step_id, -1)
    draft.focus = f"up-{step_id}"


def _down(draft: Draft, step_id: str) -> None:
    move_step(draft.values, step_id, 1)
    draft.focus = f"down-{step_id}"


def _into(draft: Draft, step_id: str, number: str) -> None:
    move_into(draft.values, step_id, int(number))
    draft.focus = f"open-{step_id}"


def _add_way(draft: Draft, step_id: str) -> None:
    find_step(draft.values, step_id).step["split"].append({"share": 0, "steps": []})


def _remove_way(draft: Draft, step_id: str) -> None:
    """The last one, with its steps."""
    ways = find_step(draft.values, step_id).step["split"]
    if len(ways) > 2:
        ways.pop()


def _add_exit(draft: Draft) -> None:
    _exits(draft).append({"event": ""})
    draft.focus = f"{EXIT_FIELD}{len(draft.values['exits']) - 1}.event"


def _remove_exit(draft: Draft, number: str) -> None:
    exits = _exits(draft)
    if 0 <= int(number) < len(exits):
        del exits[int(number)]
    draft.focus = "add-exit"


def _nothing(_draft: Draft, *_told: str) -> None:
    """What was typed has been taken over."""


ACTS: Mapping[str, Callable[..., None]] = {
    "open": _open, "close": _close, "add": _add, "copy": _copy, "remove": _remove, "up": _up, "down": _down,
    "into": _into, "way": _add_way, "no-way": _remove_way, "exit": _add_exit, "no-exit": _remove_exit,
}  # fmt: skip


def _check(store: Store, values: Values) -> tuple[list[Problem], Definition | None]:
    """What is wrong, and the journey if it can be read."""
    try:
        definition = read_definition(values)
    except DefinitionInvalid as error:
        return error.problems, None
    return check_definition(store, definition), definition


def _save(
    request: StoreRequest,
    found: Journey,
    draft: Draft,
    definition: Definition | None,
    problems: list[Problem],
) -> HttpResponse:
    number = found.current.number if found.current else 0
    if posted(request, "version") != str(number):
        said = _("Somebody has saved version %d meanwhile; saving again puts this one on top of it.") % number
        return _answer(request, found, draft, [Problem("", said), *problems])
    if definition is None:
        return _answer(request, found, draft, problems)
    try:
        save_journey(request.store, definition, actor=request.user.email)
    except DefinitionInvalid as error:
        return _answer(request, found, draft, error.problems)
    notify(request, _("“%s” is saved.") % definition.name)
    address = reverse("journey", args=[request.store.slug, found.pk])
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _answer(request: StoreRequest, found: Journey, draft: Draft, problems: Sequence[Problem]) -> HttpResponse:
    fields, values = open_fields(draft)
    drawn: Drawn = draw(draft.values, problems, opened=draft.open, fields=fields, read_from=values)
    context = {
        "journey": found,
        "number": found.current.number if found.current else 0,
        "definition": msgspec.json.encode(draft.values).decode(),
        "draft": draft,
        "drawn": drawn,
        "lists": known_lists(request.store),
        "fresh": ",".join(f"#{each}" for each in drawn.told_ids),
    }
    is_part = bool(request.headers.get("HX-Request"))
    return render(request, "journey/_editor.html" if is_part else "journey/edit.html", context)
