"""What is answered to everybody alike, kept for a while by browsers and caches on the way."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

KEPT_SECONDS = 60


def kept_for_all(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """The answer with a tag of what it says, by which a cache asks whether it is still so; nothing but a 200 is
    kept."""
    if response.status_code != 200:
        response["Cache-Control"] = "no-store"
        return response
    response["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    tag = f'"{hashlib.sha256(response.content).hexdigest()[:24]}"'
    response["ETag"] = tag
    return get_conditional_response(request, etag=tag, response=response) or response
