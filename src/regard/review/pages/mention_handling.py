"""What people do with mentions, one by one or many at once."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regard.core.edges.pages import StoreRequest, first_message, notify, posted, store_page, warn
from regard.review.domain.mention_handling import (
    finish_mentions,
    hand_on,
    note_reply,
    reopen_mentions,
)
from regard.review.domain.mention_queries import mentions_named
from regard.review.models import Mention
from regard.review.pages.mentions import ROWS, known_mention, own_path

HANDLE = "reviews.handle"


@store_page(post=HANDLE)
def finish(request: StoreRequest, mention_id: int) -> HttpResponse:
    return _finish(request, [known_mention(request, mention_id).mention])


@store_page(post=HANDLE)
def finish_selected(request: StoreRequest) -> HttpResponse:
    return _finish(request, _selected(request, request.POST))


@store_page(post=HANDLE)
def reopen(request: StoreRequest, mention_id: int) -> HttpResponse:
    return _reopen(request, [known_mention(request, mention_id).mention])


@store_page(post=HANDLE)
def reopen_selected(request: StoreRequest) -> HttpResponse:
    """Take back that mentions were seen to; the address names them."""
    return _reopen(request, _selected(request, request.GET))


@store_page(post=HANDLE)
def reply(request: StoreRequest, mention_id: int) -> HttpResponse:
    mention = known_mention(request, mention_id).mention
    try:
        note_reply(mention, url=posted(request, "url"), actor=request.user.email)
    except Mention.DoesNotExist:
        raise Http404 from None
    except ValidationError as error:
        warn(request, first_message(error))
    else:
        notify(request, _("The answer is noted."))
    return _back(request)


@store_page(post="tasks.handle")
def task(request: StoreRequest, mention_id: int) -> HttpResponse:
    mention = known_mention(request, mention_id).mention
    try:
        made = hand_on(mention, title=posted(request, "title"), actor=request.user.email)
    except Mention.DoesNotExist:
        raise Http404 from None
    except ValidationError as error:
        warn(request, first_message(error))
        return _back(request)
    notify(request, _("The task is made."))
    came_from = own_path(posted(request, "next"))
    if came_from and came_from != reverse("mention", args=[request.store.slug, mention_id]):
        return redirect(came_from)
    return redirect("task", request.store.slug, made.pk)


def _finish(request: StoreRequest, mentions: Sequence[Mention]) -> HttpResponse:
    done = finish_mentions(mentions, actor=request.user.email)
    if done:
        text = ngettext("%d mention is done.", "%d mentions are done.", len(done))
        named = urlencode({"selected": [mention.pk for mention in done]}, doseq=True)
        undo = f"{reverse('mentions_reopen', args=[request.store.slug])}?{named}"
        notify(request, text % len(done), undo=undo)
    return _back(request)


def _reopen(request: StoreRequest, mentions: Sequence[Mention]) -> HttpResponse:
    opened = reopen_mentions(mentions, actor=request.user.email)
    if opened:
        text = ngettext("%d mention is open again.", "%d mentions are open again.", len(opened))
        notify(request, text % len(opened))
    return _back(request)


def _selected(request: StoreRequest, values: QueryDict) -> list[Mention]:
    named = [value for value in values.getlist("selected") if value.isascii() and value.isdigit()]
    return mentions_named(request.store, [int(value) for value in named[:ROWS] if len(value) < 19])


def _back(request: StoreRequest) -> HttpResponse:
    """To where the button was pressed: the list in its state, with the row in focus that followed, or a mention's
    page."""
    address = own_path(posted(request, "next")) or reverse("mentions", args=[request.store.slug])
    then = request.GET.get("then", "")
    return redirect(f"{address}#mention-{then}" if then.isascii() and then.isdigit() else address)
