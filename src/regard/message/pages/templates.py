"""Templates: the list, a new one, and those that come along."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, add_errors, asked_for, notify, store_page
from regard.message.domain.starters import add_starters, missing_starters
from regard.message.domain.templates import (
    TemplateDefinition,
    create_template,
    templates_for_viewer,
)
from regard.message.domain.texts import LANGUAGES, Text
from regard.message.models import PURPOSES, TemplateChannel
from regard.ui.filters import Filter, chosen_of

ROWS = 50
ARCHIVED = "archived"


class NewTemplate(forms.Form):
    name = forms.CharField(label=_lazy("Name"), max_length=200)
    key = forms.CharField(
        label=_lazy("Short name"), max_length=60, required=False,
        help_text=_lazy("By which journeys name it. Empty: made of the name."),
    )  # fmt: skip
    channel = forms.ChoiceField(label=_lazy("Channel"), choices=TemplateChannel.choices)
    purpose = forms.ChoiceField(
        label=_lazy("What it is for"), choices=PURPOSES,
        help_text=_lazy("Marketing goes only to those who agreed, and tells how to have no more of it."),
    )  # fmt: skip

    def definition(self, language: str) -> TemplateDefinition:
        told = self.cleaned_data
        key = told["key"] or slugify(told["name"])[:60]
        body = () if told["channel"] == TemplateChannel.EMAIL else ""
        texts = {language: Text(body=body)}
        return TemplateDefinition(key, told["name"], told["channel"], told["purpose"], texts)


@store_page("messages.read")
def templates(request: StoreRequest) -> HttpResponse:
    text = asked_for(request, "q").strip()
    channel, purpose = (asked_for(request, name) for name in ("channel", "purpose"))
    channel = channel if channel in TemplateChannel.values else ""
    purpose = purpose if purpose in dict(PURPOSES) else ""
    is_archived = asked_for(request, "state") == ARCHIVED
    cursor = request.GET.get("cursor", "")
    try:
        page = templates_for_viewer(
            store=request.store, text=text, channel=channel, purpose=purpose, is_archived=is_archived,
            cursor=cursor, limit=ROWS,
        )  # fmt: skip
    except CursorInvalid:
        return redirect(request.path)
    filters = [
        Filter("channel", _("Channel"), _named(TemplateChannel.choices), channel),
        Filter("purpose", _("What it is for"), _named(PURPOSES), purpose),
        _state(is_archived=is_archived),
    ]
    context = {
        "rows": page.rows,
        "filters": filters,
        "chosen": chosen_of(request.GET, filters),
        "search": text,
        "missing": missing_starters(request.store),
        "headings": _headings(),
        "cursor": cursor,
        "next_cursor": page.next_cursor,
    }
    return render(request, "message/templates.html", context)


@store_page("messages.write", post="messages.write")
def new_template(request: StoreRequest) -> HttpResponse:
    form = NewTemplate(request.POST or None)
    if request.method == "POST" and form.is_valid():
        language = request.store.language if request.store.language in LANGUAGES else "en"
        try:
            made = create_template(request.store, form.definition(language), actor=request.user.email)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect("template", request.store.slug, made.pk)
    return render(request, "message/template_new.html", {"form": form})


@store_page(post="messages.write")
def add(request: StoreRequest) -> HttpResponse:
    """Add the templates that come along and that the store has not."""
    count = add_starters(request.store, request.user.email)
    text = ngettext("%d template is added.", "%d templates are added.", count)
    notify(request, text % count)
    return redirect("templates", request.store.slug)


def _state(*, is_archived: bool) -> Filter:
    choices = [("", _("In use")), (ARCHIVED, _("Archived"))]
    return Filter("state", _("State"), choices, ARCHIVED if is_archived else "", always=True)


def _named(choices: Iterable[tuple[Any, Any]]) -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in choices]


def _headings() -> list[dict[str, str | bool]]:
    return [
        {"label": _("Template")},
        {"label": _("Channel"), "css": "tight"},
        {"label": _("What it is for"), "css": "tight wide-only"},
        {"label": _("Languages"), "css": "tight wide-only"},
        {"label": _("Version"), "css": "tight number wide-only"},
        {"label": _("Changed"), "css": "tight wide-only"},
    ]
