"""What journeys may do to a customer's custom attributes: set one, or take it away.

It is told to the log and learnt from there, as what an identify call tells: so it stays when customers are formed
anew, moves with its identity, and goes with an erasure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from regard.capture.domain.record import new_fact, record_all
from regard.core.models import Store
from regard.core.registry import Action, ActionCall, ActionOutcome, ActionParameter
from regard.profile.domain.attributes import MAX_NAME, MAX_VALUE, RESERVED
from regard.profile.facts import AttributesSet

ATTRIBUTE = ActionParameter(
    "attribute", gettext_noop("Which attribute"), required=True,
    help=gettext_noop("Its name, without attr. before it."),
)  # fmt: skip
VALUE = ActionParameter(
    "value", gettext_noop("Its value"),
    help=gettext_noop("What is said of the customer in messages may stand in it. Empty takes the attribute away."),
)  # fmt: skip


@transaction.atomic
def set_attributes(store: Store, calls: Sequence[ActionCall]) -> list[ActionOutcome]:
    """Tell the log what each of these calls sets; one whose key was told before changes nothing."""
    traits = [_traits(call.parameters) for call in calls]
    rows = [
        new_fact(
            AttributesSet(identity_id=call.identity_id, traits=told, origin=call.origin),
            store_id=store.pk,
            key=call.key,
        )
        for call, told in zip(calls, traits, strict=True)
        if told
    ]
    record_all(rows)
    return [_outcome(call, told) for call, told in zip(calls, traits, strict=True)]


def _traits(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What is set, as `identify` would tell it; {} where the value is too long for one person.

    Numbers and truths stay as they were written; a text is trimmed, and an empty one is null.
    """
    value = parameters.get("value")
    if isinstance(value, str):
        value = value.replace("\0", "").strip() or None
    is_long = len(msgspec.json.encode(value)) > MAX_VALUE
    return {} if is_long else {_name(parameters): value}


def _outcome(call: ActionCall, told: Mapping[str, Any]) -> ActionOutcome:
    name = _name(call.parameters)
    if not told:
        return ActionOutcome(
            _("The attribute “%(name)s” was not set: a value has %(most)d characters at most.")
            % {"name": name, "most": MAX_VALUE},
            is_done=False,
        )
    if told[name] is None:
        return ActionOutcome(_("The attribute “%s” was taken away.") % name)
    return ActionOutcome(_("The attribute “%s” was set.") % name)


def _name(parameters: Mapping[str, Any]) -> str:
    return str(parameters.get("attribute", "")).strip()


def _check(_store: Store, parameters: Mapping[str, Any]) -> list[str]:
    name, value = _name(parameters), parameters.get("value")
    said = []
    if not 0 < len(name) <= MAX_NAME or any(sign in name for sign in "{}\0"):
        said.append(_("An attribute has a name of one to %d characters, without braces.") % MAX_NAME)
    elif name.startswith("attr."):
        said.append(_("Write the attribute without “attr.”: %s") % name.removeprefix("attr."))
    elif name in RESERVED:
        said.append(_("“%s” is no custom attribute: it has a place of its own.") % name)
    if value is not None and not isinstance(value, str | int | float | bool):
        said.append(_("The value of an attribute is a text, a number, or true or false."))
    return said


SET = Action("set", gettext_noop("Set an attribute"), (ATTRIBUTE, VALUE), set_attributes, _check)
