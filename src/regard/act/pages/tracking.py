"""What mail programs fetch when a message is opened, and where its links lead over."""

from __future__ import annotations

from base64 import b64decode
from contextlib import suppress

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from regard.act.domain.tracking import TokenInvalid, Visit, note_clicked, note_opened
from regard.act.pages.preferences import show_public

DOT = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")  # one transparent point


@login_not_required
@never_cache
@require_safe
def opened(request: HttpRequest, token: str) -> HttpResponse:
    """The picture, also for links that are none of ours: nobody sees an error in a message."""
    with suppress(TokenInvalid):
        note_opened(token, _visit(request))
    return HttpResponse(DOT, content_type="image/gif")


@login_not_required
@never_cache
@require_safe
def clicked(request: HttpRequest, token: str) -> HttpResponse:
    """On to where the message said."""
    try:
        url = note_clicked(token, _visit(request))
    except TokenInvalid:
        return show_public(request, "act/public/invalid.html", {}, status=410)
    return HttpResponse(status=302, headers={"Location": url, "Referrer-Policy": "no-referrer"})


def _visit(request: HttpRequest) -> Visit:
    return Visit(is_asking_only=request.method == "HEAD")
