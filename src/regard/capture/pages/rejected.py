"""Events that could not be accepted: what is wrong with them, and how to mend or discard them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from regard.capture.domain.rejected import (
    discard_rejected,
    rejected_event_of,
    rejected_events_of,
    replay_rejected,
    restore_rejected,
)
from regard.capture.models import RejectedEvent
from regard.capture.models.rejected import RejectedState
from regard.capture.pages.tabs import event_tabs
from regard.core.domain.permissions import role_allows
from regard.core.edges.keyset import CursorInvalid, keyset_page
from regard.core.edges.pages import StoreRequest, asked_for, first_message, notify, store_page, warn
from regard.ui.filters import Filter

ROWS = 50
ALL = "all"


class Mending(forms.Form):
    body = forms.CharField(
        label=_lazy("Event"),
        strip=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"class": "editor", "spellcheck": "false"}),
    )


@store_page("events.read")
def rejected_events(request: StoreRequest) -> HttpResponse:
    state = asked_for(request, "state") or RejectedState.OPEN
    cursor = request.GET.get("cursor", "")
    rows = rejected_events_of(request.store, state=state if state in RejectedState.values else "")
    try:
        page = keyset_page(rows, order=["-id"], cursor=cursor, limit=ROWS)
    except CursorInvalid:
        return redirect(request.path)
    may_mend = role_allows(request.member.role, "events.mend")
    context = {
        "tabs": event_tabs(request, "rejected_events"),
        "state": state,
        "filters": [_state_filter(state)],
        "headings": _headings(),
        "selectable": state == RejectedState.OPEN and may_mend,
        "acts": _acts(),
        "page": page,
        "cursor": cursor,
    }
    return render(request, "capture/rejected_events.html", context)


def _state_filter(state: str) -> Filter:
    choices = [(value, str(label)) for value, label in RejectedState.choices]
    shown = state if state in RejectedState.values else ALL
    return Filter("state", _("State"), [*choices, (ALL, _("All"))], shown, always=True)


def _headings() -> list[dict[str, str]]:
    labels = (_("What is wrong"), _("Field"), _("Sent as"), _("State"), _("Received"))
    return [{"label": label} for label in labels]


def _acts() -> list[dict[str, object]]:
    """What can be done with many at once."""
    return [
        {"label": _("Replay"), "act_icon": "arrow-path", "name": "do", "value": "replay"},
        {"label": _("Discard"), "act_icon": "trash", "name": "do", "value": "discard", "danger": True},
    ]


@store_page("events.read", post="events.mend")
def rejected_event(request: StoreRequest, rejected_id: int) -> HttpResponse:
    try:
        rejected = rejected_event_of(request.store, rejected_id)
    except RejectedEvent.DoesNotExist:
        raise Http404 from None
    form = Mending(request.POST or None, initial={"body": rejected.body})
    if request.method == "POST":
        if request.POST.get("do") == "discard":
            return _discard_one(request, rejected)
        if form.is_valid() and _replay(request, form, rejected):
            return redirect("rejected_events", request.store.slug)
    return render(request, "capture/rejected_event.html", {"rejected": rejected, "form": form})


def _replay(request: StoreRequest, form: Mending, rejected: RejectedEvent) -> bool:
    try:
        replay_rejected(rejected, actor=request.user.email, body=form.cleaned_data["body"])
    except ValidationError as error:
        form.add_error("body", error.messages)
        return False
    notify(request, _("The event is in the log now."))
    return True


def _discard_one(request: StoreRequest, rejected: RejectedEvent) -> HttpResponse:
    _discard(request, [rejected])
    return redirect("rejected_events", request.store.slug)


@store_page(post="events.mend")
def settle_selected(request: StoreRequest) -> HttpResponse:
    """Replay or discard the selected events; those that still cannot be accepted stay open."""
    selected = _named(request, request.POST)
    if request.POST.get("do") == "discard":
        _discard(request, selected)
    else:
        replayed = _each(request, selected, lambda rejected, actor: replay_rejected(rejected, actor=actor))
        if replayed:
            text = ngettext("%d event is in the log now.", "%d events are in the log now.", len(replayed))
            notify(request, text % len(replayed))
    return redirect("rejected_events", request.store.slug)


@store_page(post="events.mend")
def restore(request: StoreRequest) -> HttpResponse:
    """Take a discard back; the address names the events."""
    restored = _each(
        request, _named(request, request.GET), lambda rejected, actor: restore_rejected(rejected, actor=actor)
    )
    if restored:
        text = ngettext("%d event is open again.", "%d events are open again.", len(restored))
        notify(request, text % len(restored))
    return redirect("rejected_events", request.store.slug)


def _discard(request: StoreRequest, selected: Iterable[RejectedEvent]) -> None:
    discarded = _each(request, selected, lambda rejected, actor: discard_rejected(rejected, actor=actor))
    if discarded:
        text = ngettext("%d event is discarded.", "%d events are discarded.", len(discarded))
        address = reverse("rejected_restore", args=[request.store.slug])
        undo = f"{address}?{urlencode({'selected': [event.pk for event in discarded]}, doseq=True)}"
        notify(request, text % len(discarded), undo=undo)


def _named(request: StoreRequest, values: QueryDict) -> list[RejectedEvent]:
    ids = [int(value) for value in values.getlist("selected") if value.isascii() and value.isdigit()]
    return list(rejected_events_of(request.store).filter(pk__in=ids[:ROWS]).select_related("store"))


def _each(
    request: StoreRequest,
    selected: Iterable[RejectedEvent],
    settle: Callable[[RejectedEvent, str], RejectedEvent],
) -> list[RejectedEvent]:
    """Those that could be settled; of the others the reader is told how many, and why the first could not."""
    done, problems = [], []
    for rejected in selected:
        try:
            done.append(settle(rejected, request.user.email))
        except ValidationError as error:
            problems.append(first_message(error))
    if problems:
        text = ngettext(
            "%(count)d event stays as it is: %(why)s",
            "%(count)d events stay as they are: %(why)s",
            len(problems),
        )
        warn(request, text % {"count": len(problems), "why": problems[0]})
    return done
