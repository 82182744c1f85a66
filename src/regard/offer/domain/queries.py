"""Offers as people and programs see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum

from regard.core import clock
from regard.core.edges.keyset import KeysetPage, keyset_page
from regard.core.models import Store
from regard.offer.domain.codes import codes_left
from regard.offer.domain.ledger import day_start
from regard.offer.models import Offer, OfferPool, OfferRedemption, OfferState
from regard.profile.domain.customers import name_customers
from regard.ui.charts.weeks import beginning_of

MOST_COUNTED = 10_000  # codes that are left: more than that is enough
MOST_WAITING = 1_000
# An effect is looked for among those who got an offer so long ago, by whether they ordered within EFFECT_DAYS.
EFFECT_DAYS = 30
EFFECT_SINCE = timedelta(days=365)
BOUGHT = """
    SELECT offer.state, count(*), count(*) FILTER (WHERE EXISTS (
        SELECT FROM profile_identity AS theirs JOIN profile_order AS bought ON bought.identity_id = theirs.id
        WHERE theirs.customer_id = whose.customer_id AND bought.store_id = offer.store_id
            AND bought.ordered_at > offer.made_at
            AND bought.ordered_at <= offer.made_at + make_interval(days => %(days)s)
            AND bought.cancelled_at IS NULL AND NOT bought.is_return
    ))
    FROM offer_offer AS offer JOIN profile_identity AS whose ON whose.id = offer.identity_id
    WHERE offer.pool_id = %(pool)s AND offer.state IN ('given', 'kept_back')
        AND offer.made_at > %(since)s AND offer.made_at <= %(until)s AND offer.origin <> 'person'
    GROUP BY offer.state
"""


@dataclass(frozen=True)
class PoolFigures:
    """What came of an offer so far; amounts are expected costs in minor units of the store's currency.

    left: codes, counted up to MOST_COUNTED.
    """

    given: int = 0
    redeemed: int = 0
    kept_back: int = 0
    waiting: int = 0
    today_minor: int = 0
    left: int = 0

    @property
    def redeemed_percent(self) -> float | None:
        return 100 * self.redeemed / self.given if self.given else None


@dataclass(frozen=True)
class Share:
    """How many of some customers bought."""

    customers: int = 0
    bought: int = 0

    @property
    def percent(self) -> float:
        return 100 * self.bought / self.customers if self.customers else 0.0


@dataclass(frozen=True)
class Effect:
    """Who bought within EFFECT_DAYS of those who got the offer, and of those it was kept back from."""

    given: Share
    kept_back: Share

    @property
    def points(self) -> float:
        return self.given.percent - self.kept_back.percent


@dataclass(frozen=True)
class PoolWeek:
    """How many offers were given, and how many orders redeemed one, in the week that begins with a Monday."""

    monday: date
    given: int
    redeemed: int


def pools_for_viewer(store: Store) -> list[OfferPool]:
    """The offers of a store, those that are given first, by name. One query."""
    return list(OfferPool.objects.filter(store=store).order_by("-is_on", "name", "id"))


def pool_for_viewer(store: Store, pool_id: int) -> OfferPool:
    """Raises OfferPool.DoesNotExist, also for one of another store."""
    return OfferPool.objects.select_related("store").get(store=store, pk=pool_id)


def pool_named(store: Store, key: str) -> OfferPool:
    """Raises OfferPool.DoesNotExist."""
    return OfferPool.objects.select_related("store").get(store=store, key=key)


def figures_of(store: Store, pools: Sequence[OfferPool]) -> dict[int, PoolFigures]:
    """By pool. Two queries."""
    used = Exists(OfferRedemption.objects.filter(offer=OuterRef("pk")))
    today = day_start(store, clock.now().astimezone(ZoneInfo(store.time_zone)).date())
    given = Q(state=OfferState.GIVEN)
    rows = Offer.objects.filter(pool__in=pools).annotate(is_used=used).values("pool")
    counted = rows.annotate(
        given=Count("pk", filter=given),
        redeemed=Count("pk", filter=given & Q(is_used=True)),
        kept_back=Count("pk", filter=Q(state=OfferState.KEPT_BACK)),
        waiting=Count("pk", filter=Q(state=OfferState.WAITING)),
        today_minor=Sum("cost_minor", filter=given & Q(given_at__gte=today), default=0),
    )
    known: dict[int, dict[str, Any]] = {
        row["pool"]: {name: count for name, count in row.items() if name != "pool"} for row in counted
    }
    left = codes_left([pool.pk for pool in pools], most=MOST_COUNTED)
    return {pool.pk: PoolFigures(**known.get(pool.pk, {}), left=left[pool.pk]) for pool in pools}


def offers_for_viewer(
    store: Store, *, pool_id: int | None = None, customer_id: int | None = None, state: str = "",
    cursor: str = "", limit: int = 50,
) -> KeysetPage[Offer]:  # fmt: skip
    """Offers, the latest first, with customer, code, and the order that redeemed them first as `order_id` and
    `redeemed_at`. Two queries at most. Raises CursorInvalid."""
    wanted = {"pool": pool_id, "identity__customer": customer_id, "state": state or None}
    given = {name: value for name, value in wanted.items() if value is not None}
    page = keyset_page(_offers(store).filter(**given), order=("-id",), cursor=cursor, limit=limit)
    name_customers(offer.customer for offer in page.rows)
    return page


def offer_for_viewer(store: Store, offer_id: int) -> Offer:
    """Raises Offer.DoesNotExist, also for one of another store."""
    return _offers(store).get(pk=offer_id)


def offers_of_customer(store: Store, customer_id: int, *, limit: int = 5) -> list[Offer]:
    """What the customer was given or waits for, the latest first. One query."""
    shown = {OfferState.GIVEN, OfferState.WAITING}
    rows = _offers(store).filter(identity__customer=customer_id, state__in=shown)
    return list(rows.order_by("-id")[:limit])


def waiting_offers(store: Store, *, limit: int = MOST_WAITING) -> list[Offer]:
    """What waits for approval, the longest waiting first. Two queries."""
    rows = list(_offers(store).filter(state=OfferState.WAITING).order_by("id")[:limit])
    name_customers(offer.customer for offer in rows)
    return rows


def count_waiting(store: Store) -> int:
    """How many offers wait for approval, up to MOST_WAITING. One query along an index."""
    return Offer.objects.filter(store=store, state=OfferState.WAITING).order_by("id")[:MOST_WAITING].count()


def effect_of(pool: OfferPool) -> Effect | None:
    """None where none was kept back whose 30 days are over. One query."""
    now = clock.now()
    until = now - timedelta(days=EFFECT_DAYS)
    values: dict[str, Any] = {
        "pool": pool.pk,
        "days": EFFECT_DAYS,
        "since": now - EFFECT_SINCE,
        "until": until,
    }
    with connection.cursor() as cursor:
        cursor.execute(BOUGHT, values)
        shares = {state: Share(customers, bought) for state, customers, bought in cursor.fetchall()}
    kept_back = shares.get(OfferState.KEPT_BACK.value)
    return Effect(shares.get(OfferState.GIVEN.value, Share()), kept_back) if kept_back else None


def pool_by_week(pool: OfferPool, mondays: Collection[date]) -> list[PoolWeek]:
    """How many were given and how many orders redeemed one, in each of these weeks. Two queries."""
    store, weeks = pool.store, sorted(mondays)
    since = beginning_of(store, weeks[0])
    given = Offer.objects.filter(pool=pool, state=OfferState.GIVEN, given_at__gte=since)
    used = OfferRedemption.objects.filter(offer__pool=pool, redeemed_at__gte=since)
    given_in = _by_week(store, given.values_list("given_at", flat=True))
    used_in = _by_week(store, used.values_list("redeemed_at", flat=True))
    return [PoolWeek(monday, given_in[monday], used_in[monday]) for monday in weeks]


def _by_week(store: Store, moments: Iterable[datetime | None]) -> Counter[date]:
    """By the Monday with which each week begins where the store is."""
    zone = ZoneInfo(store.time_zone)
    days = (moment.astimezone(zone).date() for moment in moments if moment)
    return Counter(day - timedelta(days=day.weekday()) for day in days)


def _offers(store: Store) -> QuerySet[Offer]:
    first = OfferRedemption.objects.filter(offer=OuterRef("pk")).order_by("redeemed_at", "id")
    rows = Offer.objects.filter(store=store).select_related("store", "pool", "code", "identity__customer")
    return rows.annotate(
        order_id=Subquery(first.values("order_external_id")[:1]),
        redeemed_at=Subquery(first.values("redeemed_at")[:1]),
    )
