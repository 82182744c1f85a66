"""Alerts: what somebody should look at now, who looks, and that it was dealt with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regard.act.domain.alert_handling import (
    assign_alert,
    handle_alert,
    handle_alerts,
    mark_seen,
    reopen_alert,
    reopen_alerts,
)
from regard.act.domain.queries import (
    MOST_COUNTED,
    OPEN,
    OPEN_STATES,
    WORTH,
    AlertFilter,
    alert_for_viewer,
    alerts_for_viewer,
    alerts_named,
    open_alert_counts,
    open_alerts_by_level,
)
from regard.act.domain.team import leading_addresses
from regard.act.models import Alert, AlertKind, AlertLevel, AlertState
from regard.core.domain.members import members_of
from regard.core.domain.permissions import role_allows
from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, asked_for, notify, posted, store_page
from regard.core.models import Member, User
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
        "state": state,
        "said": _order_words(only),
        "filters": filters,
        "chosen": chosen_of(request.GET, filters),
        "kept": [("state", state)],
        "acts": _acts(request),
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
    return (
        _("Who spent most first")
        if only.order == WORTH
        else _("The most urgent first, then the longest waiting")
    )


def _acts(request: StoreRequest) -> list[dict[str, str]]:
    """What can be done with many at once."""
    handle, take = (reverse(name, args=[request.store.slug]) for name in ("alerts_handle", "alerts_take"))
    return [
        {"label": _("Handled"), "url": handle, "act_icon": "check"},
        {"label": _("Assign to me"), "url": take},
    ]


def members_to_give_to(request: StoreRequest) -> Sequence[Member]:
    """To whom the reader may give alerts; nobody where they may not."""
    members = members_of(request.store).select_related(None).select_related("user")
    return list(members) if role_allows(request.member.role, "alerts.handle") else []


@store_page("alerts.handle")
def people(request: StoreRequest, alert_id: int) -> HttpResponse:
    """To whom an alert can be given: what its menu in the list fetches when it opens."""
    context = {
        "members": members_to_give_to(request),
        "give_url": reverse("alert_take", args=[request.store.slug, _alert(request, alert_id).pk]),
    }
    return render(request, "act/_people.html", context)


def _filter(request: StoreRequest, state: str) -> AlertFilter:
    """Anything unreadable in the address counts as not given."""
    level, kind = asked_for(request, "level"), asked_for(request, "kind")
    return AlertFilter(
        state="" if state == ALL else state,
        level=level if level in AlertLevel.values else "",
        kind=kind if kind in AlertKind.values else "",
        owner_id=request.user.pk if asked_for(request, "mine") else None,
        order=WORTH if asked_for(request, "order") == WORTH else "",
    )


def _filters(only: AlertFilter) -> list[Filter]:
    return [
        Filter("level", _("Class"), [(value, str(label)) for value, label in AlertLevel.choices], only.level),
        Filter("kind", _("Kind"), [(value, str(label)) for value, label in AlertKind.choices], only.kind),
        Filter("mine", _("Whose"), [("1", _("Mine"))], "1" if only.owner_id else ""),
        *([_order(only)] if only.state in {OPEN, *OPEN_STATES} else []),
    ]


def _order(only: AlertFilter) -> Filter:
    choices = [("", _("By urgency")), (WORTH, _("By what the customer has spent"))]
    return Filter("order", _("Order"), choices, only.order, always=True)


def _tabs(request: StoreRequest, state: str) -> list[Tab]:
    counts = open_alert_counts(request.store)
    counts[OPEN] = sum(counts.values())
    labels = {
        OPEN: _("Open"),
        AlertState.NEW: _("New"),
        AlertState.SEEN: _("Seen"),
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


@store_page(post="alerts.handle")
def seen(request: StoreRequest, alert_id: int) -> HttpResponse:
    mark_seen(_alert(request, alert_id), actor=request.user.email)
    return _back(request)


@store_page(post="alerts.handle")
def take(request: StoreRequest, alert_id: int) -> HttpResponse:
    """Assign the alert to whoever asks, or to whom they name."""
    owner = _owner(request)
    if assign_alert(_alert(request, alert_id), owner=owner, actor=request.user.email):
        notify(request, _given(request, owner, 1))
    return _back(request)


@store_page(post="alerts.handle")
def handle(request: StoreRequest, alert_id: int) -> HttpResponse:
    if handle_alert(_alert(request, alert_id), actor=request.user.email):
        undo = reverse("alert_reopen", args=[request.store.slug, alert_id])
        notify(request, _("The alert is handled."), undo=undo)
    return _back(request)


@store_page(post="alerts.handle")
def reopen(request: StoreRequest, alert_id: int) -> HttpResponse:
    if reopen_alert(_alert(request, alert_id), actor=request.user.email):
        notify(request, _("The alert is open again."))
    return _back(request)


@store_page(post="alerts.handle")
def handle_selected(request: StoreRequest) -> HttpResponse:
    handled = handle_alerts(_selected(request, request.POST), actor=request.user.email)
    if handled:
        text = ngettext("%d alert is handled.", "%d alerts are handled.", len(handled))
        address = reverse("alerts_reopen", args=[request.store.slug])
        undo = f"{address}?{urlencode({'selected': [alert.pk for alert in handled]}, doseq=True)}"
        notify(request, text % len(handled), undo=undo)
    return _back(request)


@store_page(post="alerts.handle")
def take_selected(request: StoreRequest) -> HttpResponse:
    """Assign the selected alerts to whoever asks, or to whom they name."""
    owner = _owner(request)
    given = [
        alert
        for alert in _selected(request, request.POST)
        if assign_alert(alert, owner=owner, actor=request.user.email)
    ]
    if given:
        notify(request, _given(request, owner, len(given)))
    return _back(request)


def _owner(request: StoreRequest) -> User | None:
    """Whoever asks, unless they name a member of the store by the id of the user, or nobody by ""."""
    named = request.POST.get("owner")
    if named is None:
        return request.user
    if not named:
        return None
    users = {str(member.user_id): member.user for member in members_of(request.store)}
    if named not in users:
        raise Http404
    return users[named]


def _given(request: StoreRequest, owner: User | None, count: int) -> str:
    if owner == request.user:
        return ngettext("%d alert is yours.", "%d alerts are yours.", count) % count
    if owner is None:
        return ngettext("%d alert is nobody's now.", "%d alerts are nobody's now.", count) % count
    text = ngettext(
        "%(count)d alert is given to %(owner)s.", "%(count)d alerts are given to %(owner)s.", count
    )
    return text % {"count": count, "owner": owner.email}


@store_page(post="alerts.handle")
def reopen_selected(request: StoreRequest) -> HttpResponse:
    """Take back that alerts were handled; the address names them."""
    opened = reopen_alerts(_selected(request, request.GET), actor=request.user.email)
    if opened:
        text = ngettext("%d alert is open again.", "%d alerts are open again.", len(opened))
        notify(request, text % len(opened))
    return _back(request)


def _alert(request: StoreRequest, alert_id: int) -> Alert:
    try:
        return alert_for_viewer(request.store, alert_id)
    except Alert.DoesNotExist:
        raise Http404 from None


def _selected(request: StoreRequest, values: QueryDict) -> list[Alert]:
    named = [value for value in values.getlist("selected") if value.isascii() and value.isdigit()]
    return alerts_named(request.store, [int(value) for value in named[:ROWS] if len(value) < 19])


def _back(request: StoreRequest) -> HttpResponse:
    """To where the button was pressed: the list in its state, or a customer's page."""
    came_from = posted(request, "next")
    if url_has_allowed_host_and_scheme(came_from, allowed_hosts=None):
        return redirect(came_from)
    return redirect("alerts", request.store.slug)
