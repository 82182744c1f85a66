"""The list of prompts with what came of them, what to put into the shop, and making new ones."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from regard.core.edges.pages import (
    StoreRequest,
    add_errors,
    first_message,
    lock_fields,
    notify,
    posted,
    store_page,
    warn,
)
from regard.serve.domain.beginnings import BEGINNINGS, take_beginning
from regard.serve.domain.prompts import create_prompt
from regard.serve.domain.queries import figures_of, prompts_for_viewer
from regard.serve.domain.terms import PromptTerms
from regard.serve.domain.window import set_window, window_of
from regard.serve.models import Kind
from regard.serve.pages.asked import where_and_when
from regard.serve.pages.public import script_address


class ShopForm(forms.Form):
    sites = forms.CharField(
        label=_lazy("Sites of your shop"), required=False,
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
        help_text=_lazy("One a line, such as https://shop.example.com. Only there may a frame show a survey."),
    )  # fmt: skip
    pause_minutes = forms.IntegerField(
        label=_lazy("Minutes between any two prompts"), min_value=0,
        help_text=_lazy("In the same browser. Two never appear at once."),
    )  # fmt: skip


@store_page("surveys.read")
def prompts(request: StoreRequest) -> HttpResponse:
    rows = prompts_for_viewer(request.store)
    figures = figures_of(request.store, rows)
    window = window_of(request.store)
    context = {
        "rows": [(each, where_and_when(each), figures[each.pk]) for each in rows],
        "headings": _headings(),
        "tag": _tag(window.token) if window else "",
        "sites": window.sites if window else [],
    }
    return render(request, "serve/prompts.html", context)


@store_page("surveys.read", post="surveys.manage")
def shop(request: StoreRequest) -> HttpResponse:
    """What holds for the whole shop."""
    window = window_of(request.store)
    held = {
        "sites": "\n".join(window.sites) if window else "",
        "pause_minutes": window.pause_minutes if window else 10,
    }
    form = ShopForm(request.POST or None, initial=held)
    lock_fields(request, form, without="surveys.manage")
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            set_window(
                request.store, sites=told["sites"].splitlines(), pause_minutes=told["pause_minutes"],
                actor=request.user.email,
            )  # fmt: skip
        except ValidationError as error:
            add_errors(form, error)
        else:
            notify(request, _("Saved. Visitors have it within a minute."))
            return redirect("prompts", request.store.slug)
    return render(request, "serve/shop.html", {"form": form, "tag": _tag(window.token) if window else ""})


@store_page("surveys.manage", post="surveys.manage")
def new(request: StoreRequest) -> HttpResponse:
    """What to begin with."""
    if request.method != "POST":
        return render(request, "serve/new.html", {"beginnings": BEGINNINGS})
    of, actor = posted(request, "of"), request.user.email
    try:
        if of:
            made = take_beginning(request.store, of, actor=actor)
        else:
            texts = {request.store.language: {"title": _("What visitors read first")}}
            terms = PromptTerms(name=_("New prompt"), kind=Kind.MESSAGE.value, texts=texts)
            made = create_prompt(request.store, terms, actor=actor)
    except KeyError:
        raise Http404 from None
    except ValidationError as error:
        warn(request, first_message(error))
        return redirect("prompts", request.store.slug)
    return redirect("prompt_edit", request.store.slug, made.pk)


def _tag(token: str) -> str:
    return f'<script async src="{script_address(token)}"></script>'


def _headings() -> list[dict[str, str]]:
    return [
        {"label": _("Prompt")},
        {"label": _("State")},
        {"label": _("Shown"), "css": "number"},
        {"label": _("Followed"), "css": "number"},
        {"label": _("Dismissed"), "css": "number wide-only"},
    ]
