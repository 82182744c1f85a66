"""What journeys may do to a customer here: put a tag to them, or take one away; setting.py has attributes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from regard.core.models import Store
from regard.core.registry import Action, ActionCall, ActionOutcome, ActionParameter, actions
from regard.profile.domain.setting import SET
from regard.profile.domain.tags import clean_tag, tag_customers, untag_customers

Change = Callable[..., list[int]]
TAG = ActionParameter("tag", gettext_noop("Tag"), required=True)


def register_actions() -> None:
    for name, label, change in (
        ("tag", gettext_noop("Put a tag"), tag_customers),
        ("untag", gettext_noop("Take a tag away"), untag_customers),
    ):
        actions.add(name, Action(name, label, (TAG,), _performing(change), _check))
    actions.add(SET.name, SET)


def _performing(change: Change) -> Callable[[Store, Sequence[ActionCall]], list[ActionOutcome]]:
    """A tag is there once however often it is put: these need no note of what was done before."""

    def perform(store: Store, calls: Sequence[ActionCall]) -> list[ActionOutcome]:
        by_tag: dict[tuple[str, str], set[int]] = defaultdict(set)
        for call in calls:
            by_tag[str(call.parameters["tag"]), call.origin].add(call.customer_id)
        changed = {
            (tag, customer_id)
            for (tag, origin), customers in by_tag.items()
            for customer_id in _changed(store, customers, tag, origin, change)
        }
        return [_outcome(call, changed) for call in calls]

    return perform


def _changed(store: Store, customers: Collection[int], tag: str, origin: str, change: Change) -> list[int]:
    try:
        return change(store, customers, tag, actor=origin)
    except ValidationError:  # filled in for one person it may be empty, or too long
        return []


def _outcome(call: ActionCall, changed: Collection[tuple[str, int]]) -> ActionOutcome:
    tag = str(call.parameters["tag"])
    if (tag, call.customer_id) in changed:
        return ActionOutcome(_("The tag “%s” was changed.") % tag)
    return ActionOutcome(_("The tag “%s” is as it was.") % tag)


def _check(_store: Store, parameters: Mapping[str, Any]) -> list[str]:
    try:
        clean_tag(str(parameters.get("tag", "")))
    except ValidationError as error:
        return list(error.messages)
    return []
