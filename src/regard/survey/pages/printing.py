"""The open link of a survey for print: a QR code that says at which place it was found."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from regard.core.edges.pages import StoreRequest, asked_for, store_page
from regard.survey.domain.answering.places import code_png, code_svg, place_named, place_url
from regard.survey.models import Survey
from regard.survey.pages.asked import QUESTIONS, survey_asked, survey_context

FORMS = {"svg": (code_svg, "image/svg+xml"), "png": (code_png, "image/png")}


@store_page("surveys.read")
def printed(request: StoreRequest, survey_id: int) -> HttpResponse:
    """The code for the place that is asked for, with its address, and the form that asks for another."""
    found = survey_asked(request, survey_id)
    told = asked_for(request, "place")
    place = place_named(told)
    context = {
        **survey_context(request, found, QUESTIONS),
        "told": told,
        "place": place,
        "is_unusable": bool(told.strip()) and not place,
        "link": place_url(found, place) if found.open_link else "",
        "picture": _address(request, found, place, "svg"),
        "downloads": [(form.upper(), _address(request, found, place, form)) for form in FORMS],
    }
    return render(request, "survey/print.html", context)


@store_page("surveys.read")
def code(request: StoreRequest, survey_id: int, form: str) -> HttpResponse:
    """The code alone as a file."""
    found = survey_asked(request, survey_id)
    if form not in FORMS or not found.open_link:
        raise Http404
    place = place_named(asked_for(request, "place"))
    draw, kind = FORMS[form]
    response = HttpResponse(draw(place_url(found, place)), content_type=kind)
    name = "-".join(part for part in (found.key, place) if part)
    response.headers["Content-Disposition"] = f'inline; filename="{name}.{form}"'
    return response


def _address(request: StoreRequest, survey: Survey, place: str, form: str) -> str:
    address = reverse("survey_code", args=[request.store.slug, survey.pk, form])
    return f"{address}?{urlencode({'place': place})}" if place else address
