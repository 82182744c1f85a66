"""Sending a journey to a segment, once it is known how many that reaches."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regard.core.edges.pages import StoreRequest, asked_for, first_message, notify, posted, store_page, warn
from regard.core.models import Store
from regard.journey.domain.handling import Sent, broadcast, count_reached
from regard.journey.models import Journey
from regard.journey.pages.asked import FLOW, journey_asked, journey_context
from regard.profile.domain.segments.parse import SegmentInvalid
from regard.profile.domain.segments.saved import ready_made_segments, segments_of

MORE_THAN_TOLD = 1.1  # so much more than somebody confirmed is asked about again


@dataclass(frozen=True)
class Asked:
    """A segment, with how many of it the journey is for, None before it is asked; or why that is no segment."""

    segment: str
    reached: int | None = None
    wrong: str = ""


@store_page("journeys.manage", post="journeys.manage")
def send(request: StoreRequest, journey_id: int) -> HttpResponse:
    found = journey_asked(request, journey_id)
    if request.method != "POST":
        is_asked = "segment" in request.GET
        return _answer(request, found, _count(found, asked_for(request, "segment"), is_asked=is_asked))
    asked = _count(found, posted(request, "segment"), is_asked=True)
    told = posted(request, "reached")
    if asked.reached is None or not told.isdecimal() or asked.reached > int(told[:9]) * MORE_THAN_TOLD:
        return _answer(request, found, asked)
    try:
        sent = broadcast(found, asked.segment, actor=request.user.email)
    except ValidationError as error:
        warn(request, first_message(error))
    else:
        notify(request, _said(sent))
    return redirect("journey", request.store.slug, found.pk)


def _said(sent: Sent) -> str:
    if sent.entered is None:
        return _("They come in little by little; this page shows how far that is.")
    return ngettext("%d customer has come in.", "%d customers have come in.", sent.entered) % sent.entered


def _count(found: Journey, segment: str, *, is_asked: bool) -> Asked:
    if not is_asked:
        return Asked(segment)
    try:
        return Asked(segment, count_reached(found, segment))
    except SegmentInvalid as error:
        return Asked(segment, wrong=error.told)


def _answer(request: StoreRequest, found: Journey, asked: Asked) -> HttpResponse:
    context = {
        **journey_context(request, found, FLOW),
        "asked": asked,
        "held_out": round((asked.reached or 0) * found.holdout / 100),
        "segments": _known(request.store),
    }
    return render(request, "journey/send.html", context)


def _known(store: Store) -> list[tuple[str, str]]:
    """Segments by name, with what they ask."""
    told = [(_("Everybody"), "")]
    told += [(made.name, made.text) for made in ready_made_segments()]
    return told + [(saved.name, saved.text) for saved in segments_of(store)]
