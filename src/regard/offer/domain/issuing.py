"""Giving offers: each once for its key, with a code of its own, within all limits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from regard.capture.domain.record import new_fact, record_all
from regard.core.models import Store
from regard.core.registry import Fact
from regard.offer.domain.codes import codes_left, take_codes
from regard.offer.domain.ledger import Decision, Ledger, Wish, hold_limits
from regard.offer.facts import OfferGiven, OfferKeptBack
from regard.offer.models import Offer, OfferCode, OfferPool, OfferState
from regard.score.domain.subjects import user_ids_by_identity


@dataclass(frozen=True)
class Issued:
    """What came of a wish. offer: None where it is refused. why: in words; of one that is given, a warning."""

    offer: Offer | None
    why: str = ""

    @property
    def is_given(self) -> bool:
        return self.offer is not None and self.offer.state == OfferState.GIVEN


@transaction.atomic
def issue_offers(store: Store, wishes: Sequence[Wish]) -> dict[str, Issued]:
    """Give what is wished, as far as limits, budgets and codes allow; gives what came of it by key.

    Others who give offers of the store wait until the transaction ends, so that no budget is ever broken. What was
    given before for a key is given back; what was refused may be wished again. A few statements for each pool.
    """
    wanted = {wish.key: wish for wish in wishes}
    if not wanted:
        return {}
    limits = hold_limits(store)
    came = {offer.key: Issued(offer, _standing(offer)) for offer in _offers(store, wanted)}
    new = [wish for key, wish in wanted.items() if key not in came]
    if new:
        pools = _fresh_pools(new)
        fresh = [replace(wish, pool=pools[wish.pool.pk]) for wish in new]
        listed = [pk for pk, pool in pools.items() if not pool.makes_codes]
        left = codes_left(listed, most=len(fresh))
        ledger = Ledger(limits, pools.values(), {wish.customer_id for wish in fresh}, left)
        decided = [(wish, ledger.decide(wish)) for wish in fresh]
        came |= _settle(store, decided, ledger)
    return came


def _settle(store: Store, decided: Sequence[tuple[Wish, Decision]], ledger: Ledger) -> dict[str, Issued]:
    codes = _take_codes(decided)
    made: list[Offer] = []
    why: dict[str, str] = {}
    for wish, decision in decided:
        code = (
            codes[wish.pool.pk].pop() if decision.state == OfferState.GIVEN and codes[wish.pool.pk] else None
        )
        why[wish.key] = decision.why
        if decision.state == OfferState.GIVEN and code is None:
            why[wish.key] = _("There is no code left.")
        elif decision.state:
            made.append(_offer(store, wish, decision.state, code, ledger))
    Offer.objects.bulk_create(made)
    add_spending(offer for offer in made if offer.state == OfferState.GIVEN)
    offers = {offer.key: offer for offer in _offers(store, [offer.key for offer in made])}
    record_offers(store, list(offers.values()))
    return {wish.key: Issued(offers.get(wish.key), why[wish.key]) for wish, _decision in decided}


def _fresh_pools(wishes: Iterable[Wish]) -> dict[int, OfferPool]:
    """As they are now that the store's limits are held: what was spent may have been read before."""
    return OfferPool.objects.in_bulk({wish.pool.pk for wish in wishes})


def _take_codes(decided: Iterable[tuple[Wish, Decision]]) -> defaultdict[int, list[OfferCode]]:
    """By pool, the first one last."""
    wanted: defaultdict[int, int] = defaultdict(int)
    pools: dict[int, OfferPool] = {}
    for wish, decision in decided:
        if decision.state == OfferState.GIVEN:
            pools[wish.pool.pk] = wish.pool
            wanted[wish.pool.pk] += 1
    taken = {pk: take_codes(pools[pk], count)[::-1] for pk, count in sorted(wanted.items())}
    return defaultdict(list, taken)


def _offer(store: Store, wish: Wish, state: OfferState, code: OfferCode | None, ledger: Ledger) -> Offer:
    return Offer(
        store=store,
        pool=wish.pool,
        identity_id=wish.identity_id,
        key=wish.key,
        origin=wish.origin,
        state=state,
        code=code,
        worth_minor=wish.pool.worth_minor,
        cost_minor=wish.pool.cost_minor,
        made_at=ledger.now,
        given_at=ledger.now if code else None,
        expires_on=last_day(wish.pool, ledger.today) if code else None,
    )


def last_day(pool: OfferPool, today: date) -> date | None:
    """On which what is given today can be used."""
    return today + timedelta(days=pool.valid_days) if pool.valid_days is not None else None


def add_spending(offers: Iterable[Offer]) -> None:
    """Count what was given into what its pools have spent; under the store's limits."""
    spent: defaultdict[int, int] = defaultdict(int)
    for offer in offers:
        spent[offer.pool_id] += offer.cost_minor
    for pk, minor in sorted(spent.items()):
        OfferPool.objects.filter(pk=pk).update(spent_minor=F("spent_minor") + minor)


def record_offers(store: Store, offers: Sequence[Offer]) -> None:
    """Tell the log of offers that were given or kept back."""
    told = [(offer, fact) for offer in offers if (fact := _fact(offer))]
    if not told:
        return
    user_ids = user_ids_by_identity(store, [offer.identity for offer, _fact_ in told])
    rows = [
        new_fact(fact, store_id=store.pk, key=str(offer.pk), user_id=user_ids.get(offer.identity_id))
        for offer, fact in told
    ]
    record_all(rows)


def _fact(offer: Offer) -> Fact | None:
    told: dict[str, Any] = {
        "offer_id": offer.pk, "pool": offer.pool.key, "origin": offer.origin, "key": offer.key,
        "customer_id": offer.customer_id,
    }  # fmt: skip
    match offer.state:
        case OfferState.GIVEN:
            return OfferGiven(**told, cost_minor=offer.cost_minor)
        case OfferState.KEPT_BACK:
            return OfferKeptBack(**told)
        case _:
            return None


def _offers(store: Store, keys: Iterable[str]) -> list[Offer]:
    rows = Offer.objects.filter(store=store, key__in=list(keys))
    return list(rows.select_related("pool", "code", "identity").order_by("id"))


def _standing(offer: Offer) -> str:
    """Why an offer of before was not given; "" where it was."""
    match offer.state:
        case OfferState.WAITING:
            return _("It waits until somebody approves it.")
        case OfferState.KEPT_BACK:
            return _("Kept back, so that the effect of the offer is seen.")
        case OfferState.DECLINED:
            return _("Somebody declined it.")
        case _:
            return ""
