"""Closing the loop of an improvement: what customers read of it, telling those who asked, the shop's page."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from procrastinate.contrib.django import app

from regard.core.edges.pages import StoreRequest, first_message, notify, posted, store_page, warn
from regard.desk.domain.closing_the_loop import set_public_words, tell_supporters
from regard.desk.domain.publishing import count_published, display_of, publish_item, show_page
from regard.desk.models import FeedbackItem
from regard.desk.pages.items import item_asked
from regard.desk.pages.published import draw_published, public_address


@store_page(post="tasks.handle")
def words(request: StoreRequest, item_id: int) -> HttpResponse:
    """What customers are to read. `do` says what else: tell those who asked for it, put it on the shop's page, or
    take it back."""
    item = item_asked(request, item_id)
    title, text = posted(request, "public_title"), posted(request, "public_text")
    try:
        set_public_words(item, title=title, text=text, actor=request.user.email)
        _do(request, item, posted(request, "do"))
    except ValidationError as error:
        warn(request, first_message(error))
    return redirect("feedback_item", request.store.slug, item.pk)


@store_page("customers.read", post="store.manage")
def page(request: StoreRequest) -> HttpResponse:
    """What everybody can read, and where; POST switches it on or off."""
    if request.method == "POST":
        is_on = posted(request, "show") == "1"
        if show_page(request.store, is_on=is_on, actor=request.user.email):
            said = _("Everybody can read the page now.") if is_on else _("Nobody can read the page now.")
            notify(request, said)
        return redirect("improvement_page", request.store.slug)
    kept = display_of(request.store)
    is_on = bool(kept and kept.is_on)
    context: dict[str, Any] = {"is_on": is_on, "published": count_published(request.store)}
    if kept and is_on:
        address = public_address("published_improvements", kept.token)
        json_url = public_address("published_improvements_json", kept.token)
        context |= {"address": address, "json_url": json_url, "snippet": _snippet(address)}
    return render(request, "desk/published_page.html", context)


@xframe_options_sameorigin
@store_page("customers.read")
def preview(request: StoreRequest) -> HttpResponse:
    """What everybody would see, before anybody does."""
    return draw_published(request, request.store, ancestors="'self'")


def _do(request: StoreRequest, item: FeedbackItem, what: str) -> None:
    actor = request.user.email
    if what == "tell":
        _tell(request, tell_supporters(item, actor=actor))
        return
    if what in {"publish", "take_back"}:
        publish_item(item, is_on=what == "publish", actor=actor)
        notify(request, _("Saved. The shop's page has it within a minute."))
        return
    notify(request, _("Saved."))


def _tell(request: StoreRequest, meant: int) -> None:
    if not meant:
        warn(request, _("Everybody who asked for it was told."))
        return
    app.configure_task("desk.tell_supporters").defer()
    said = ngettext(
        "%(count)s customer is being told, if a message can reach them.",
        "%(count)s customers are being told, as far as messages can reach them.",
        meant,
    )
    notify(request, said % {"count": meant})


def _snippet(address: str) -> str:
    """To be put where the page is to stand."""
    title = _("You asked, we did")
    return (
        f'<iframe src="{address}" title="{title}" loading="lazy" width="100%" height="720"\n'
        '  style="border: 0; color-scheme: normal"></iframe>'
    )
