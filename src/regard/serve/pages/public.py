"""The script for a shop's pages, the same for everybody, so that caches may keep it for a minute; and the messages
that wait for one visitor, which nobody keeps.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from regard.core.config import config
from regard.core.edges.public_caching import kept_for_all
from regard.core.edges.public_limits import Pace, PublicLimits
from regard.serve.domain.script import script_of
from regard.serve.domain.waiting import TOLD, message_for, note_told
from regard.serve.domain.window import NoWindow, window_with_token

# Proposal: browsers and caches keep the script for a minute.
LIMITS = PublicLimits(of_caller=Pace(20, 600), of_all=Pace(500, 10_000))
# Proposal: a browser asks every five minutes, and tells of what it shows.
MESSAGE_LIMITS = PublicLimits(of_caller=Pace(5, 100), of_all=Pace(200, 4_000))
MOST_BYTES = 1_000  # that a visitor's browser has to say
TYPE = "text/javascript; charset=utf-8"


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD"])
def prompts_script(request: HttpRequest, token: str) -> HttpResponseBase:
    if wait := LIMITS.seconds_of_caller(request):
        return _refused(429, "Too many requests. Go on after the time in Retry-After.", wait)
    try:
        window = window_with_token(token)
    except NoWindow:
        return _refused(404, "No shop has this address.")
    if wait := LIMITS.seconds_of_all(window.store_id):
        return _refused(429, "Too many requests. Go on after the time in Retry-After.", wait)
    response = HttpResponse(script_of(window), content_type=TYPE)
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Access-Control-Allow-Origin"] = "*"  # of tags with crossorigin
    return kept_for_all(request, response)


@csrf_exempt
@login_not_required
@require_http_methods(["POST"])
def shop_message(request: HttpRequest, token: str) -> HttpResponse:
    """What is to be shown to a visitor; with an id, what became of it. Any site may ask: the browser's id, which
    only the shop's own pages can read, says who visits, and no cookie is looked at.
    """
    if wait := MESSAGE_LIMITS.seconds_of_caller(request):
        return _told({"error": "Too many requests."}, 429, wait)
    try:
        window = window_with_token(token)
        visit = _visit(request)
    except NoWindow:
        return _told({"error": "No shop has this address."}, 404)
    except ValueError:
        return _told({"error": "Send {browser}, or {browser, id, what: shown or followed}, as JSON."}, 400)
    if wait := MESSAGE_LIMITS.seconds_of_all(window.store_id):
        return _told({"error": "Too many requests."}, 429, wait)
    if visit.what:
        return _told({"known": note_told(window.store, visit.browser, visit.number, visit.what)})
    return _told({"message": message_for(window.store, visit.browser)})


@dataclass(frozen=True)
class Visit:
    """browser: the id that the snippet keeps there. what became of the message with this number; "": it is asked
    for one."""

    browser: str
    number: int
    what: str


def _visit(request: HttpRequest) -> Visit:
    """Raises ValueError for anything else."""
    told = json.loads(request.body if len(request.body) <= MOST_BYTES else "")
    match told:
        case {"browser": str(browser), "id": int(number), "what": str(what)} if what in TOLD:
            return Visit(browser, number, what)
        case {"browser": str(browser)} if "what" not in told:
            return Visit(browser, 0, "")
    raise ValueError(told)


def script_address(token: str) -> str:
    return config().public_url.rstrip("/") + reverse("prompts_script", args=[token])


def _told(said: dict[str, object], status: int = 200, wait: int = 0) -> HttpResponse:
    headers = {"Cache-Control": "no-store", "Access-Control-Allow-Origin": "*"}
    return JsonResponse(said, status=status, headers=headers | ({"Retry-After": str(wait)} if wait else {}))


def _refused(status: int, said: str, wait: int = 0) -> HttpResponse:
    """As a script that does nothing and says why."""
    headers = {"Cache-Control": "no-store", **({"Retry-After": str(wait)} if wait else {})}
    return HttpResponse(f"// {said}\n", content_type=TYPE, status=status, headers=headers)
