"""Alerts, over JSON."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from ninja import Field, Query, Schema
from pydantic import AwareDatetime

from regard.act.domain.alert_handling import (
    MOST_WORDS,
    assign_alert,
    handle_alert,
    handle_alerts,
    mark_seen,
    reopen_alert,
    snooze_alert,
    tell_resolution,
    wake_alert,
)
from regard.act.domain.queries import AlertFilter, alert_for_viewer, alerts_for_viewer, alerts_named
from regard.act.domain.resolutions import resolutions_for_viewer
from regard.act.models import Alert, AlertKind, AlertLevel, AlertResolution, AlertState
from regard.core.domain.members import member_by_email
from regard.core.edges.api import (
    ApiRequest,
    Id,
    Input,
    Page,
    PageQuery,
    Router,
    Text,
    actor_of,
    answer_page,
    requires,
    store_of,
)
from regard.core.models import Member, Store

router = Router(tags=["Alerts"])


class AlertItem(Schema):
    """Something that a person should look at."""

    id: int
    kind: AlertKind
    level: AlertLevel
    state: AlertState
    reason: str = Field(description="What it is about, in the store's language.")
    customer_id: int | None = Field(description="Null: it is about the store.")
    customer_name: str
    subject: str = Field(description="What it is about where there is no customer.")
    owner: str | None = Field(description="E-mail of the member it is given to.")
    event_id: int | None = Field(
        description="The event in the log that raised it; null: a look at many of them did."
    )
    instance: str = Field(description="What raised it: of a review, its external id.")
    repeats: int = Field(description="How much came on top while it was open.")
    raised_at: AwareDatetime
    seen_at: AwareDatetime | None = Field(
        description="Null until somebody marks it as seen, also if it is handled before that."
    )
    handled_at: AwareDatetime | None
    handled_by: str | None = Field(
        description="Who handled it: the e-mail of a member, `key:` and the name of an API key, or `cli`; null: "
        "it is open, was closed since its customer was erased, or is from before this was kept."
    )
    wakes_at: AwareDatetime | None = Field(description="Until when it sleeps; null: it does not.")
    woke_at: AwareDatetime | None = Field(
        description="When it came back from sleep, by time or because something came on top; null: it did not."
    )
    due_at: AwareDatetime | None = Field(
        description="By when it is to be handled: not within half an hour of waking; null: no deadline."
    )
    is_overdue: bool = Field(description="Whether that has passed, and it is open.")
    escalated_at: AwareDatetime | None = Field(
        description="When those who lead the store were told that it is overdue; null: they were not."
    )
    resolution: AlertResolution | None = Field(description="What came of it; null: not said, or open.")
    resolution_words: str = Field(description="More of that, as the team wrote it.")
    response_seconds: float | None = Field(description="From raised to handled; null while it is open.")

    @staticmethod
    def resolve_customer_name(alert: Alert) -> str:
        return alert.customer.name if alert.customer else ""

    @staticmethod
    def resolve_owner(alert: Alert) -> str | None:
        return alert.owner.email if alert.owner else None

    @staticmethod
    def resolve_handled_by(alert: Alert) -> str | None:
        return alert.handled_by or None

    @staticmethod
    def resolve_due_at(alert: Alert) -> datetime | None:
        return alert.falls_due_at

    @staticmethod
    def resolve_resolution(alert: Alert) -> str | None:
        return alert.resolution or None

    @staticmethod
    def resolve_response_seconds(alert: Alert) -> float | None:
        return None if alert.response_time is None else alert.response_time / timedelta(seconds=1)


class AlertQuery(Schema):
    state: Literal["new", "seen", "handled", "asleep", "open"] | None = Field(
        None, description="Only those in this state; `open`: new or seen; `asleep`: snoozed."
    )
    level: AlertLevel | None = Field(None, description="Only those of this class.")
    kind: AlertKind | None = Field(None, description="Only those of this kind.")
    owner: Text = Field("", max_length=254, description="Only those given to this member, by e-mail.")
    customer_id: Id | None = Field(None, description="Only those about this customer.")
    resolution: AlertResolution | None = Field(None, description="Only those of which this came.")
    due: Literal["overdue", "in_time"] | None = Field(
        None, description="Only open ones that are overdue, or that are due later."
    )
    order: Literal["worth", "due"] | None = Field(
        None,
        description="Open ones by what their customers have spent, the most first, or by when they are due, those "
        "without a time last.",
    )


class Assignment(Input):
    owner: Text | None = Field(
        max_length=254, description="E-mail of a member; null: nobody.", examples=["ann@example.com"]
    )


class Sleep(Input):
    """Until when an alert sleeps."""

    until: AwareDatetime = Field(
        description="When it wakes, with a time zone.", examples=["2099-12-24T09:00:00+01:00"]
    )


@router.get(
    "/alerts",
    operation_id="list_alerts",
    summary="List alerts",
    response=Page[AlertItem],
    auth=requires("alerts.read"),
)
def list_alerts(request: ApiRequest, only: Query[AlertQuery], query: Query[PageQuery]) -> dict[str, Any]:
    """The alerts of the store. Those of an open state stand by class, critical first, and then by how long they
    have waited, unless another order is asked for; others begin with the newest."""
    store = store_of(request)
    if only.order and only.state in {None, "handled", "asleep"}:
        raise ValidationError({"order": _("Only open alerts stand in another order: add state=open.")})
    wanted = AlertFilter(
        state=only.state or "",
        level=only.level or "",
        kind=only.kind or "",
        owner_id=_member(store, only.owner).user_id if only.owner else None,
        customer_id=only.customer_id,
        resolution=only.resolution or "",
        due=only.due or "",
        order=only.order or "",
    )
    return answer_page(alerts_for_viewer(store=store, only=wanted, cursor=query.cursor, limit=query.limit))


class ResolutionCount(Schema):
    """How often one thing came of alerts."""

    resolution: AlertResolution | None = Field(description="Null: nobody said.")
    alerts: int = Field(description="How many.")


class ResolutionQuery(Schema):
    kind: AlertKind | None = Field(None, description="Only of alerts of this kind.")


class Resolution(Input):
    """What came of an alert."""

    resolution: AlertResolution | None = Field(
        None, description="What came of it; null: not said.", examples=["solved"]
    )
    words: Text = Field(
        "",
        max_length=MOST_WORDS,
        description="More of it, in a sentence.",
        examples=["A new one is on its way."],
    )

    def told(self) -> dict[str, str]:
        return {"resolution": self.resolution or "", "words": self.words}


class Selection(Resolution):
    """Alerts, and what came of them."""

    ids: list[Id] = Field(min_length=1, max_length=200, description="Of alerts.", examples=[[17, 18]])


class Handled(Schema):
    ids: list[int] = Field(description="Of the alerts that were open until now.")


@router.post(
    "/alerts/handle",
    operation_id="handle_alerts",
    summary="Mark alerts as handled",
    response=Handled,
    auth=requires("alerts.handle"),
)
def close_alerts(request: ApiRequest, selection: Selection) -> dict[str, list[int]]:
    """Note of many alerts that they were dealt with. Those handled before, and other stores', stay as they are."""
    named = alerts_named(store_of(request), selection.ids)
    return {"ids": [alert.pk for alert in handle_alerts(named, actor=actor_of(request), **selection.told())]}


@router.get(
    "/alerts/resolutions",
    operation_id="count_alert_resolutions",
    summary="Count what came of alerts",
    response=list[ResolutionCount],
    auth=requires("alerts.read"),
)
def count_resolutions(request: ApiRequest, only: Query[ResolutionQuery]) -> list[dict[str, Any]]:
    """How many of the alerts that were handled in the last 90 days came to what."""
    counts = resolutions_for_viewer(store_of(request), kind=only.kind or "")
    return [{"resolution": value or None, "alerts": count} for value, count in counts.items()]


@router.get(
    "/alerts/{alert_id}",
    operation_id="get_alert",
    summary="Get an alert",
    response=AlertItem,
    auth=requires("alerts.read"),
)
def get_alert(request: ApiRequest, alert_id: Id) -> Alert:
    """One alert."""
    return alert_for_viewer(store_of(request), alert_id)


@router.post(
    "/alerts/{alert_id}/seen",
    operation_id="mark_alert_seen",
    summary="Mark an alert as seen",
    response=AlertItem,
    auth=requires("alerts.handle"),
)
def mark_alert_seen(request: ApiRequest, alert_id: Id) -> Alert:
    """Note that somebody has looked. An alert that was seen before stays as it is."""
    alert = alert_for_viewer(store_of(request), alert_id)
    mark_seen(alert, actor=actor_of(request))
    return alert


@router.post(
    "/alerts/{alert_id}/handle",
    operation_id="handle_alert",
    summary="Mark an alert as handled",
    response=AlertItem,
    auth=requires("alerts.handle"),
)
def close_alert(request: ApiRequest, alert_id: Id, resolution: Resolution | None = None) -> Alert:
    """Note that it was dealt with, and what came of it. An alert that was handled before stays as it is:
    `handled_by` and `handled_at` say by whom and when."""
    alert = alert_for_viewer(store_of(request), alert_id)
    handle_alert(alert, actor=actor_of(request), **(resolution.told() if resolution else {}))
    return alert


@router.put(
    "/alerts/{alert_id}/resolution",
    operation_id="tell_alert_resolution",
    summary="Say what came of an alert",
    response=AlertItem,
    auth=requires("alerts.handle"),
)
def resolve_alert(request: ApiRequest, alert_id: Id, resolution: Resolution) -> Alert:
    """Say what came of an alert that was handled, or, with nothing, take that back. An open one is refused."""
    alert = alert_for_viewer(store_of(request), alert_id)
    tell_resolution(alert, actor=actor_of(request), **resolution.told())
    return alert


@router.post(
    "/alerts/{alert_id}/reopen",
    operation_id="reopen_alert",
    summary="Reopen an alert",
    response=AlertItem,
    auth=requires("alerts.handle"),
)
def open_alert(request: ApiRequest, alert_id: Id) -> Alert:
    """Take back that it was handled. An open alert stays as it is."""
    alert = alert_for_viewer(store_of(request), alert_id)
    reopen_alert(alert, actor=actor_of(request))
    return alert


@router.post(
    "/alerts/{alert_id}/snooze",
    operation_id="snooze_alert",
    summary="Snooze an alert",
    response=AlertItem,
    auth=requires("alerts.handle"),
)
def let_alert_sleep(request: ApiRequest, alert_id: Id, sleep: Sleep) -> Alert:
    """Let an alert sleep until a time within a year. It wakes then, or when something new collapses into it.
    One that is handled stays as it is."""
    alert = alert_for_viewer(store_of(request), alert_id)
    snooze_alert(alert, until=sleep.until, actor=actor_of(request))
    return alert


@router.post(
    "/alerts/{alert_id}/wake",
    operation_id="wake_alert",
    summary="Wake an alert",
    response=AlertItem,
    auth=requires("alerts.handle"),
)
def end_sleep(request: ApiRequest, alert_id: Id) -> Alert:
    """Wake an alert before its time. One that does not sleep stays as it is."""
    alert = alert_for_viewer(store_of(request), alert_id)
    wake_alert(alert, actor=actor_of(request))
    return alert


@router.put(
    "/alerts/{alert_id}/owner",
    operation_id="assign_alert",
    summary="Give an alert to a member",
    response=AlertItem,
    auth=requires("alerts.handle"),
)
def give_alert(request: ApiRequest, alert_id: Id, assignment: Assignment) -> Alert:
    """Give the alert to a member of the store, or to nobody."""
    alert = alert_for_viewer(store_of(request), alert_id)
    member = _member(store_of(request), assignment.owner) if assignment.owner else None
    assign_alert(alert, owner=member.user if member else None, actor=actor_of(request))
    return alert


def _member(store: Store, email: str) -> Member:
    """Raises ValidationError, naming the field, for somebody who is no member."""
    try:
        return member_by_email(store, email)
    except Member.DoesNotExist as missing:
        raise ValidationError({"owner": str(missing)}) from missing
