"""Alerts: what somebody should look at now, who looks, and that it was dealt with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from regard.act.domain.queries import (
    DUE,
    IN_TIME,
    MOST_COUNTED,
    OPEN,
    OPEN_STATES,
    OVERDUE,
    WORTH,
    AlertFilter,
    alerts_for_viewer,
    open_alert_counts,
    open_alerts_by_level,
)
from regard.act.domain.resolutions import LOOKED_BACK, resolutions_for_viewer
from regard.act.domain.sleeping import HOUR, MONDAY, THIS_EVENING, TOMORROW, named_moments
from regard.act.domain.team import leading_addresses
from regard.act.models import Alert, AlertKind, AlertLevel, AlertResolution, AlertState
from regard.core.domain.members import members_of
from regard.core.domain.permissions import role_allows
from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, asked_for, store_page
from regard.core.models import Member
from regard.core.registry import customer_columns
from regard.profile.domain.customers import OrderTotal, totals_by_customer
from regard.ui.filters import Filter, chosen_of
from regard.ui.tabs import Tab

TONES = {AlertLevel.CRITICAL: "bad", AlertLevel.WARNING: "warning", AlertLevel.OPPORTUNITY: "good"}
ICONS = {
    AlertLevel.CRITICAL: "exclamation-circle",
    AlertLevel.WARNING: "exclamation-triangle",
    AlertLevel.OPPORTUNITY: "sparkles",
}
ALL = "all"
ROWS = 50


class ShownAlert(NamedTuple):
    """health: HTML of its customer's, "" for none known; totals: what they have bought, by currency."""

    alert: Alert
    tone: str
    level_icon: str
    health: str
    totals: Sequence[OrderTotal]


@store_page("alerts.read")
def alerts(request: StoreRequest) -> HttpResponse:
    state = asked_for(request, "state")
    if state not in {*AlertState.values, OPEN, ALL}:
        state = OPEN
    only = _filter(request, state)
    cursor = request.GET.get("cursor", "")
    try:
        page = alerts_for_viewer(store=request.store, only=only, cursor=cursor, limit=ROWS)
    except CursorInvalid:
        return redirect(request.path)
    filters = _filters(only)
    context = {
        "rows": _rows(request, page.rows),
        "tabs": _tabs(request, state),
        "levels": _levels(request, only),
        "came_of": came_of(request, only.kind) if only.state == AlertState.HANDLED else [],
        "looked_back": LOOKED_BACK.days,
        "state": state,
        "said": _order_words(only),
        "filters": filters,
        "chosen": chosen_of(request.GET, filters),
        "kept": [("state", state)],
        "acts": _acts(request),
        "moments": moments_to_choose(request),
        "members": members_to_give_to(request),
        "cursor": cursor,
        "next_cursor": page.next_cursor,
        "is_untold": not leading_addresses(request.store),
    }
    return render(request, "act/alerts.html", context)


def _rows(request: StoreRequest, alerts: Sequence[Alert]) -> list[ShownAlert]:
    """Two queries at most for all."""
    ids = [alert.customer_id for alert in alerts if alert.customer_id]
    known = customer_columns.get("health").load(request.store, ids) if ids else {}
    totals = totals_by_customer(request.store, ids) if ids else {}
    return [
        ShownAlert(
            alert,
            TONES[AlertLevel(alert.level)],
            ICONS[AlertLevel(alert.level)],
            known.get(alert.customer_id or 0, ""),
            totals.get(alert.customer_id or 0, []),
        )
        for alert in alerts
    ]


def _order_words(only: AlertFilter) -> str:
    if only.state not in {OPEN, *OPEN_STATES}:
        return _("The newest first")
    words = {WORTH: _("Who spent most first"), DUE: _("What is due soonest first")}
    return words.get(only.order) or _("The most urgent first, then the longest waiting")


def _acts(request: StoreRequest) -> list[dict[str, str]]:
    """What can be done with many at once."""
    handle, take = (reverse(name, args=[request.store.slug]) for name in ("alerts_handle", "alerts_take"))
    return [
        {"label": _("Handled"), "url": handle, "act_icon": "check"},
        {"label": _("Assign to me"), "url": take},
    ]


def moments_to_choose(request: StoreRequest) -> list[tuple[str, str, datetime]]:
    """Until when alerts can sleep: name, words and time."""
    words = {
        HOUR: _("For an hour"),
        THIS_EVENING: _("Until this evening"),
        TOMORROW: _("Until tomorrow"),
        MONDAY: _("Until Monday"),
    }
    return [(name, words[name], moment) for name, moment in named_moments(request.store).items()]


def members_to_give_to(request: StoreRequest) -> Sequence[Member]:
    """To whom the reader may give alerts; nobody where they may not."""
    members = members_of(request.store).select_related(None).select_related("user")
    return list(members) if role_allows(request.member.role, "alerts.handle") else []


def _filter(request: StoreRequest, state: str) -> AlertFilter:
    """Anything unreadable in the address counts as not given."""
    level, kind, resolution = (asked_for(request, name) for name in ("level", "kind", "resolution"))
    due, order = asked_for(request, "due"), asked_for(request, "order")
    return AlertFilter(
        state="" if state == ALL else state,
        level=level if level in AlertLevel.values else "",
        kind=kind if kind in AlertKind.values else "",
        owner_id=request.user.pk if asked_for(request, "mine") else None,
        resolution=resolution if resolution in AlertResolution.values else "",
        due=due if due in {OVERDUE, IN_TIME} and state in {OPEN, *OPEN_STATES} else "",
        order=order if order in {WORTH, DUE} else "",
    )


def _filters(only: AlertFilter) -> list[Filter]:
    return [
        Filter("level", _("Class"), [(value, str(label)) for value, label in AlertLevel.choices], only.level),
        Filter("kind", _("Kind"), [(value, str(label)) for value, label in AlertKind.choices], only.kind),
        Filter("mine", _("Whose"), [("1", _("Mine"))], "1" if only.owner_id else ""),
        *([_resolution(only)] if only.state == AlertState.HANDLED else []),
        *([_due(only), _order(only)] if only.state in {OPEN, *OPEN_STATES} else []),
    ]


def _resolution(only: AlertFilter) -> Filter:
    choices = [(value, str(label)) for value, label in AlertResolution.choices]
    return Filter("resolution", _("What came of it"), choices, only.resolution)


def _due(only: AlertFilter) -> Filter:
    choices = [(OVERDUE, _("Overdue")), (IN_TIME, _("Due later"))]
    return Filter("due", _("Deadline"), choices, only.due)


def _order(only: AlertFilter) -> Filter:
    by_worth, by_due = (WORTH, _("By what the customer has spent")), (DUE, _("By when they are due"))
    choices = [("", _("By urgency")), by_due, by_worth]
    return Filter("order", _("Order"), choices, only.order, always=True)


def _tabs(request: StoreRequest, state: str) -> list[Tab]:
    counts = open_alert_counts(request.store)
    counts[OPEN] = sum(counts.values())
    labels = {
        OPEN: _("Open"),
        AlertState.NEW: _("New"),
        AlertState.SEEN: _("Seen"),
        AlertState.ASLEEP: _("Snoozed"),
        AlertState.HANDLED: _("Handled"),
        ALL: _("All"),
    }
    return [
        Tab(label, f"?state={name}", name == state, _count_text(counts.get(name, 0)))
        for name, label in labels.items()
    ]


def _levels(request: StoreRequest, only: AlertFilter) -> list[Tab]:
    """Each class with its open alerts: many of one class push the others far down in the list."""
    if only.state != OPEN:
        return []
    labels = dict(AlertLevel.choices)
    return [
        Tab(
            str(labels[AlertLevel(level)]),
            f"?state={OPEN}&level={level}",
            level == only.level,
            _count_text(count),
        )
        for level, count in open_alerts_by_level(request.store).items()
        if count
    ]


def _count_text(count: int) -> int | str:
    return count if count < MOST_COUNTED else f"{MOST_COUNTED:,}+"


class CameOf(NamedTuple):
    """How many alerts had this outcome, as a part of all; a row of ui/shares.html."""

    label: str
    value: int
    share: float
    url: str
    tone: str = "none"
    before: None = None


def came_of(request: StoreRequest, kind: str) -> list[CameOf]:
    """What came of the alerts of a kind, or of all, that were handled lately; nothing where there were none."""
    counts = resolutions_for_viewer(request.store, kind=kind)
    handled = sum(counts.values())
    page = reverse("alerts", args=[request.store.slug])
    return [
        CameOf(
            str(AlertResolution(value).label) if value else _("Not said"),
            count,
            count / handled,
            f"{page}?{urlencode({'state': 'handled', 'kind': kind, 'resolution': value})}" if value else "",
        )
        for value, count in counts.items()
        if count
    ]
