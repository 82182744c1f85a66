"""Saved segments: as chips above the list of customers, and a page to change one."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from regard.core.edges.pages import (
    StoreRequest,
    add_errors,
    asked_for,
    first_message,
    notify,
    posted,
    store_page,
    warn,
)
from regard.profile.domain.segments.counting import counts_of_segments
from regard.profile.domain.segments.saved import (
    change_segment,
    create_segment,
    delete_segment,
    ready_made_segments,
    segment_for_viewer,
    segments_of,
)
from regard.profile.models import Segment


class SegmentForm(forms.Form):
    name = forms.CharField(label=_lazy("Name"), max_length=100)
    text = forms.CharField(
        label=_lazy("Filter"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"spellcheck": "false", "rows": "3", "class": "code-text"}),
    )


@dataclass(frozen=True)
class Chip:
    """A segment to choose. pk: 0 for ready-made ones."""

    name: str
    text: str
    url: str
    current: bool
    pk: int = 0
    count: str = ""


def chips_for_viewer(request: StoreRequest, *, counted: bool = False) -> list[Chip]:
    """The ready-made segments and then the saved ones; counted: with how many customers each has."""
    told = [(made.name, made.text, 0) for made in ready_made_segments()]
    told += [(saved.name, saved.text, saved.pk) for saved in segments_of(request.store)]
    counts = counts_of_segments(request.store, [text for _name, text, _pk in told]) if counted else {}
    here, chosen = reverse("customers", args=[request.store.slug]), asked_for(request, "segment").strip()
    return [
        Chip(name, text, f"{here}?{urlencode({'segment': text})}", text == chosen, pk, counts.get(text, ""))
        for name, text, pk in told
    ]


@store_page("customers.read")
def segment_chips(request: StoreRequest) -> HttpResponse:
    """The chips with their counts, which are looked up after the page has come."""
    context = {
        "chips": chips_for_viewer(request, counted=True),
        "counted": True,
        "everybody": counts_of_segments(request.store, [""]).get(""),
    }
    return render(request, "profile/_segment_chips.html", context)


@store_page(post="segments.manage")
def new_segment(request: StoreRequest) -> HttpResponse:
    text = posted(request, "text")
    try:
        made = create_segment(
            store=request.store,
            name=posted(request, "name"),
            text=text,
            actor=request.user.email,
        )
    except ValidationError as error:
        warn(request, first_message(error))
        return _to_customers(request, text)
    notify(request, _("“%s” is saved.") % made.name)
    return _to_customers(request, made.text)


@store_page("segments.manage", post="segments.manage")
def segment(request: StoreRequest, segment_id: int) -> HttpResponse:
    saved = _segment(request, segment_id)
    form = SegmentForm(request.POST or None, initial={"name": saved.name, "text": saved.text})
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_segment(saved, **form.cleaned_data, actor=request.user.email)
        except ValidationError as error:
            add_errors(form, error)
        else:
            notify(request, _("“%s” is changed.") % changed.name)
            return _to_customers(request, changed.text)
    here = reverse("customers", args=[request.store.slug])
    context = {
        "segment": saved,
        "form": form,
        "counted": counts_of_segments(request.store, [saved.text]).get(saved.text) or "–",
        "customers_url": f"{here}?{urlencode({'segment': saved.text})}",
    }
    return render(request, "profile/segment.html", context)


@store_page(post="segments.manage")
def remove_segment(request: StoreRequest, segment_id: int) -> HttpResponse:
    """Delete it; to undo that is to save it again."""
    saved = _segment(request, segment_id)
    delete_segment(saved, actor=request.user.email)
    again = reverse("segment_restore", args=[request.store.slug])
    undo = f"{again}?{urlencode({'name': saved.name, 'text': saved.text})}"
    notify(request, _("“%s” is deleted.") % saved.name, undo=undo)
    return redirect("customers", request.store.slug)


@store_page(post="segments.manage")
def restore_segment(request: StoreRequest) -> HttpResponse:
    """Take a deletion back; the address says what the segment was."""
    name, text = asked_for(request, "name"), asked_for(request, "text")
    try:
        create_segment(store=request.store, name=name, text=text, actor=request.user.email)
    except ValidationError as error:
        warn(request, first_message(error))
    else:
        notify(request, _("“%s” is there again.") % name)
    return _to_customers(request, text)


def _segment(request: StoreRequest, segment_id: int) -> Segment:
    try:
        return segment_for_viewer(request.store, segment_id)
    except Segment.DoesNotExist:
        raise Http404 from None


def _to_customers(request: StoreRequest, text: str) -> HttpResponse:
    return redirect(f"{reverse('customers', args=[request.store.slug])}?{urlencode({'segment': text})}")
