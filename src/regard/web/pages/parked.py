from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regard.capture.domain.parked import parked_events_of, retry_all_parked, retry_parked
from regard.capture.domain.reader import StageFailed
from regard.capture.models import Event
from regard.core.edges.pages import StoreRequest, notify, store_page, warn
from regard.pipeline import STAGES


@store_page(post="events.mend")
def replay(request: StoreRequest, parked_id: int) -> HttpResponse:
    parked = get_object_or_404(parked_events_of(request.store), pk=parked_id)
    try:
        retry_parked(parked, stages=STAGES, actor=request.user.email)
        notify(request, _("The event has passed the pipeline."))
    except StageFailed as failure:
        warn(request, _("The event still fails: %s") % failure)
    except Event.DoesNotExist:
        warn(request, _("The log no longer has the event: retention has deleted it."))
    return redirect("parked_events", request.store.slug)


@store_page(post="events.mend")
def replay_all(request: StoreRequest) -> HttpResponse:
    passed, parked = retry_all_parked(store=request.store, stages=STAGES, actor=request.user.email)
    if passed:
        notify(request, ngettext("%d event has passed.", "%d events have passed.", passed) % passed)
    if parked:
        warn(request, ngettext("%d event still fails.", "%d events still fail.", parked) % parked)
    return redirect("parked_events", request.store.slug)
