"""How pages look to a person: light or dark, tight or wide."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from regard.core.domain.people import choose_look
from regard.core.edges.pages import UserRequest, posted


@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Keeps the choice; without script it leads back to the page where it was made."""
    user = cast("UserRequest", request).user
    choose_look(user, theme=posted(request, "theme"), density=posted(request, "density"))
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    came_from = posted(request, "next")
    return redirect(
        came_from if url_has_allowed_host_and_scheme(came_from, allowed_hosts=None) else "account"
    )
