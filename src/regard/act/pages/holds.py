"""Deciding of marketing that is held since it ran away."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regard.act.domain.holds import drop_held, hold_for_viewer, release_held
from regard.act.models import SendingHold
from regard.core.edges.pages import StoreRequest, notify, posted, store_page, warn

MOST = 1_000_000


@store_page(post="journeys.manage")
def release(request: StoreRequest, hold_id: int) -> HttpResponse:
    """All of it, or as many as are said."""
    hold = _hold(request, hold_id)
    told = posted(request, "most").strip()
    if told and not (told.isdecimal() and 0 < int(told[:9]) <= MOST):
        warn(request, _("Say how many go, as a whole number from 1, or nothing for all."))
        return redirect("outbox", request.store.slug)
    count = release_held(hold, actor=request.user.email, most=int(told) if told else None)
    text = ngettext("%d message goes out.", "%d messages go out.", count or 0)
    notify(request, text % (count or 0))
    return redirect("outbox", request.store.slug)


@store_page(post="journeys.manage")
def drop(request: StoreRequest, hold_id: int) -> HttpResponse:
    count = drop_held(_hold(request, hold_id), actor=request.user.email) or 0
    text = ngettext("%d message is dropped.", "%d messages are dropped.", count)
    notify(request, text % count)
    return redirect("outbox", request.store.slug)


def _hold(request: StoreRequest, hold_id: int) -> SendingHold:
    try:
        return hold_for_viewer(request.store, hold_id)
    except SendingHold.DoesNotExist:
        raise Http404 from None
