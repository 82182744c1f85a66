from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from regard.core.domain.stores import stores_for_viewer
from regard.core.edges.pages import LAST_STORE, UserRequest


def home(request: HttpRequest) -> HttpResponse:
    """To the store that was looked at last, or the first one; without any, how to get one."""
    stores = stores_for_viewer(cast("UserRequest", request).user)
    if not stores:
        return render(request, "web/no_store.html")
    last = request.session.get(LAST_STORE)
    slug = last if last in {store.slug for store in stores} else stores[0].slug
    return redirect("store_home", slug)
