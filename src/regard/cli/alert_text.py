"""Alerts as commands show and change them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import click
from django.core.exceptions import ValidationError

from regard.act.domain.alert_handling import assign_alert, snooze_alert
from regard.act.domain.queries import (
    AlertFilter,
    alert_for_viewer,
    alerts_for_viewer,
    alerts_named,
    occurrences_of,
)
from regard.act.domain.sleeping import moment_to_wake
from regard.act.models import Alert
from regard.cli.installation import ACTOR
from regard.core.domain.members import member_by_email
from regard.core.models import Member, Store

REASONS = 20  # of one alert


def say_alerts(
    store: Store, *, state: str, level: str, due: str, order: str, limit: int, as_json: bool
) -> None:
    """state: one of AlertState, "open" or "all"; due, order: see AlertFilter."""
    only = AlertFilter(state="" if state == "all" else state, level=level, due=due, order=order)
    alerts = alerts_for_viewer(store=store, only=only, limit=limit).rows
    if as_json:
        click.echo(json.dumps([_told(alert) for alert in alerts], indent=2, ensure_ascii=False))
        return
    for alert in alerts:
        owner = alert.owner.email if alert.owner else "nobody's yet"
        click.echo(
            f"{alert.pk:>6}  {alert.raised_at:%Y-%m-%d %H:%M}  {alert.level:<11}  {alert.state:<7}  {owner}"
            f"  {_due(alert)}  {_about(alert)}  {alert.reason}"
        )


def say_alert(store: Store, number: int, *, as_json: bool) -> None:
    """Raises click.ClickException for an alert that the store does not have."""
    alert = _alert(store, number)
    happened = occurrences_of(alert, limit=REASONS)
    if as_json:
        reasons = [
            {"instance": one.instance, "event_id": one.event_id, "at": one.at.isoformat()} for one in happened
        ]
        click.echo(json.dumps({**_told(alert), "reasons": reasons}, indent=2, ensure_ascii=False))
        return
    click.echo(f"{alert.get_kind_display()}  {alert.level}, {alert.state}  alert {alert.pk}")
    click.echo(f"  about     {_about(alert)}")
    click.echo(f"  reason    {alert.reason}")
    click.echo(f"  raised    {alert.raised_at:%Y-%m-%d %H:%M}, {alert.repeats} came on top")
    click.echo(f"  owner     {alert.owner.email if alert.owner else 'nobody'}")
    if alert.due_at:
        click.echo(f"  due       {_due(alert)}")
    if alert.escalated_at:
        told = f"{alert.escalated_to} people e-mailed"
        click.echo(f"  escalated {alert.escalated_at:%Y-%m-%d %H:%M}, neither handled nor snoozed: {told}")
    if alert.wakes_at:
        click.echo(f"  sleeps    until {alert.wakes_at:%Y-%m-%d %H:%M}")
    if alert.handled_at:
        by = f" by {alert.handled_by}" if alert.handled_by else ""
        click.echo(f"  handled   {alert.handled_at:%Y-%m-%d %H:%M}{by}, after {alert.response_time}")
    if alert.resolution or alert.resolution_words:
        came = ": ".join(part for part in (alert.resolution_label, alert.resolution_words) if part)
        click.echo(f"  came of   {came}")
    for one in happened:
        click.echo(f"  because   {one.at:%Y-%m-%d %H:%M}  {one.instance}")


def say_assigned(store: Store, numbers: Sequence[int], *, email: str) -> None:
    """email: of a member of the store; "" for nobody. Raises click.ClickException where there is none."""
    try:
        owner = member_by_email(store, email).user if email else None
    except Member.DoesNotExist:
        raise click.ClickException(f"{email} is no member of {store.slug}.") from None
    done, otherwise = (f"given to {email}", f"was {email}'s") if owner else ("nobody's now", "was nobody's")

    def assign(alert: Alert, *, actor: str) -> bool:
        return assign_alert(alert, owner=owner, actor=actor)

    say_changed(store, numbers, assign, done=done, otherwise=otherwise)


def say_asleep(store: Store, numbers: Sequence[int], *, until: str) -> None:
    """Raises click.ClickException for a time that cannot be read, is past, or is too far away."""
    try:
        moment = moment_to_wake(store, until)
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from None
    act = partial(snooze_alert, until=moment)
    said = f"asleep until {moment:%Y-%m-%d %H:%M}"
    say_changed(store, numbers, act, done=said, otherwise="is handled, or sleeps until then already")


def say_changed(
    store: Store, numbers: Sequence[int], act: Callable[..., bool], *, done: str, otherwise: str
) -> None:
    """Change the alerts one by one. Raises click.ClickException, and changes none, when one is not the store's."""
    alerts = {alert.pk: alert for alert in alerts_named(store, numbers)}
    for number in numbers:
        if number not in alerts:
            raise _no_alert(store, number)
    for alert in alerts.values():
        try:
            changed = act(alert, actor=ACTOR)
        except ValidationError as error:
            raise click.ClickException(f"Alert {alert.pk}: {' '.join(error.messages)}") from None
        by = f", by {alert.handled_by}" if not changed and alert.handled_by else ""
        click.echo(f"Alert {alert.pk} {f'is {done}' if changed else otherwise + by}.")


def _alert(store: Store, number: int) -> Alert:
    try:
        return alert_for_viewer(store, number)
    except Alert.DoesNotExist:
        raise _no_alert(store, number) from None


def _no_alert(store: Store, number: int) -> click.ClickException:
    return click.ClickException(f"{store.slug} has no alert {number}; `regard alerts list` names them.")


def _about(alert: Alert) -> str:
    return alert.customer.called if alert.customer else alert.subject or "the store"


def _due(alert: Alert) -> str:
    if alert.falls_due_at is None:
        return "no deadline"
    return f"{'overdue' if alert.is_overdue else 'due'} {alert.falls_due_at:%Y-%m-%d %H:%M}"


def _told(alert: Alert) -> dict[str, Any]:
    names = ("raised_at", "seen_at", "handled_at", "wakes_at", "woke_at", "escalated_at")
    moments = {name: getattr(alert, name) for name in names} | {"due_at": alert.falls_due_at}
    return {
        "id": alert.pk, "kind": alert.kind, "level": alert.level, "state": alert.state, "reason": alert.reason,
        "customer_id": alert.customer_id, "subject": alert.subject, "event_id": alert.event_id,
        "handled_by": alert.handled_by or None,
        "instance": alert.instance, "repeats": alert.repeats,
        "owner": alert.owner.email if alert.owner else None, "is_overdue": alert.is_overdue,
        "resolution": alert.resolution, "resolution_words": alert.resolution_words,
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
    }  # fmt: skip
