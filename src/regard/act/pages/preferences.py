"""Public pages: ending marketing, and saying what is wanted of it. Without sign-in, JavaScript or cookies."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from regard.act.domain.preferences import (
    Preferences,
    allow_channels,
    preferences_of,
    reachable_channels,
    refuse_all_marketing,
    tell_preferences,
    unsubscribe,
)
from regard.act.domain.public_links import LinkHolder, LinkInvalid, holder_of, preferences_url
from regard.act.domain.topics import refusable_topics
from regard.core.languages import page_language
from regard.profile.domain.languages import languages_of
from regard.profile.models import Identity

HolderView = Callable[[HttpRequest, LinkHolder], HttpResponse]


class ForSomebody(Protocol):
    @property
    def identity(self) -> Identity: ...


T = TypeVar("T", bound=ForSomebody)


def public_page(
    view: Callable[[HttpRequest, T], HttpResponse], read: Callable[[str], T]
) -> Callable[[HttpRequest, str], HttpResponse]:
    """A page for whoever has the link, in the customer's language. read: what the link says; raises LinkInvalid.

    No cookie is asked for: mail programs that unsubscribe with one click have none (RFC 8058), and who knows the
    link may do what it is for.
    """

    @csrf_exempt
    @login_not_required
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        if request.method not in {"GET", "HEAD", "POST"}:
            return HttpResponseNotAllowed(["GET", "POST"])
        try:
            holder = read(token)
        except LinkInvalid:
            return show_public(request, "act/public/invalid.html", {}, status=410)
        spoken = languages_of(holder.identity.customer.attributes)
        with translation.override(page_language(*spoken, holder.identity.store.language)):
            return view(request, holder)

    return guarded


def _for_holder(view: HolderView) -> Callable[[HttpRequest, str], HttpResponse]:
    return public_page(view, holder_of)


@_for_holder
def end_marketing(request: HttpRequest, holder: LinkHolder) -> HttpResponse:
    """GET asks, since programs that look into mails follow every link; POST ends it."""
    topics = {topic.key: topic.label for topic in refusable_topics(holder.identity.store)}
    context = {"topic": topics.get(holder.topic, holder.topic), "is_done": request.method == "POST"}
    if request.method == "POST":
        if request.POST.get("all"):
            refuse_all_marketing(holder.identity)
            context["topic"] = ""
        else:
            unsubscribe(holder.identity, channel=holder.channel, topic=holder.topic)
    return show_public(request, "act/public/unsubscribe.html", _with_store(holder, context))


@_for_holder
def preferences(request: HttpRequest, holder: LinkHolder) -> HttpResponse:
    """What they want of marketing."""
    identity = holder.identity
    if request.method == "POST":
        _save(request, holder)
        return redirect(f"{request.path}?saved=1")
    held = preferences_of(identity.store, [identity.customer_id]).get(identity.customer_id, Preferences())
    context = {
        "channels": reachable_channels(identity),
        "topics": [
            (topic, topic.key not in held.refused_topics) for topic in refusable_topics(identity.store)
        ],
        "wants_less": held.wants_less,
        "is_saved": "saved" in request.GET,
    }
    return show_public(request, "act/public/preferences.html", _with_store(holder, context))


def _save(request: HttpRequest, holder: LinkHolder) -> None:
    identity = holder.identity
    if request.POST.get("all"):
        refuse_all_marketing(identity)
        return
    shown_topics = {topic.key for topic in refusable_topics(identity.store)}
    held = preferences_of(identity.store, [identity.customer_id]).get(identity.customer_id, Preferences())
    tell_preferences(
        identity,
        # What was refused of topics that the store has no more stays so: it may have them again.
        refused_topics=(held.refused_topics | shown_topics) - set(request.POST.getlist("topic")),
        wants_less=bool(request.POST.get("less")),
    )
    shown = [state.channel for state in reachable_channels(identity)]
    allow_channels(identity, channels=request.POST.getlist("channel"), among=shown)


def _with_store(holder: LinkHolder, context: dict[str, Any]) -> dict[str, Any]:
    shop = holder.identity.store
    link = preferences_url(shop, holder.identity.pk, channel=holder.channel)
    return {"shop": shop, "preferences_url": link, **context}


def show_public(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page for a store's customers, with its style in it and nothing
    else, which the policy holds it to."""
    nonce = secrets.token_urlsafe(12)
    response = render(request, template, {"nonce": nonce, **context}, status=status)
    response["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
