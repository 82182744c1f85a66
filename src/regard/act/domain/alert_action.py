"""Telling the people of a store, as a step of a journey: an alert about the customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from regard.act.domain.alert_mail import one_line
from regard.act.domain.raising import Reason, raise_for
from regard.act.models import Alert, AlertKind, AlertLevel, AlertOccurrence
from regard.core.languages import page_language
from regard.core.models import Member, Store
from regard.core.registry import Action, ActionCall, ActionOutcome, ActionParameter
from regard.profile.models import Customer

NOBODY = "nobody"
MOST = 300  # characters
LEVEL = ActionParameter(
    "level", gettext_noop("How urgent it is"), "choice", required=True,
    choices={
        AlertLevel.CRITICAL.value: gettext_noop("Critical"),
        AlertLevel.WARNING.value: gettext_noop("Warning"),
        AlertLevel.OPPORTUNITY.value: gettext_noop("Opportunity"),
    },
    help=gettext_noop("Critical ones are e-mailed at once to those who lead the store."),
)  # fmt: skip
TEXT = ActionParameter(
    "text", gettext_noop("What people are told"), required=True,
    help=gettext_noop("One sentence. What is said of the customer in messages may stand in it."),
)  # fmt: skip
OWNER = ActionParameter(
    "owner", gettext_noop("Whose it is"), help=gettext_noop("“nobody”, or the e-mail of a member.")
)  # fmt: skip


def alert_people(store: Store, calls: Sequence[ActionCall]) -> list[ActionOutcome]:
    """Raise an alert for each of these calls; one whose key raised an alert before changes nothing.

    The same words about the same customer collapse into an alert that is open. In the caller's transaction, with
    the same number of queries for many as for one.
    """
    if not calls:
        return []
    # Not those who were erased meanwhile.
    there = set(
        Customer.objects.filter(store=store, pk__in={call.customer_id for call in calls}).values_list(
            "pk", flat=True
        )
    )
    with translation.override(page_language(store.language)):
        raised = _raise(store, [call for call in calls if call.customer_id in there])
        return [_outcome(raised[call.key]) if call.key in raised else _unknown() for call in calls]


def _raise(store: Store, calls: Sequence[ActionCall]) -> dict[str, Alert]:
    """The alert of each call by its key, new or from before."""
    before = AlertOccurrence.objects.select_related("alert").filter(
        store=store, kind=AlertKind.JOURNEY, instance__in=[call.key for call in calls]
    )
    known = {occurrence.instance: occurrence.alert for occurrence in before}
    owners = _members(store)
    new = [_reason(call, owners) for call in calls if call.key not in known]
    raised = raise_for(store, new)
    return known | {instance: alert for (_kind, instance), alert in raised.items()}


def _reason(call: ActionCall, owners: Mapping[str, int]) -> Reason:
    """What was filled in for one person may be empty, or too long."""
    return Reason(
        kind=AlertKind.JOURNEY,
        level=AlertLevel(call.parameters[LEVEL.name]),
        instance=call.key,
        text=one_line(str(call.parameters.get(TEXT.name) or "")).strip()[:MOST]
        or _("Look at this customer."),
        identity_id=call.identity_id,
        owner_id=owners.get(_named(call.parameters)),
    )


def _outcome(alert: Alert) -> ActionOutcome:
    return ActionOutcome(
        _("Alert %(number)s: %(what)s") % {"number": alert.pk, "what": alert.reason}, {"alert_id": alert.pk}
    )


def _unknown() -> ActionOutcome:
    return ActionOutcome(_("The customer is not known any more."), is_done=False)


def _members(store: Store) -> dict[str, int]:
    rows = Member.objects.filter(store=store, user__is_active=True).values_list("user__email", "user_id")
    return {email.lower(): user_id for email, user_id in rows}


def _named(parameters: Mapping[str, Any]) -> str:
    return str(parameters.get(OWNER.name) or NOBODY).strip().lower()


def unusable_alert(store: Store, parameters: Mapping[str, Any]) -> list[str]:
    """What is wrong with the step, in words."""
    wrong = []
    if parameters.get(LEVEL.name) not in AlertLevel.values:
        wrong.append(_("The level of an alert is one of: %s.") % ", ".join(AlertLevel.values))
    if not 0 < len(str(parameters.get(TEXT.name) or "").strip()) <= MOST:
        wrong.append(_("Say in at most %d characters what people are told.") % MOST)
    if _named(parameters) != NOBODY and _named(parameters) not in _members(store):
        said = _("“%(owner)s” is no member of this store. Say “nobody”, or the e-mail of a member.")
        wrong.append(said % {"owner": _named(parameters)})
    return wrong


ALERT = Action(
    "alert", gettext_noop("Raise an alert for people"), (LEVEL, TEXT, OWNER), alert_people, unusable_alert,
    {"alert_id": 0},
)  # fmt: skip
