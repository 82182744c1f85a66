"""Alerts as people and programs see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from regard.act.domain.bursts import sends_about
from regard.act.models import Alert, AlertLevel, AlertOccurrence, AlertState, Send
from regard.act.models.alert import NEVER
from regard.core import clock
from regard.core.edges.keyset import KeysetPage, keyset_page
from regard.core.models import Store, User
from regard.profile.domain.customers import name_customers
from regard.score.models import CustomerFeatures

OPEN = "open"  # as a state to ask for: new or seen
OPEN_STATES = (AlertState.NEW, AlertState.SEEN)
URGENT_FIRST = ("urgency", "raised_at", "id")
LATEST_FIRST = ("-raised_at", "-id")
WORTH = "worth"  # as an order to ask for
MOST_WORTH_FIRST = ("-worth", "raised_at", "id")
DUE = "due"  # as an order to ask for
DUE_FIRST = ("due_order", "id")
OVERDUE, IN_TIME = "overdue", "in_time"  # as what to ask for of open ones: due by now, or later
# Of the customer, in minor units of the store's currency; nothing known counts as nothing.
SPENT = Coalesce(
    Subquery(
        CustomerFeatures.objects.filter(
            store=OuterRef("store"), customer_id=OuterRef("identity__customer")
        ).values("net_spent_minor")
    ),
    Value(0),
    output_field=BigIntegerField(),
)
ALONG = ("identity__customer", "owner")  # what is read along with alerts
MOST_COUNTED = 1_000  # alerts of a state: who has so many does not need the exact number


@dataclass(frozen=True, kw_only=True)
class AlertFilter:
    """Which alerts to show; "" and None are for all. state: one of AlertState, or "open" for those not handled.

    due: OVERDUE or IN_TIME, only those that are open and so. order: of open alerts, WORTH for what their customers
    have spent, DUE for when they are due, those without a time last; "" for the order of the state.
    """

    state: str = ""
    level: str = ""
    kind: str = ""
    owner_id: int | None = None
    customer_id: int | None = None
    resolution: str = ""
    due: str = ""
    order: str = ""


def alerts_for_viewer(
    *, store: Store, only: AlertFilter = AlertFilter(), cursor: str = "", limit: int = 50
) -> KeysetPage[Alert]:
    """Alerts of a store with customer and owner. Two queries at most. Raises CursorInvalid.

    Of the open ones those of the most urgent class first, and within it what has waited longest, unless another
    order is asked for; else the newest.
    """
    wanted = {
        "urgency": _urgency(AlertLevel(only.level)) if only.level else None,
        "kind": only.kind or None,
        "owner": only.owner_id,
        "resolution": only.resolution or None,
        "identity__customer": only.customer_id,
    }
    given = {name: value for name, value in wanted.items() if value is not None}
    rows = (
        _in_state(store, only.state).filter(_due(only), **given).select_related(None).select_related(*ALONG)
    )
    order = _order_of(only)
    if order == MOST_WORTH_FIRST:
        rows = rows.annotate(worth=SPENT)
    page = keyset_page(rows, order=order, cursor=cursor, limit=limit)
    for alert in page.rows:
        alert.store = store
    name_customers(alert.customer for alert in page.rows if alert.customer)
    return page


def _order_of(only: AlertFilter) -> tuple[str, ...]:
    if only.state not in {OPEN, *OPEN_STATES}:
        return LATEST_FIRST
    return {WORTH: MOST_WORTH_FIRST, DUE: DUE_FIRST}.get(only.order, URGENT_FIRST)


def _due(only: AlertFilter) -> Q:
    if not only.due:
        return Q()
    now = clock.now()
    wanted = Q(due_order__lt=now) if only.due == OVERDUE else Q(due_order__gte=now, due_order__lt=NEVER)
    return Q(state__in=OPEN_STATES) & wanted


def alerts_named(store: Store, alert_ids: Collection[int]) -> list[Alert]:
    """Those of these alerts that the store has. One query."""
    return list(_in_state(store, "").filter(pk__in=alert_ids).order_by("id"))


def alert_for_viewer(store: Store, alert_id: int) -> Alert:
    """Raises Alert.DoesNotExist, also for an alert of another store."""
    return _in_state(store, "").get(pk=alert_id)


def occurrences_of(alert: Alert, *, limit: int) -> list[AlertOccurrence]:
    """What raised the alert and collapsed into it, the latest first. One query."""
    rows = AlertOccurrence.objects.filter(store=alert.store_id, alert=alert)
    return list(rows.order_by("-at", "-id")[:limit])


def people_mailed(alert: Alert) -> int | None:
    """For how many people an e-mail of the alert was queued, by itself or with others; None where a digest tells
    of it. Two queries at most."""
    if alert.level != AlertLevel.CRITICAL:
        return None
    sends = Send.objects.filter(sends_about([alert.pk]), store=alert.store_id, channel="email")
    return sends.count()


def alerts_of_customer(store: Store, customer_id: int, *, limit: int = 20) -> list[Alert]:
    """The newest alerts about a customer, whichever of their identities gave reason. One query."""
    rows = _in_state(store, "").filter(identity__customer=customer_id)
    return list(rows.order_by("-raised_at", "-id")[:limit])


def open_alert_counts(store: Store) -> dict[str, int]:
    """How many alerts are new and seen, each counted up to MOST_COUNTED. Two queries along an index."""
    rows = Alert.objects.filter(store=store).order_by("-raised_at", "-id")
    return {state.value: rows.filter(state=state)[:MOST_COUNTED].count() for state in OPEN_STATES}


def open_alerts_by_level(store: Store) -> dict[str, int]:
    """How many alerts of each level are open, the most urgent level first, each counted up to MOST_COUNTED.
    One query."""
    counts = Counter(_open_by_level(store, limit=MOST_COUNTED).values_list("level", flat=True))
    return {level.value: counts[level.value] for level in AlertLevel}


@dataclass(frozen=True)
class OpenAlerts:
    """How many alerts are open, of each level up to MOST_COUNTED; unowned: nobody has taken them; overdue: their
    deadline, which critical ones have, has passed.

    more, more_critical: whether there may be more than were counted.
    """

    open: int
    critical: int
    critical_unowned: int
    overdue: int
    unowned: int
    oldest_critical_at: datetime | None
    more: bool
    more_critical: bool


def open_alert_summary(store: Store) -> OpenAlerts:
    """One query, bounded however many are open."""
    now = clock.now()
    rows = list(
        _open_by_level(store, limit=MOST_COUNTED).values_list("level", "owner", "raised_at", "due_at")
    )
    critical = [(owner, raised_at) for level, owner, raised_at, _ in rows if level == AlertLevel.CRITICAL]
    counts = Counter(level for level, *_ in rows)
    return OpenAlerts(
        open=len(rows),
        critical=len(critical),
        critical_unowned=sum(owner is None for owner, _ in critical),
        overdue=sum(due_at is not None and due_at < now for *_, due_at in rows),
        unowned=sum(owner is None for _, owner, *_ in rows),
        oldest_critical_at=min((raised_at for _, raised_at in critical), default=None),
        more=MOST_COUNTED in counts.values(),
        more_critical=counts[AlertLevel.CRITICAL] == MOST_COUNTED,
    )


def _open_by_level(store: Store, *, limit: int) -> QuerySet[Alert]:
    """Of each level those that have waited longest, `limit` at the most: along an index, whatever else is open."""
    rows = Alert.objects.filter(store=store, state__in=OPEN_STATES).order_by("raised_at", "id")
    first, *rest = (rows.filter(urgency=_urgency(level))[:limit] for level in AlertLevel)
    return first.union(*rest, all=True)


def _urgency(level: AlertLevel) -> int:
    """As the database derives it."""
    return list(AlertLevel).index(level)


def alerts_raised_since(store: Store, since: datetime) -> int:
    """How many were raised after `since`, MOST_COUNTED at the most. One query."""
    return Alert.objects.filter(store=store, raised_at__gt=since)[:MOST_COUNTED].count()


def _in_state(store: Store, state: str) -> QuerySet[Alert]:
    handlers = User.objects.filter(email=OuterRef("handled_by")).values("name")
    rows = Alert.objects.filter(store=store).select_related("store", *ALONG)
    rows = rows.annotate(handler_name=Subquery(handlers[:1]))
    if state == OPEN:
        return rows.filter(state__in=OPEN_STATES)
    return rows.filter(state=state) if state else rows
