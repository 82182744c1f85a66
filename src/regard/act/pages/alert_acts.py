"""What people do with alerts: look, take, give, handle with what came of it, and take that back."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regard.act.domain.alert_handling import (
    assign_alert,
    handle_alert,
    handle_alerts,
    mark_seen,
    reopen_alert,
    reopen_alerts,
    tell_resolution,
)
from regard.act.domain.queries import alert_for_viewer, alerts_named
from regard.act.models import Alert
from regard.act.pages.alerts import ROWS, members_to_give_to
from regard.core import clock
from regard.core.domain.members import members_of
from regard.core.edges.pages import StoreRequest, notify, posted, store_page, warn
from regard.core.models import User


@store_page("alerts.handle")
def people(request: StoreRequest, alert_id: int) -> HttpResponse:
    """To whom an alert can be given: what its menu in the list fetches when it opens."""
    context = {
        "members": members_to_give_to(request),
        "give_url": reverse("alert_take", args=[request.store.slug, alert_of(request, alert_id).pk]),
    }
    return render(request, "act/_people.html", context)


@store_page(post="alerts.handle")
def seen(request: StoreRequest, alert_id: int) -> HttpResponse:
    mark_seen(alert_of(request, alert_id), actor=request.user.email)
    return go_back(request)


@store_page(post="alerts.handle")
def take(request: StoreRequest, alert_id: int) -> HttpResponse:
    """Assign the alert to whoever asks, or to whom they name."""
    owner = _owner(request)
    if assign_alert(alert_of(request, alert_id), owner=owner, actor=request.user.email):
        notify(request, _given(request, owner, 1))
    return go_back(request)


@store_page(post="alerts.handle")
def handle(request: StoreRequest, alert_id: int) -> HttpResponse:
    """And what came of it, where that is sent along."""
    alert, told = alert_of(request, alert_id), _told(request)
    try:
        if handle_alert(alert, actor=request.user.email, **told):
            undo = reverse("alert_reopen", args=[request.store.slug, alert_id])
            notify(request, _("The alert is handled."), undo=undo)
        else:
            warn(request, _handled_before(request, alert, told["words"]))
    except ValidationError as refused:
        warn(request, " ".join(refused.messages))
    return go_back(request)


@store_page(post="alerts.handle")
def resolve(request: StoreRequest, alert_id: int) -> HttpResponse:
    """Say what came of an alert that was handled."""
    try:
        if tell_resolution(alert_of(request, alert_id), actor=request.user.email, **_told(request)):
            notify(request, _("What came of it is noted."))
    except ValidationError as refused:
        warn(request, " ".join(refused.messages))
    return go_back(request)


def _handled_before(request: StoreRequest, alert: Alert, words: str) -> str:
    """Of a button on a page that is behind the times: who was there first, and what of theirs is not kept."""
    then = alert_of(request, alert.pk)
    who, at = then.handled_by_called or _("Somebody"), then.handled_at or clock.now()
    names = {"who": who, "time": timesince(at)}
    if then.handled_by == request.user.email:
        said = _("You handled it %(time)s ago.") % names
    else:
        said = _("%(who)s handled it %(time)s ago.") % names
    if not words or words == then.resolution_words:
        return said
    unkept = _("What came of it stays as it is said there. Your words were: %(words)s") % {"words": words}
    return f"{said} {unkept}"


def _told(request: StoreRequest) -> dict[str, str]:
    return {name: posted(request, name) for name in ("resolution", "words")}


@store_page(post="alerts.handle")
def reopen(request: StoreRequest, alert_id: int) -> HttpResponse:
    if reopen_alert(alert_of(request, alert_id), actor=request.user.email):
        notify(request, _("The alert is open again."))
    return go_back(request)


@store_page(post="alerts.handle")
def handle_selected(request: StoreRequest) -> HttpResponse:
    selected = selected_of(request, request.POST)
    handled = handle_alerts(selected, actor=request.user.email)
    if before := len(selected) - len(handled):
        text = ngettext(
            "%d alert was handled before and stays as it is.",
            "%d alerts were handled before and stay as they are.",
            before,
        )
        warn(request, text % before)
    if handled:
        text = ngettext("%d alert is handled.", "%d alerts are handled.", len(handled))
        address = reverse("alerts_reopen", args=[request.store.slug])
        undo = f"{address}?{urlencode({'selected': [alert.pk for alert in handled]}, doseq=True)}"
        notify(request, text % len(handled), undo=undo)
    return go_back(request)


@store_page(post="alerts.handle")
def take_selected(request: StoreRequest) -> HttpResponse:
    """Assign the selected alerts to whoever asks, or to whom they name."""
    owner = _owner(request)
    given = [
        alert
        for alert in selected_of(request, request.POST)
        if assign_alert(alert, owner=owner, actor=request.user.email)
    ]
    if given:
        notify(request, _given(request, owner, len(given)))
    return go_back(request)


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
    opened = reopen_alerts(selected_of(request, request.GET), actor=request.user.email)
    if opened:
        text = ngettext("%d alert is open again.", "%d alerts are open again.", len(opened))
        notify(request, text % len(opened))
    return go_back(request)


def alert_of(request: StoreRequest, alert_id: int) -> Alert:
    try:
        return alert_for_viewer(request.store, alert_id)
    except Alert.DoesNotExist:
        raise Http404 from None


def selected_of(request: StoreRequest, values: QueryDict) -> list[Alert]:
    named = [value for value in values.getlist("selected") if value.isascii() and value.isdigit()]
    return alerts_named(request.store, [int(value) for value in named[:ROWS] if len(value) < 19])


def go_back(request: StoreRequest) -> HttpResponse:
    """To where the button was pressed: the list in its state, or a customer's page."""
    came_from = posted(request, "next")
    if url_has_allowed_host_and_scheme(came_from, allowed_hosts=None):
        return redirect(came_from)
    return redirect("alerts", request.store.slug)
