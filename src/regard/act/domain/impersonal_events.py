"""What stays of this room's facts when the person that they are about is erased."""

from __future__ import annotations

from regard.act.facts import (
    AlertRaised,
    EmailBounced,
    EmailClicked,
    EmailComplained,
    EmailFailed,
    EmailOpened,
    EmailReplied,
    EmailSent,
    MessageBounced,
    MessageClicked,
    MessageDelivered,
    MessageFailed,
    MessageRead,
    MessageReplied,
    MessageSent,
)
from regard.act.models import AlertKind, AlertLevel, Purpose
from regard.capture.domain.impersonal import one_of, thing
from regard.core.registry import impersonal_fields


def register_impersonal_fields() -> None:
    """Fill the registry; once, at start-up."""
    raised = {"kind": one_of(AlertKind.values), "level": one_of(AlertLevel.values)}
    impersonal_fields.add(AlertRaised.__name__, raised)
    email = {"intent": thing, "purpose": one_of(Purpose.values)}
    facts = (EmailSent, EmailFailed, MessageSent, MessageFailed)
    for fact_type in (
        *facts,
        EmailOpened,
        EmailClicked,
        EmailBounced,
        EmailComplained,
        EmailReplied,
        MessageReplied,
        MessageDelivered,
        MessageRead,
        MessageClicked,
        MessageBounced,
    ):
        impersonal_fields.add(fact_type.__name__, email)
