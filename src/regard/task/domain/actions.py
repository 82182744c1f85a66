"""What journeys may ask of people: a task in their own words, and what no other room does by itself yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from regard.core import clock
from regard.core.languages import page_language
from regard.core.models import Store
from regard.core.registry import Action, ActionCall, ActionOutcome, ActionParameter, actions
from regard.task.domain.cases import NewCase, open_cases
from regard.task.domain.making import NewTask, make_tasks
from regard.task.domain.owners import NOBODY, Owners, owner_complaint
from regard.task.models import Task

MOST_HOURS = 24 * 366
TITLE = ActionParameter("title", gettext_noop("What is to be done"), required=True)
TEXT = ActionParameter("text", gettext_noop("What one should know for it"), "words")
DUE = ActionParameter(
    "due_hours", gettext_noop("To be done within hours"), "whole",
    help=gettext_noop("Whoever leads the store is told when that passes. Without it there is no hurry."),
)  # fmt: skip
OWNER = ActionParameter(
    "owner", gettext_noop("Whose it is"),
    help=gettext_noop("“nobody”, “lead” for whoever leads and has the least to do, or the e-mail of a member."),
)  # fmt: skip


@dataclass(frozen=True)
class ByPerson:
    """Something that a person does until the product does it. title: of the task, with the parameters' names."""

    name: str
    label: str
    title: str
    parameters: tuple[ActionParameter, ...]


BY_PERSON = (
    ByPerson(
        "points", gettext_noop("A person does it: give points"), gettext_noop("Give %(points)s points"),
        (ActionParameter("points", gettext_noop("How many points"), "whole", required=True),),
    ),
    ByPerson(
        "ticket", gettext_noop("A person does it: open a ticket"), gettext_noop("Open a ticket: %(subject)s"),
        (ActionParameter("subject", gettext_noop("What the ticket is about"), required=True),),
    ),
    ByPerson(
        "shop_update", gettext_noop("A person does it: change something in the shop"),
        gettext_noop("Change in the shop: %(change)s"),
        (ActionParameter("change", gettext_noop("What is to be changed"), required=True),),
    ),
)  # fmt: skip

REASON = ActionParameter("reason", gettext_noop("What went wrong"), required=True)

TitleOf = Callable[[Mapping[str, Any]], str]


def register_actions() -> None:
    """Fill the registry; once, at start-up."""
    own = (TITLE, TEXT, DUE, OWNER)
    actions.add("task", _action("task", gettext_noop("Give somebody a task"), own, _own_title))
    case = (REASON, OWNER)
    label = gettext_noop("Open a recovery case")
    actions.add("recovery_case", Action("recovery_case", label, case, _open_cases, partial(_check, case)))
    for each in BY_PERSON:
        parameters = (*each.parameters, TEXT, DUE, OWNER)
        actions.add(each.name, _action(each.name, each.label, parameters, partial(_told_title, each.title)))


def _open_cases(store: Store, calls: Sequence[ActionCall]) -> Sequence[ActionOutcome]:
    if not calls:
        return []
    owners = Owners(store)
    wishes = [
        NewCase(
            key=call.key,
            origin=call.origin,
            identity_id=call.identity_id,
            reason=str(call.parameters.get(REASON.name) or "").strip() or call.origin,
            owner_id=owners.find(str(call.parameters.get(OWNER.name) or NOBODY)),
        )
        for call in calls
    ]
    with translation.override(page_language(store.language)):
        cases = open_cases(store, wishes)
        return [
            ActionOutcome(
                _("Recovery case %(number)s is open.") % {"number": cases[call.key].pk},
                {"case_id": cases[call.key].pk, "case_key": call.key},
            )
            for call in calls
        ]


def _action(name: str, label: str, parameters: tuple[ActionParameter, ...], title_of: TitleOf) -> Action:
    return Action(name, label, parameters, partial(_perform, title_of), partial(_check, parameters))


def _own_title(parameters: Mapping[str, Any]) -> str:
    return str(parameters.get("title") or "").strip() or _("Look after this customer")


def _told_title(title: str, parameters: Mapping[str, Any]) -> str:
    return _(title) % parameters


def _perform(title_of: TitleOf, store: Store, calls: Sequence[ActionCall]) -> Sequence[ActionOutcome]:
    if not calls:
        return []
    owners = Owners(store)
    with translation.override(page_language(store.language)):
        made = make_tasks(store, [_wish(call, title_of(call.parameters), owners) for call in calls])
        return [_outcome(made[call.key]) for call in calls]


def _wish(call: ActionCall, title: str, owners: Owners) -> NewTask:
    hours = _hours(call.parameters)
    return NewTask(
        key=call.key,
        origin=call.origin,
        title=" ".join(title.split()),
        text=str(call.parameters.get("text") or ""),
        identity_id=call.identity_id,
        owner_id=owners.find(str(call.parameters.get("owner") or NOBODY)),
        due_at=clock.now() + timedelta(hours=hours) if hours else None,
    )


def _outcome(task: Task) -> ActionOutcome:
    words = {"number": task.pk, "title": task.title, "owner": task.owner.email if task.owner else ""}
    said = (
        _("Task %(number)s for %(owner)s: %(title)s") if task.owner
        else _("Task %(number)s for anybody: %(title)s")
    )  # fmt: skip
    return ActionOutcome(said % words, {"task_id": task.pk, "task_key": task.key})


def _check(parameters: tuple[ActionParameter, ...], store: Store, given: Mapping[str, Any]) -> list[str]:
    wrong = [complaint for each in parameters if (complaint := _complaint(each, given.get(each.name)))]
    owner = owner_complaint(store, str(given.get(OWNER.name) or NOBODY))
    return [*wrong, *([owner] if owner else [])]


def _complaint(parameter: ActionParameter, value: Any) -> str:
    """What is wrong with a value; "" for nothing. A number may still be a name that is filled in later."""
    label = {"label": _(parameter.label)}
    if value in (None, ""):
        return _("“%(label)s” is missing.") % label if parameter.required else ""
    if parameter.type == "whole" and "{{" not in str(value) and not 0 < _whole(value) <= MOST_HOURS:
        return _("“%(label)s” is a whole number from 1 to %(most)s.") % {**label, "most": MOST_HOURS}
    return ""


def _whole(value: Any) -> int:
    """The number; 0 for what is none."""
    try:
        return int(str(value))
    except ValueError:
        return 0


def _hours(parameters: Mapping[str, Any]) -> int:
    """0 for none, or for a value filled in that is none."""
    hours = _whole(parameters.get(DUE.name) or 0)
    return hours if 0 < hours <= MOST_HOURS else 0
