"""Mentions: what is said of the store in public, to be gone through once a day."""

from __future__ import annotations

from itertools import pairwise

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from regard.core.edges.feedback_actions import actions_for
from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, asked_for, store_page
from regard.review.domain.mention_queries import (
    DONE,
    OPEN,
    KnownMention,
    MentionFilter,
    has_mentions,
    mention_for_viewer,
    mention_progress,
    mentions_for_viewer,
)
from regard.review.models import Mention
from regard.ui.filters import Filter, chosen_of
from regard.ui.tabs import Tab

ALL = "all"
ROWS = 50


@store_page("customers.read")
def mentions(request: StoreRequest) -> HttpResponse:
    only = _filter(request)
    cursor = request.GET.get("cursor", "")
    try:
        page = mentions_for_viewer(store=request.store, only=only, cursor=cursor, limit=ROWS)
    except CursorInvalid:
        return redirect(request.path)
    filters = [
        Filter("feeling", _("Feeling"), [("negative", _("Negative"))], "negative" if only.is_negative else "")
    ]
    finish = reverse("mentions_finish", args=[request.store.slug])
    progress = mention_progress(request.store)
    context = {
        "rows": list(pairwise([*page.rows, None])),
        "progress": progress,
        "plus": "+" if progress.is_more else "",
        "of_today": progress.done + progress.open,
        "tabs": _tabs(only),
        "search": only.search,
        "filters": filters,
        "chosen": chosen_of(request.GET, filters),
        "kept": [("show", asked_for(request, "show"))],
        "is_narrowed": only != MentionFilter(state=OPEN),
        "is_known": bool(page.rows) or has_mentions(request.store),
        "said": _("Negative ones first") if only.state == OPEN else _("The latest first"),
        "acts": [{"label": _("Done"), "url": finish, "act_icon": "check"}],
        "cursor": cursor,
        "next_cursor": page.next_cursor,
    }
    return render(request, "review/mentions.html", context)


@store_page("customers.read")
def mention(request: StoreRequest, mention_id: int) -> HttpResponse:
    context = {
        "known": known_mention(request, mention_id),
        "feedback_actions": actions_for(request),
        "next": own_path(request.GET.get("next", "")) or request.path,
    }
    return render(request, "review/mention.html", context)


def own_path(address: str) -> str:
    """An address of this installation as it is; "" for any other."""
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts=None) else ""


def known_mention(request: StoreRequest, mention_id: int) -> KnownMention:
    """Raises Http404 for a mention that the store does not have."""
    try:
        return mention_for_viewer(request.store, mention_id)
    except Mention.DoesNotExist:
        raise Http404 from None


def _filter(request: StoreRequest) -> MentionFilter:
    """Anything unreadable in the address counts as not given."""
    state = {DONE: DONE, ALL: ""}.get(asked_for(request, "show"), OPEN)
    return MentionFilter(
        state=state,
        is_negative=asked_for(request, "feeling") == "negative",
        search=asked_for(request, "q").strip(),
    )


def _tabs(only: MentionFilter) -> list[Tab]:
    return [
        Tab(_("Open"), "?", only.state == OPEN),
        Tab(_("Done"), f"?show={DONE}", only.state == DONE),
        Tab(_("All"), f"?show={ALL}", not only.state),
    ]
