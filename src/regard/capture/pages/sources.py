"""Where events come from, and the keys that let them in."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from regard.capture.domain.examples import curl_call, snippet_tag
from regard.capture.domain.sources import (
    DEFAULT_EVENTS_PER_SECOND,
    create_source,
    create_write_key,
    revoke_write_key,
    source_of,
    sources_of,
    token_of,
    with_living_keys,
    write_key_of,
    write_keys_of,
)
from regard.capture.models import Source, WriteKey
from regard.core.domain.permissions import role_allows
from regard.core.edges.keyset import CursorInvalid, keyset_page
from regard.core.edges.pages import StoreRequest, add_errors, asked_for, notify, store_page

ROWS = 50


class NewSource(forms.Form):
    name = forms.CharField(
        label=_lazy("Name"), max_length=100, help_text=_lazy("Such as “web shop”, “app” or “warehouse”.")
    )


class NewWriteKey(forms.Form):
    events_per_second = forms.IntegerField(
        label=_lazy("Events a second"),
        min_value=1,
        max_value=1_000_000,
        initial=DEFAULT_EVENTS_PER_SECOND,
        help_text=_lazy("More than that is refused, and the sender is told to try again later."),
    )


@store_page("sources.read")
def sources(request: StoreRequest) -> HttpResponse:
    cursor = asked_for(request, "cursor")
    try:
        page = keyset_page(
            with_living_keys(sources_of(request.store)), order=["name"], cursor=cursor, limit=ROWS
        )
    except CursorInvalid:
        return redirect(request.path)
    return render(request, "capture/sources.html", {"page": page, "cursor": cursor})


@store_page("sources.manage", post="sources.manage")
def new(request: StoreRequest) -> HttpResponse:
    form = NewSource(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_source(store=request.store, **form.cleaned_data, actor=request.user.email)
            create_write_key(source=made, actor=request.user.email)
            notify(request, _("The source is ready. Send it its first event."))
            return redirect("source", request.store.slug, made.pk)
        except ValidationError as error:
            add_errors(form, error)
    return render(request, "capture/source_new.html", {"form": form})


@store_page("sources.read")
def source(request: StoreRequest, source_id: int) -> HttpResponse:
    found = _source(request, source_id)
    keys = list(write_keys_of(found))
    living = next((key for key in keys if key.revoked_at is None), None)
    # Who may only read learns which keys there are, not what they say.
    context = {"source": found, "keys": keys, "form": NewWriteKey()}
    if living is not None and role_allows(request.member.role, "sources.manage"):
        token = token_of(living)
        context |= {"snippet": snippet_tag(token), "curl": curl_call(token)}
    return render(request, "capture/source.html", context)


@store_page(post="sources.manage")
def new_key(request: StoreRequest, source_id: int) -> HttpResponse:
    found = _source(request, source_id)
    form = NewWriteKey(request.POST)
    if not form.is_valid():
        context = {"source": found, "keys": write_keys_of(found), "form": form}
        return render(request, "capture/source.html", context)
    create_write_key(source=found, actor=request.user.email, **form.cleaned_data)
    notify(request, _("There is a new write key. The older ones work on until you revoke them."))
    return redirect("source", request.store.slug, found.pk)


@store_page("sources.manage", post="sources.manage")
def revoke_key(request: StoreRequest, key_id: int) -> HttpResponse:
    try:
        key = write_key_of(request.store, key_id)
    except WriteKey.DoesNotExist:
        raise Http404 from None
    if request.method != "POST":
        return render(request, "capture/write_key_revoke.html", {"key": key})
    revoke_write_key(key, actor=request.user.email)
    notify(request, _("The write key stops working within seconds."))
    return redirect("source", request.store.slug, key.source_id)


def _source(request: StoreRequest, source_id: int) -> Source:
    try:
        return source_of(request.store, source_id)
    except Source.DoesNotExist:
        raise Http404 from None
