"""What journeys may do with offers: give one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from regard.core.languages import page_language
from regard.core.models import Store
from regard.core.money import money_text
from regard.core.registry import Action, ActionCall, ActionOutcome, ActionParameter, actions
from regard.offer.domain.issuing import Issued, issue_offers
from regard.offer.domain.ledger import Wish
from regard.offer.domain.wording import value_words
from regard.offer.models import Offer, OfferKind, OfferPool, OfferState

POOL = ActionParameter(
    "pool", gettext_noop("Which offer"), required=True,
    help=gettext_noop("The short name of an offer, as it stands on the page Offers."),
)  # fmt: skip
# Of a code that there is not.
EXAMPLE: Mapping[str, Any] = {
    "offer_id": 0, "code": "EXAMPLE", "kind": OfferKind.GIFT.value, "value": "EXAMPLE", "because": "",
    "expires_on": "", "expires": "", "minimum": "",
}  # fmt: skip


def register_actions() -> None:
    """Fill the registry; once, at start-up."""
    label = gettext_noop("Give an offer")
    actions.add("offer", Action("offer", label, (POOL,), give, check_offer, EXAMPLE))


def give(store: Store, calls: Sequence[ActionCall]) -> Sequence[ActionOutcome]:
    """Give each customer one of the offer named; `values` are what a message may say of it."""
    if not calls:
        return []
    named = {str(call.parameters.get(POOL.name)) for call in calls}
    pools = {pool.key: pool for pool in OfferPool.objects.filter(store=store, key__in=named)}
    with translation.override(page_language(store.language)):
        wishes = [
            _wish(call, pool) for call in calls if (pool := pools.get(str(call.parameters.get(POOL.name))))
        ]
        issued = issue_offers(store, wishes)
        return [_outcome(store, call, issued.get(call.key)) for call in calls]


def check_offer(store: Store, parameters: Mapping[str, Any]) -> list[str]:
    """What is wrong with the name of the offer, in words."""
    named = str(parameters.get(POOL.name) or "").strip()
    pool = OfferPool.objects.filter(store=store, key=named).first() if named else None
    if pool is None:
        return [
            _("There is no offer “%s”. The page Offers names them.") % named if named else _("Name an offer.")
        ]
    return [] if pool.is_on else [_("The offer “%s” is switched off.") % named]


def _wish(call: ActionCall, pool: OfferPool) -> Wish:
    return Wish(
        key=call.key,
        origin=call.origin,
        identity_id=call.identity_id,
        customer_id=call.customer_id,
        pool=pool,
    )


def _outcome(store: Store, call: ActionCall, issued: Issued | None) -> ActionOutcome:
    if issued is None:
        named = call.parameters.get(POOL.name)
        return ActionOutcome(_("There is no offer “%s”.") % named, is_done=False)
    if issued.offer is None or not issued.is_given:
        values = {"offer_id": issued.offer.pk} if issued.offer else {}
        return ActionOutcome(_("No offer: %s") % issued.why, values, is_done=False)
    said = _("Offer given: %(what)s, code %(code)s.") % {
        "what": value_words(issued.offer.pool, store.currency), "code": _code(issued.offer),
    }  # fmt: skip
    return ActionOutcome(f"{said} {issued.why}".strip(), offer_values(store, issued.offer))


def values_of_given(store: Store, key: str) -> dict[str, Any]:
    """What may be said of the offer that was given for a key, in the language that is active; {} where none was,
    or not yet. One query."""
    rows = Offer.objects.filter(store=store, key=key, state=OfferState.GIVEN)
    offer = rows.select_related("pool", "code").first()
    return offer_values(store, offer) if offer else {}


def offer_values(store: Store, offer: Offer) -> dict[str, Any]:
    """What messages may say of an offer that was given, in the language that is active."""
    pool = offer.pool
    minimum = pool.minimum_minor
    return {
        "offer_id": offer.pk,
        "code": _code(offer),
        "kind": pool.kind,
        "value": value_words(pool, store.currency),
        "because": pool.because,
        "expires_on": offer.expires_on.isoformat() if offer.expires_on else "",
        "expires": formats.date_format(offer.expires_on, "DATE_FORMAT") if offer.expires_on else "",
        "minimum": money_text(minimum, store.currency) if minimum else "",
    }


def _code(offer: Offer) -> str:
    return offer.code.code if offer.code else ""
