"""What the frame of every page shows: the rail, the stores to switch between, what the reader may do."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from regard.core.domain.permissions import OF_ROLE
from regard.core.domain.stores import stores_for_viewer
from regard.core.models import Member
from regard.core.registry import NavigationEntry, navigation

TODAY = "store_home"  # the URL of the first page of a store
# The orders with which the parts of the rail begin: after customers what is to be done, what is said, what is
# measured, what comes in.
PARTS = (20, 40, 50, 70)


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    icon: str
    current: bool
    key: str  # the letter that leads there after g
    begins_part: bool = False


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Without a store (sign-in, account) there is no rail to show."""
    member: Member | None = getattr(request, "member", None)
    if member is None:
        return {"may": frozenset()}
    return {
        "store": member.store,
        "may": OF_ROLE[member.role],
        "rail": _links(request, member, "main"),
        "settings_tabs": _links(request, member, "settings"),
        "palette_url": reverse("palette", args=[member.store.slug]),
        "stores": SimpleLazyObject(partial(stores_for_viewer, member.user)),
    }


def _links(request: HttpRequest, member: Member, group: str) -> list[Link]:
    allowed = OF_ROLE[member.role]
    entries = [entry for entry in navigation if entry.group == group and entry.permission in allowed]
    entries.sort(key=lambda entry: entry.order)
    links = [_link(request, member, entry) for entry in entries]
    parts = [bisect_right(PARTS, entry.order) for entry in entries]
    return [
        replace(link, begins_part=place > 0 and part != parts[place - 1])
        for place, (link, part) in enumerate(zip(links, parts, strict=True))
    ]


def _link(request: HttpRequest, member: Member, entry: NavigationEntry) -> Link:
    url = reverse(entry.url_name, args=[member.store.slug])
    # Today is the root of all pages, and the store's details that of all settings: a page below is another.
    is_root = entry.group == "settings" or entry.url_name == TODAY
    current = request.path == url if is_root else request.path.startswith(url)
    return Link(gettext(entry.label), url, entry.icon, current, entry.key)
