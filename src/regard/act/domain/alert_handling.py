"""What people do with alerts: see, assign, snooze, handle, take that back. Each change is audited and a fact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, DateTimeField, ExpressionWrapper, F, Value, When
from django.db.models.expressions import CombinedExpression
from django.utils.translation import gettext as _

from regard.act.domain.sleeping import check_moment, due_after_sleep
from regard.act.facts import (
    AlertAssigned,
    AlertHandled,
    AlertReopened,
    AlertResolutionTold,
    AlertSeen,
    AlertSnoozed,
    AlertWoken,
)
from regard.act.models import Alert, AlertResolution, AlertState
from regard.capture.domain.record import record
from regard.core import clock
from regard.core.domain.audit import changed_fields, record_audit
from regard.core.models import Member, User
from regard.core.registry import Fact

MOST_WORDS = 500  # characters of what is said about what came of an alert


@transaction.atomic
def mark_seen(alert: Alert, *, actor: str) -> bool:
    """Note that somebody has looked; False when it was seen before, and then nothing changes."""
    if not _move(alert, [AlertState.NEW], state=AlertState.SEEN, seen_at=clock.now()):
        return False
    _tell(alert, "alert.seen", AlertSeen(alert_id=alert.pk, actor=actor), actor=actor)
    return True


@transaction.atomic
def assign_alert(alert: Alert, *, owner: User | None, actor: str) -> bool:
    """Give the alert to a member of its store, or to nobody; False when that is so already.

    Raises django.core.exceptions.ValidationError, by field, for somebody who is no member.
    """
    if owner is not None and not Member.objects.filter(store=alert.store_id, user=owner).exists():
        raise ValidationError({"owner": _("%(email)s is no member of this store.") % {"email": owner.email}})
    owner_id = owner.pk if owner else None
    rows = Alert.objects.select_for_update(of=("self",)).filter(pk=alert.pk)
    before_id, before = rows.values_list("owner_id", "owner__email").get()
    if before_id == owner_id:
        return False
    rows.update(owner=owner)
    alert.refresh_from_db()
    fact = AlertAssigned(alert_id=alert.pk, owner_id=owner_id, actor=actor)
    changes = changed_fields({"owner": before}, {"owner": owner.email if owner else None})
    _tell(alert, "alert.assigned", fact, actor=actor, changes=changes)
    return True


@transaction.atomic
def handle_alert(alert: Alert, *, actor: str, resolution: str = "", words: str = "") -> bool:
    """Note that the alert was dealt with, and what came of it if that is said; False when it was before.

    Raises django.core.exceptions.ValidationError, by field.
    """
    told = _resolution_of(resolution, words)
    now = clock.now()
    unhandled = [AlertState.NEW, AlertState.SEEN, AlertState.ASLEEP]
    done = {"state": AlertState.HANDLED, "handled_at": now, "handled_by": actor}
    done |= {"wakes_at": None, "woke_at": None}
    if not _move(alert, unhandled, **done, **told, due_at=due_after_sleep()):
        return False
    seconds = (now - alert.raised_at).total_seconds()
    fact = AlertHandled(alert_id=alert.pk, response_seconds=seconds, actor=actor, resolution=resolution)
    said = {"changes": changed_fields({"resolution": ""}, {"resolution": resolution})} if resolution else {}
    _tell(alert, "alert.handled", fact, actor=actor, **said)
    return True


@transaction.atomic
def tell_resolution(alert: Alert, *, resolution: str, words: str = "", actor: str) -> bool:
    """Say what came of an alert that was handled; False when that was said before.

    Raises django.core.exceptions.ValidationError, by field, also for an alert that is open.
    """
    told = _resolution_of(resolution, words)
    before = Alert.objects.select_for_update(of=("self",)).get(pk=alert.pk)
    if before.state != AlertState.HANDLED:
        raise ValidationError({"resolution": _("The alert is open: handle it to say what came of it.")})
    if (before.resolution, before.resolution_words) == (resolution, told["resolution_words"]):
        return False
    _move(alert, [AlertState.HANDLED], **told)
    fact = AlertResolutionTold(alert_id=alert.pk, resolution=resolution, actor=actor)
    # The words stay out of the audit log, which an erasure does not reach.
    changes = changed_fields({"resolution": before.resolution}, {"resolution": resolution})
    _tell(alert, "alert.resolved", fact, actor=actor, changes=changes)
    return True


def _resolution_of(resolution: str, words: str) -> dict[str, str]:
    """The fields of the alert. Raises ValidationError, by field."""
    if resolution and resolution not in AlertResolution.values:
        known = ", ".join(AlertResolution.values)
        raise ValidationError({"resolution": _("Choose one of %(known)s, or none.") % {"known": known}})
    kept = words.strip()
    if len(kept) > MOST_WORDS:
        text = _("At most %(most)s characters, please.") % {"most": MOST_WORDS}
        raise ValidationError({"words": text})
    return {"resolution": resolution, "resolution_words": kept}


@transaction.atomic
def reopen_alert(alert: Alert, *, actor: str) -> bool:
    """Take back that it was handled, and what is said to have come of it: it is open again, and new if nobody
    had seen it. What time it had left to be handled it has again. False when it is open."""
    taken_back = {"state": _as_it_was(), "handled_at": None, "handled_by": ""}
    taken_back |= {"resolution": "", "resolution_words": ""}
    if not _move(alert, [AlertState.HANDLED], **taken_back, due_at=_later_by_what_passed()):
        return False
    _tell(alert, "alert.reopened", AlertReopened(alert_id=alert.pk, actor=actor), actor=actor)
    return True


@transaction.atomic
def snooze_alert(alert: Alert, *, until: datetime, actor: str) -> bool:
    """Let an open alert sleep, or sleep otherwise; False when it is handled, or sleeps until then already.

    Raises django.core.exceptions.ValidationError, by field, for a time that is past or too far away.
    """
    check_moment(until)
    before = Alert.objects.select_for_update(of=("self",)).get(pk=alert.pk)
    unhandled = [AlertState.NEW, AlertState.SEEN, AlertState.ASLEEP]
    asleep = {"state": AlertState.ASLEEP, "wakes_at": until, "woke_at": None}
    if before.wakes_at == until or not _move(alert, unhandled, **asleep):
        return False
    fact = AlertSnoozed(alert_id=alert.pk, until=until.isoformat(), actor=actor)
    _tell(alert, "alert.snoozed", fact, actor=actor, changes=changed_fields(_times(before), _times(alert)))
    return True


@transaction.atomic
def wake_alert(alert: Alert, *, actor: str) -> bool:
    """Wake an alert before its time: it is in the state it had. False when it does not sleep."""
    if not _move(alert, [AlertState.ASLEEP], state=_as_it_was(), wakes_at=None, due_at=due_after_sleep()):
        return False
    fact = AlertWoken(alert_id=alert.pk, why="person", actor=actor)
    _tell(alert, "alert.woken", fact, actor=actor)
    return True


def _as_it_was() -> Case:
    """The state of an alert before it was handled or slept."""
    return Case(When(seen_at=None, then=Value(AlertState.NEW)), default=Value(AlertState.SEEN))


def _later_by_what_passed() -> ExpressionWrapper[CombinedExpression]:
    """When an alert is due that is taken back from being handled: nobody could be late meanwhile."""
    since = Value(clock.now(), DateTimeField()) - F("handled_at")
    return ExpressionWrapper(F("due_at") + since, DateTimeField())


def _times(alert: Alert) -> dict[str, str | None]:
    times = {"until": alert.wakes_at, "due": alert.falls_due_at}
    return {name: moment.isoformat() if moment else None for name, moment in times.items()}


def snooze_alerts(alerts: Iterable[Alert], *, until: datetime, actor: str) -> list[Alert]:
    """Let these sleep; gives those that did not sleep until then. Raises ValidationError, by field."""
    return [alert for alert in alerts if snooze_alert(alert, until=until, actor=actor)]


def wake_alerts(alerts: Iterable[Alert], *, actor: str) -> list[Alert]:
    """Wake these; gives those that slept."""
    return [alert for alert in alerts if wake_alert(alert, actor=actor)]


def handle_alerts(
    alerts: Iterable[Alert], *, actor: str, resolution: str = "", words: str = ""
) -> list[Alert]:
    """Note that these alerts were dealt with, and what came of them; gives those that were open until now.

    Raises django.core.exceptions.ValidationError, by field.
    """
    told = {"resolution": resolution, "words": words}
    return [alert for alert in alerts if handle_alert(alert, actor=actor, **told)]


def reopen_alerts(alerts: Iterable[Alert], *, actor: str) -> list[Alert]:
    """Take back that these were handled; gives those that were."""
    return [alert for alert in alerts if reopen_alert(alert, actor=actor)]


def _move(alert: Alert, allowed: Sequence[AlertState], **changes: Any) -> bool:
    """Change the alert if it is in an allowed state; of two people at once, one does."""
    if not Alert.objects.filter(pk=alert.pk, state__in=allowed).update(**changes):
        return False
    alert.refresh_from_db()
    return True


def _tell(alert: Alert, action: str, fact: Fact, *, actor: str, **detail: Any) -> None:
    record_audit(store=alert.store, actor=actor, action=action, target=f"alert {alert.pk}", **detail)
    record(fact, store_id=alert.store_id)
