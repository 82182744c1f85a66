"""What is done to many chosen customers at once."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext

from regard.core.edges.pages import StoreRequest, asked_for, first_message, notify, posted, store_page, warn
from regard.profile.domain.tags import tag_customers, untag_customers
from regard.profile.pages.customers import customers_url, selected_ids


@store_page(post="customers.change")
def tag_selected(request: StoreRequest) -> HttpResponse:
    return _change_tags(request, adding=True)


@store_page(post="customers.change")
def untag_selected(request: StoreRequest) -> HttpResponse:
    return _change_tags(request, adding=False)


def _change_tags(request: StoreRequest, *, adding: bool) -> HttpResponse:
    """Put a tag to the chosen or take it from them; the toast takes it back."""
    chosen = selected_ids(request.POST) or selected_ids(request.GET)
    tag = posted(request, "tag") or asked_for(request, "tag")
    change = tag_customers if adding else untag_customers
    try:
        changed = change(request.store, chosen, tag, actor=request.user.email)
    except ValidationError as error:
        warn(request, first_message(error))
    else:
        opposite = reverse("customers_untag" if adding else "customers_tag", args=[request.store.slug])
        undo = f"{opposite}?{urlencode({'tag': tag, 'selected': changed}, doseq=True)}" if changed else ""
        notify(request, _told(len(changed), tag, adding=adding), undo=undo)
    return redirect(customers_url(request, posted(request, "came_from")))


def _told(changed: int, tag: str, *, adding: bool) -> str:
    if adding:
        text = ngettext("%(count)d customer is tagged.", "%(count)d customers are tagged.", changed)
    else:
        text = ngettext("%(count)d customer is untagged.", "%(count)d customers are untagged.", changed)
    return f"“{tag}”: {text % {'count': changed}}"
