"""What a store answers to everybody who has the token of an address, on pages of any site, without a cookie."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from regard.core.edges.problems import Problem, problem_response
from regard.core.edges.public_caching import kept_for_all
from regard.core.edges.public_limits import PublicLimits
from regard.core.models import Store
from regard.core.script_safe import script_safe

METHODS = "GET, HEAD, OPTIONS"
ANY_SITE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
StoreAnswer = Callable[[HttpRequest, Store], HttpResponse]
PublicView = Callable[[HttpRequest, str], HttpResponseBase]


def answered_to_all(
    *, limits: PublicLimits, store_of: Callable[[str], Store], unknown: str
) -> Callable[[StoreAnswer], PublicView]:
    """A view for whoever has the token. store_of: whose it is, or LookupError, which is answered with `unknown`:
    the same for a token that there never was as for one that is switched off.
    """

    def public(view: StoreAnswer) -> PublicView:
        @csrf_exempt
        @login_not_required
        @wraps(view)
        def guarded(request: HttpRequest, token: str) -> HttpResponseBase:
            if request.method == "OPTIONS":
                return _asked_before()
            if request.method not in {"GET", "HEAD"}:
                return HttpResponseNotAllowed(METHODS.split(", "))
            response = _within_limits(request, token, view)
            for name, value in ANY_SITE.items():
                response[name] = value
            return kept_for_all(request, response)

        return guarded

    def _within_limits(request: HttpRequest, token: str, view: StoreAnswer) -> HttpResponse:
        if wait := limits.seconds_of_caller(request):
            return _too_many(wait)
        try:
            store = store_of(token)
        except LookupError:
            return _refused(404, unknown)
        if wait := limits.seconds_of_all(store.pk):
            return _too_many(wait)
        return view(request, store)

    return public


def json_for_all(told: Mapping[str, Any], media_type: str = "application/json") -> HttpResponse:
    """Safe within a script tag as it is."""
    return HttpResponse(script_safe(told), content_type=f"{media_type}; charset=utf-8")


def _asked_before() -> HttpResponse:
    """What browsers ask before another site's script sends what is out of the ordinary."""
    allowed = {
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Allow-Headers": "If-None-Match",
        "Access-Control-Max-Age": "86400",
    }
    return HttpResponse(status=204, headers={**ANY_SITE, **allowed})


def _too_many(wait: int) -> HttpResponse:
    said = "Too many requests. Go on after the time in Retry-After."
    return _refused(429, said, headers={"Retry-After": str(wait)})


def _refused(status: int, said: str, *, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """For programs, in English."""
    return problem_response(Problem(status, said, headers=headers))
