"""Who may get an offer: what limits and budgets leave, decided one wish after the other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Sum
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.models import Store
from regard.core.money import money_text
from regard.offer.domain.shares import is_chosen, is_kept_back
from regard.offer.models import Offer, OfferLimits, OfferPool, OfferRedemption, OfferState

CUSTOMER_DAYS = 90  # in which a customer gets no more than the store's limit


@dataclass(frozen=True, kw_only=True)
class Wish:
    """That a customer gets an offer. key: the same for every attempt; by_person: chance does not decide."""

    key: str
    origin: str
    identity_id: int
    customer_id: int
    pool: OfferPool
    by_person: bool = False


@dataclass(frozen=True)
class Decision:
    """state: what becomes of the wish, None: it is refused. why: in words; of what is given, a warning."""

    state: OfferState | None
    why: str = ""


@dataclass(frozen=True)
class Held:
    """An offer that a customer got lately, waits for, or would have got."""

    pool_id: int
    origin: str
    state: str
    worth_minor: int
    made_at: datetime
    expires_on: date | None
    is_used: bool

    def is_open(self, today: date) -> bool:
        unused = self.state == OfferState.GIVEN and not self.is_used
        return unused and (self.expires_on is None or self.expires_on >= today)


class Ledger:
    """What a store's offers have cost today, and who has some; what is decided is added at once.

    Made in the transaction that holds the store's OfferLimits, so that nobody else gives any meanwhile. left: by
    pool, how many codes there are of those that make none. Two queries.
    """

    def __init__(
        self,
        limits: OfferLimits,
        pools: Collection[OfferPool],
        customer_ids: Collection[int],
        left: Mapping[int, int],
    ) -> None:
        self._limits = limits
        self._store: Store = limits.store
        self.now = clock.now()
        self.today = self.now.astimezone(ZoneInfo(self._store.time_zone)).date()
        self._spent_today = Counter(_spent_since(self._store, day_start(self._store, self.today)))
        self._spent = Counter({pool.pk: pool.spent_minor for pool in pools})
        days = max([CUSTOMER_DAYS, *(pool.again_after_days for pool in pools)])
        self._left = dict(left)
        self._held = _held_since(self._store, customer_ids, self.now - timedelta(days=days))

    def decide(self, wish: Wish) -> Decision:
        """What becomes of the wish. Nobody learns from a customer's offers what chance would have done."""
        why = self._hindrance(wish)
        if why:
            return Decision(None, why)
        if not wish.by_person and is_kept_back(wish.pool, wish.customer_id):
            return self._add(
                wish, OfferState.KEPT_BACK, _("Kept back, so that the effect of the offer is seen.")
            )
        why = self.budget_hindrance(wish.pool)
        if why:
            return Decision(None, why)
        above = self._limits.approval_above_minor
        if above is not None and wish.pool.worth_minor > above:
            return self._add(wish, OfferState.WAITING, _("It waits until somebody approves it."))
        if self._left.get(wish.pool.pk) == 0:
            return Decision(None, _("There is no code left."))
        return self._add(wish, OfferState.GIVEN, self._warning(wish))

    def budget_hindrance(self, pool: OfferPool) -> str:
        """Which budget one more of the pool would break; "" for none."""
        of_pool, of_day, of_store = pool.budget_minor, pool.day_budget_minor, self._limits.day_budget_minor
        if of_pool is not None and self._spent[pool.pk] + pool.cost_minor > of_pool:
            said = _("The budget of the offer is spent: %(left)s of %(budget)s are left, and one more costs "
                     "%(cost)s. It is raised on the offer's page.")  # fmt: skip
            return said % self._sums(pool, of_pool, self._spent[pool.pk])
        if of_day is not None and self._spent_today[pool.pk] + pool.cost_minor > of_day:
            said = _("The offer's budget of the day is spent: %(left)s of %(budget)s are left, and one more costs "
                     "%(cost)s. It is raised on the offer's page.")  # fmt: skip
            return said % self._sums(pool, of_day, self._spent_today[pool.pk])
        if of_store is not None and self._spent_today.total() + pool.cost_minor > of_store:
            said = _("The store's budget for offers of the day is spent: %(left)s of %(budget)s are left, and one "
                     "more costs %(cost)s. It is raised in the limits of offers.")  # fmt: skip
            return said % self._sums(pool, of_store, self._spent_today.total())
        return ""

    def _sums(self, pool: OfferPool, budget: int, spent: int) -> dict[str, str]:
        sums = {"left": max(0, budget - spent), "budget": budget, "cost": pool.cost_minor}
        return {name: money_text(minor, self._store.currency) for name, minor in sums.items()}

    def _hindrance(self, wish: Wish) -> str:
        """What speaks against it, but for budgets."""
        pool = wish.pool
        if not pool.is_on:
            return _("The offer is switched off.")
        if not wish.by_person and not is_chosen(pool, wish.key):
            return _("Chance did not choose this occasion.")
        held = self._held[wish.customer_id]
        since = self.now - timedelta(days=pool.again_after_days)
        if any(each.made_at > since and wish.origin == each.origin for each in held):
            return (
                _("The customer was given something for the same reason in the last %d days.")
                % pool.again_after_days
            )
        if any(each.made_at > since and pool.pk == each.pool_id for each in held):
            return _("The customer was given the same in the last %d days.") % pool.again_after_days
        return self._too_many(held) or self._better_one(wish, held)

    def _too_many(self, held: Collection[Held]) -> str:
        most = self._limits.most_per_customer
        since = self.now - timedelta(days=CUSTOMER_DAYS)
        counting = {OfferState.GIVEN, OfferState.WAITING}
        number = sum(each.made_at > since and each.state in counting for each in held)
        if most is None or number < most:
            return ""
        said = _("The customer has had %(number)s offers in the last %(days)s days, which is the most.")
        return said % {"number": number, "days": CUSTOMER_DAYS}

    def _better_one(self, wish: Wish, held: Collection[Held]) -> str:
        worth = max((each.worth_minor for each in held if each.is_open(self.today)), default=None)
        if self._limits.may_stack or worth is None or worth < wish.pool.worth_minor:
            return ""
        return _("The customer has an open offer that is worth as much or more; offers do not add up.")

    def _warning(self, wish: Wish) -> str:
        others = [each for each in self._held[wish.customer_id] if each.is_open(self.today)]
        if self._limits.may_stack or not others:
            return ""
        return _("The customer also has an open offer that is worth less; this one is the better.")

    def _add(self, wish: Wish, state: OfferState, why: str) -> Decision:
        if state == OfferState.GIVEN:
            self._spend(wish.pool)
        held = Held(wish.pool.pk, wish.origin, state, wish.pool.worth_minor, self.now, None, is_used=False)
        self._held[wish.customer_id].append(held)
        return Decision(state, why)

    def _spend(self, pool: OfferPool) -> None:
        self._spent_today[pool.pk] += pool.cost_minor
        self._spent[pool.pk] += pool.cost_minor
        if pool.pk in self._left:
            self._left[pool.pk] -= 1


def hold_limits(store: Store) -> OfferLimits:
    """The limits of a store, locked until the transaction ends: only one at a time gives its offers."""
    OfferLimits.objects.bulk_create([OfferLimits(store=store)], ignore_conflicts=True)
    return OfferLimits.objects.select_for_update(of=("self",)).select_related("store").get(store=store)


def day_start(store: Store, day: date) -> datetime:
    """When the day begins where the store is."""
    return datetime.combine(day, time.min, ZoneInfo(store.time_zone))


def _spent_since(store: Store, since: datetime) -> dict[int, int]:
    """By pool, what was given since then is expected to cost."""
    rows = Offer.objects.filter(store=store, given_at__gte=since, state=OfferState.GIVEN).values("pool")
    return dict(rows.annotate(spent=Sum("cost_minor")).values_list("pool", "spent"))


def _held_since(store: Store, customer_ids: Collection[int], since: datetime) -> defaultdict[int, list[Held]]:
    """By customer, whichever of their identities got it."""
    rows = Offer.objects.filter(store=store, identity__customer__in=customer_ids, made_at__gt=since).exclude(
        state=OfferState.DECLINED
    )
    used = Exists(OfferRedemption.objects.filter(offer=OuterRef("pk")))
    found: Iterable[tuple[Any, ...]] = rows.annotate(is_used=used).values_list(
        "identity__customer", "pool", "origin", "state", "worth_minor", "made_at", "expires_on", "is_used"
    )
    held: defaultdict[int, list[Held]] = defaultdict(list)
    for customer_id, *of in found:
        held[customer_id].append(Held(*of))
    return held
