from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from regard.core.domain.permissions import role_allows
from regard.core.domain.stores import stores_for_viewer
from regard.core.edges.pages import LAST_STORE, StoreRequest, UserRequest, store_page
from regard.core.registry import navigation


def home(request: HttpRequest) -> HttpResponse:
    """To the store that was looked at last, or the first one; without any, how to get one."""
    stores = stores_for_viewer(cast("UserRequest", request).user)
    if not stores:
        return render(request, "web/no_store.html")
    last = request.session.get(LAST_STORE)
    slug = last if last in {store.slug for store in stores} else stores[0].slug
    return redirect("store_home", slug)


@store_page("store.read")
def store_home(request: StoreRequest) -> HttpResponse:
    """To the first page of the rail that the member may see."""
    entries = sorted((entry for entry in navigation if entry.group == "main"), key=lambda entry: entry.order)
    first = next(entry for entry in entries if role_allows(request.member.role, entry.permission))
    return redirect(first.url_name, request.store.slug)
