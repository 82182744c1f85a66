"""Telling another system of the store, as a step of a journey."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from regard.act.domain.alert_mail import one_line
from regard.act.domain.channel_accounts import channels_set_up
from regard.act.domain.outbox import NewSend, queue_sends
from regard.act.models import Purpose
from regard.core.models import Store
from regard.core.registry import Action, ActionCall, ActionOutcome, ActionParameter
from regard.profile.models import Customer

CHANNEL = "webhook"
MOST = 100  # characters


def tell_system(store: Store, calls: Sequence[ActionCall]) -> list[ActionOutcome]:
    """Queue a signed webhook for each of these calls; what was queued for its key before stays as it is.

    In the caller's transaction, with the same number of queries for many as for one.
    """
    if not calls:
        return []
    if CHANNEL not in channels_set_up(store):
        return [ActionOutcome(_("No webhook is set up."), is_done=False) for _call in calls]
    customers = Customer.objects.filter(store=store).in_bulk({call.customer_id for call in calls})
    known = [call for call in calls if call.customer_id in customers]  # not those who were erased meanwhile
    queue_sends(store, [_told(call, customers[call.customer_id]) for call in known])
    return [
        ActionOutcome(_("Another system is told: %s") % call.parameters["name"])
        if call.customer_id in customers
        else ActionOutcome(_("The customer is not known any more."), is_done=False)
        for call in calls
    ]


def unusable_webhook(store: Store, parameters: Mapping[str, Any]) -> list[str]:
    """What is wrong with the step, in words."""
    wrong = []
    if not 0 < len(str(parameters.get("name") or "")) <= MOST:
        wrong.append(_("Say in at most %d characters what the other system is told.") % MOST)
    if CHANNEL not in channels_set_up(store):
        wrong.append(_("No webhook is set up; do so in Settings, Channels."))
    return wrong


def _told(call: ActionCall, customer: Customer) -> NewSend:
    name = str(call.parameters["name"])
    body = {
        "name": name,
        "key": call.key,
        "origin": call.origin,
        "customer": {
            "id": customer.pk,
            "name": customer.name,
            "email": customer.email,
            "phone": customer.phone,
        },
    }
    return NewSend(
        channel=CHANNEL,
        recipient=CHANNEL,
        purpose=Purpose.TRANSACTIONAL,
        intent="action:webhook",
        instance=call.key,
        subject=one_line(name),
        body_text=json.dumps(body, ensure_ascii=False),
        identity_id=call.identity_id,
    )


WEBHOOK = Action(
    CHANNEL,
    gettext_noop("Tell another system"),
    (ActionParameter("name", gettext_noop("What it is told"), required=True),),
    tell_system,
    unusable_webhook,
)
