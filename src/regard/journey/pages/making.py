"""New journeys: blank ones, copies of playbooks, and those that come as a text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from regard.core.domain.written.lines import place_problems
from regard.core.domain.written.reading import LONGEST_TEXT, DefinitionInvalid
from regard.core.edges.pages import StoreRequest, asked_for, notify, posted, store_page
from regard.core.models import Store
from regard.journey.domain.definition.parts import Definition, HandStart
from regard.journey.domain.journeys import export_journey, import_journey, save_journey
from regard.journey.domain.playbooks import shipped_playbooks
from regard.journey.domain.queries import journeys_for_viewer
from regard.journey.models import Journey
from regard.journey.pages.asked import edit_address, journey_asked

BLANK = ""
LONGEST_KEY = 60


class NewJourneyForm(forms.Form):
    """A name, and what to begin with: nothing, or the key of a playbook."""

    name = forms.CharField(label=_lazy("Name"), max_length=200, widget=forms.TextInput({"autofocus": True}))
    of = forms.ChoiceField(label=_lazy("Begin with"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        blank = (BLANK, _("nothing: a blank journey"))
        told = [(one.key, one.name) for one in shipped_playbooks().values()]
        self.fields["of"].choices = [blank, *told]  # type: ignore[attr-defined]


@store_page("journeys.manage", post="journeys.manage")
def new(request: StoreRequest) -> HttpResponse:
    form = NewJourneyForm(request.POST or None, initial={"of": asked_for(request, "of")})
    if request.method == "POST" and form.is_valid():
        made = _make(request, form.cleaned_data["name"], form.cleaned_data["of"])
        return redirect(edit_address(request, made))
    return render(request, "journey/new.html", {"form": form})


def _make(request: StoreRequest, name: str, playbook: str) -> Journey:
    key = free_key(request.store, name)
    blank = Definition(key=key, name=name, start=HandStart(), steps=())
    if playbook:
        blank = replace(shipped_playbooks()[playbook], key=key, name=name, is_playbook=False)
    return save_journey(request.store, blank, actor=request.user.email)


def free_key(store: Store, name: str) -> str:
    """A key made of the name that no journey of the store has yet."""
    made = slugify(name)[: LONGEST_KEY - 4].strip("-_").replace("_", "-") or "journey"
    taken = {journey.key for journey in journeys_for_viewer(store)}
    numbered = (made if number == 1 else f"{made}-{number}" for number in range(1, len(taken) + 2))
    return next(key for key in numbered if key not in taken)


@store_page("journeys.manage", post="journeys.manage")
def import_text(request: StoreRequest) -> HttpResponse:
    """A journey from a text in YAML: a new one, or a new version of the one with its key."""
    text, problems = "", []
    if request.method == "POST":
        text = _sent_text(request)
        try:
            made = import_journey(request.store, text, actor=request.user.email)
        except DefinitionInvalid as error:
            problems = place_problems(text, error.problems)
        else:
            notify(request, _("“%s” is saved.") % made.name)
            return redirect("journey", request.store.slug, made.pk)
    of = asked_for(request, "of")
    known = journey_asked(request, int(of)) if of.isascii() and of.isdigit() and len(of) < 19 else None
    context = {
        "text": text or (export_journey(known) if known else ""),
        "problems": problems,
        "back": reverse("journey_text", args=[request.store.slug, known.pk])
        if known
        else reverse("journeys", args=[request.store.slug]),
        "back_label": known.name if known else _("Journeys"),
    }
    return render(request, "journey/import.html", context)


def _sent_text(request: StoreRequest) -> str:
    """Of the file if there is one, else of the field."""
    file = request.FILES.get("file")
    if file is None:
        return posted(request, "text").replace("\r\n", "\n")
    return str(file.read(LONGEST_TEXT * 4).decode(errors="replace")).replace("\0", "")
