"""Raising alerts for reasons that were found, or letting open ones take them in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from regard.act.domain.bursts import tell_critical
from regard.act.domain.sleeping import wake
from regard.act.domain.thresholds import COLLAPSE, CRITICAL_WITHIN
from regard.act.facts import AlertRaised
from regard.act.models import Alert, AlertKind, AlertLevel, AlertOccurrence, AlertState
from regard.capture.domain.record import new_fact, record_all
from regard.core import clock
from regard.core.models import Store
from regard.profile.models import Identity, IdentityKind
from regard.score.domain.subjects import user_ids_of

About = tuple[str, int | None, str]  # kind, the customer or nobody, and the subject or what was said


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why an alert is raised. instance: what was said or counted, once; text: a sentence for people.

    identity_id: of whom it is about; subject: what it is about where that is nobody. owner_id: the user who is
    to look after it.
    """

    kind: AlertKind
    level: AlertLevel
    instance: str
    text: str
    event_id: int | None = None
    identity_id: int | None = None
    subject: str = ""
    owner_id: int | None = None


class _Open:
    """Alerts that take further reasons in, by what they are about. What is about nothing that has a name takes
    none in."""

    def __init__(self, customer_of: Mapping[int, int]) -> None:
        self._customer_of = customer_of
        self._alerts: dict[About, Alert] = {}

    def put(self, alert: Alert) -> None:
        about = self._about(alert, alert.reason)
        if about:
            self._alerts[about] = alert

    def taking(self, reason: Reason) -> Alert | None:
        about = self._about(reason, reason.text)
        return self._alerts.get(about) if about else None

    def _about(self, thing: Alert | Reason, said: str) -> About | None:
        """What journeys say differs from one to the next: only the same words of the same level are one thing."""
        customer_id = self._customer_of.get(thing.identity_id or 0)
        if customer_id:
            words = f"{thing.level}: {said}" if thing.kind == AlertKind.JOURNEY else ""
            return (thing.kind, customer_id, words)
        return (thing.kind, None, thing.subject) if thing.subject else None


def raise_for(
    store: Store, reasons: Sequence[Reason], *, collapse: timedelta = COLLAPSE
) -> dict[tuple[AlertKind, str], Alert]:
    """Raise an alert for each of these reasons; gives the alert of each by (kind, instance).

    While an alert about the same customer or subject is open and younger than `collapse`, a reason collapses
    into that. Of critical ones those who lead the store are told at once, see `bursts`. In the caller's
    transaction, language and order; a kind and instance must not have been raised before.
    """
    if not reasons:
        return {}
    identities = Identity.objects.in_bulk({reason.identity_id for reason in reasons if reason.identity_id})
    is_open = _open_alerts(store, reasons, identities, collapse)
    new: list[Alert] = []
    given: dict[tuple[AlertKind, str], Alert] = {}
    for reason in reasons:
        alert = is_open.taking(reason) or given.get((reason.kind, reason.instance))
        if alert is None:
            alert = _new_alert(store, reason, identities)
            is_open.put(alert)
            new.append(alert)
        elif (reason.kind, reason.instance) not in given:
            alert.repeats += 1
        given[reason.kind, reason.instance] = alert
    _keep(store, reasons, given, new)
    mailed = tell_critical(store, [alert for alert in new if alert.level == AlertLevel.CRITICAL])
    _record_raised(store, new, mailed)
    return given


def _open_alerts(
    store: Store, reasons: Sequence[Reason], identities: Mapping[int, Identity], collapse: timedelta
) -> _Open:
    """Locked, so that nobody handles an alert while something collapses into it.

    Whom they are about is asked of their identities: those of customers who were merged since count as one.
    """
    customers = {identity.customer_id for identity in identities.values()}
    subjects = {reason.subject for reason in reasons if not reason.identity_id and reason.subject}
    rows = (
        Alert.objects.select_for_update(of=("self",))
        .select_related("identity")
        .filter(
            Q(identity__customer__in=customers) | Q(identity=None, subject__in=subjects),
            store=store,
            kind__in={reason.kind for reason in reasons},
            raised_at__gt=clock.now() - collapse,
        )
        .exclude(state=AlertState.HANDLED)
        .order_by("id")
    )
    alerts = list(rows)
    known = [*identities.values(), *(alert.identity for alert in alerts if alert.identity)]
    is_open = _Open({identity.pk: identity.customer_id for identity in known})
    for alert in alerts:
        is_open.put(alert)
    return is_open


def _new_alert(store: Store, reason: Reason, identities: Mapping[int, Identity]) -> Alert:
    now = clock.now()
    return Alert(
        store=store,
        kind=reason.kind,
        level=reason.level,
        identity=identities.get(reason.identity_id or 0),
        subject=reason.subject,
        reason=reason.text,
        event_id=reason.event_id,
        instance=reason.instance,
        owner_id=reason.owner_id,
        raised_at=now,
        due_at=now + CRITICAL_WITHIN if reason.level == AlertLevel.CRITICAL else None,
    )


def _keep(
    store: Store,
    reasons: Iterable[Reason],
    given: dict[tuple[AlertKind, str], Alert],
    new: Sequence[Alert],
) -> None:
    """Write alerts and what they are about."""
    Alert.objects.bulk_create(new)
    grown = {alert.pk: alert for alert in given.values() if alert.repeats}
    Alert.objects.bulk_update(grown.values(), ["repeats"])
    wake(list(grown.values()), why="news")
    first = {(reason.kind, reason.instance): reason for reason in reversed(list(reasons))}
    AlertOccurrence.objects.bulk_create(
        [
            AlertOccurrence(
                store=store,
                kind=kind,
                instance=instance,
                alert=given[kind, instance],
                identity_id=reason.identity_id,
                event_id=reason.event_id,
                at=clock.now(),
            )
            for (kind, instance), reason in first.items()
        ]
    )


def _record_raised(store: Store, alerts: Sequence[Alert], mailed: int) -> None:
    """mailed: people who are e-mailed of the critical ones."""
    if not alerts:
        return
    about = [alert.identity for alert in alerts if alert.identity]
    user_ids = user_ids_of(store, [identity.customer_id for identity in about])
    rows = [
        new_fact(
            AlertRaised(
                alert_id=alert.pk,
                kind=alert.kind,
                level=alert.level,
                customer_id=alert.identity.customer_id if alert.identity else None,
                event_id=alert.event_id,
                mailed=mailed if alert.level == AlertLevel.CRITICAL else None,
            ),
            store_id=store.pk,
            key=str(alert.pk),
            user_id=_user_id(alert.identity, user_ids) if alert.identity else None,
        )
        for alert in alerts
    ]
    record_all(rows)


def _user_id(identity: Identity, user_ids: Mapping[int, str]) -> str | None:
    """The shop's id of whom it is about: that identity's own if it is one, so that the fact moves along."""
    if identity.kind == IdentityKind.USER_ID:
        return identity.value
    return user_ids.get(identity.customer_id)
