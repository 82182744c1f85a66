"""Surveys that people ask a customer, and what was asked of one."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from regard.core.domain.audit import record_audit
from regard.core.models import Store
from regard.profile.domain.notes import STRENGTH
from regard.profile.models import Customer, Identity
from regard.survey.domain.asking.earlier import wait_for_others
from regard.survey.domain.asking.inviting import ask_surveys
from regard.survey.domain.asking.reasons import why_in_words
from regard.survey.domain.asking.wishes import Asked, Wish
from regard.survey.models import Invitation, Survey, SurveyState

BY_PERSON = "person"  # as an origin


@dataclass(frozen=True)
class AskedBefore:
    """An invitation. why: in words why it was not asked, "" when it was."""

    invitation: Invitation
    why: str


@transaction.atomic
def ask_by_hand(
    customer: Customer, *, survey: str, channel: str, actor: str, form: UUID | None = None
) -> Asked:
    """Ask a customer at once. How often anybody is asked, and who refused, binds people too.

    form: the same asks once, however often it is sent. Raises ValidationError, which says why, and then keeps
    nothing.
    """
    store = customer.store
    identity = Identity.objects.filter(store=store, customer=customer).order_by(STRENGTH, "id").first()
    if identity is None:
        raise ValidationError(_("The customer goes by no name that a survey could be kept at."))
    wish = Wish(
        key=f"{BY_PERSON}:{customer.pk}:{survey}:{channel}:{form or uuid4()}", origin=BY_PERSON,
        identity_id=identity.pk, customer_id=customer.pk, survey=survey, channel=channel, at_once=True,
    )  # fmt: skip
    wait_for_others([customer.pk])
    was_asked = Invitation.objects.filter(store=store, key=wish.key).exists()
    asked = ask_surveys(store, [wish]).get(wish.key)
    if asked is None:
        raise ValidationError(_("There is no survey “%s”.") % survey)
    if not asked.is_asked:
        raise ValidationError(why_in_words(asked.invitation.why))
    if not was_asked:
        target = f"invitation {asked.invitation.pk}"
        record_audit(
            store=store, actor=actor, action="survey.asked", target=target, survey=survey, channel=channel
        )
    return asked


def asked_of_customer(store: Store, customer_id: int, *, limit: int) -> list[AskedBefore]:
    """The latest first. One query."""
    rows = Invitation.objects.filter(store=store, identity__store=store, identity__customer=customer_id)
    latest = rows.select_related("survey").order_by("-invited_at", "-id")[:limit]
    return [AskedBefore(row, why_in_words(row.why)) for row in latest]


def live_surveys(store: Store) -> list[Survey]:
    """Those that may be asked now. One query."""
    return list(Survey.objects.filter(store=store, state=SurveyState.LIVE).order_by("name", "id"))
