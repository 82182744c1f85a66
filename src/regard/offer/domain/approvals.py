"""Offers that wait until somebody who may approves or declines them."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from regard.capture.domain.record import record
from regard.core.domain.audit import record_audit
from regard.offer.domain.codes import take_codes
from regard.offer.domain.issuing import add_spending, last_day, record_offers
from regard.offer.domain.ledger import Ledger, hold_limits
from regard.offer.facts import OfferDeclined
from regard.offer.models import Offer, OfferState


@transaction.atomic
def approve_offer(offer: Offer, *, actor: str) -> bool:
    """Give an offer that waits; False when it does not wait any more.

    Whoever wished it gets its code when they ask again with the same key, and the log has the fact. Raises
    ValidationError where a budget is spent or no code is left: then it waits on.
    """
    limits = hold_limits(offer.store)
    waiting = _waiting(offer)
    if waiting is None:
        return False
    ledger = Ledger(limits, [waiting.pool], [], {})
    why = ledger.budget_hindrance(waiting.pool)
    codes = [] if why else take_codes(waiting.pool, 1)
    if not codes:
        raise ValidationError(why or _("There is no code left."))
    waiting.state, waiting.code, waiting.given_at = OfferState.GIVEN, codes[0], ledger.now
    waiting.cost_minor, waiting.worth_minor = waiting.pool.cost_minor, waiting.pool.worth_minor
    waiting.expires_on = last_day(waiting.pool, ledger.today)
    waiting.save()
    add_spending([waiting])
    record_audit(store=offer.store, actor=actor, action="offer.approved", target=f"offer {offer.pk}")
    record_offers(offer.store, [waiting])
    offer.refresh_from_db()
    return True


@transaction.atomic
def decline_offer(offer: Offer, *, actor: str) -> bool:
    """Do not give an offer that waits; False when it does not wait any more."""
    hold_limits(offer.store)
    waiting = _waiting(offer)
    if waiting is None:
        return False
    Offer.objects.filter(pk=waiting.pk).update(state=OfferState.DECLINED)
    record_audit(store=offer.store, actor=actor, action="offer.declined", target=f"offer {offer.pk}")
    fact = OfferDeclined(
        offer_id=waiting.pk,
        pool=waiting.pool.key,
        key=waiting.key,
        customer_id=waiting.customer_id,
        actor=actor,
    )
    record(fact, store_id=offer.store_id)
    offer.refresh_from_db()
    return True


def _waiting(offer: Offer) -> Offer | None:
    """Held, so that an erasure at the same moment declines it or finds it given."""
    rows = Offer.objects.filter(pk=offer.pk, state=OfferState.WAITING)
    return rows.select_for_update(of=("self",)).select_related("pool", "identity", "store").first()
