"""New surveys: blank ones, copies of those that ship or that the store has, and those that come as a text."""

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
from regard.core.languages import page_language
from regard.core.models import Store
from regard.survey.domain.definition.parts import Definition
from regard.survey.domain.queries import keys_of_surveys
from regard.survey.domain.shipped import shipped_surveys
from regard.survey.domain.surveys import copy_survey, draft_of, export_survey, import_survey, save_draft
from regard.survey.models import Survey
from regard.survey.pages.asked import edit_address, survey_asked

LONGEST_KEY = 60


class NewSurveyForm(forms.Form):
    """A name, and what to begin with: nothing, or the key of a survey that ships."""

    name = forms.CharField(label=_lazy("Name"), max_length=200, widget=forms.TextInput({"autofocus": True}))
    of = forms.ChoiceField(label=_lazy("Begin with"), required=False)

    def __init__(self, *args: Any, store: Store, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shipped = shipped_surveys(page_language(store.language))
        told = [(key, one.definition.name) for key, one in shipped.items()]
        self.fields["of"].choices = [("", _("nothing: a blank survey")), *told]  # type: ignore[attr-defined]


@store_page("surveys.manage", post="surveys.manage")
def new(request: StoreRequest) -> HttpResponse:
    form = NewSurveyForm(request.POST or None, initial={"of": asked_for(request, "of")}, store=request.store)
    if request.method == "POST" and form.is_valid():
        made = _make(request, form.cleaned_data["name"], form.cleaned_data["of"])
        return redirect(edit_address(request, made))
    return render(request, "survey/new.html", {"form": form})


def _make(request: StoreRequest, name: str, of: str) -> Survey:
    key, language = free_key(request.store, name), request.store.language
    made = Definition(key=key, name=name, languages=(language,), title={language: name}, questions=())
    if of:
        made = replace(shipped_surveys(page_language(language))[of].definition, key=key, name=name)
    return save_draft(request.store, made, actor=request.user.email)


def free_key(store: Store, name: str) -> str:
    """A key made of the name that no survey of the store has yet."""
    made = slugify(name)[: LONGEST_KEY - 4].strip("-_").replace("_", "-") or "survey"
    taken = keys_of_surveys(store)
    numbered = (made if number == 1 else f"{made}-{number}" for number in range(1, len(taken) + 2))
    return next(key for key in numbered if key not in taken)


@store_page(post="surveys.manage")
def copy(request: StoreRequest, survey_id: int) -> HttpResponse:
    found = survey_asked(request, survey_id)
    name = (_("Copy of %s") % found.name)[:200]
    made = copy_survey(found, key=free_key(request.store, name), name=name, actor=request.user.email)
    notify(request, _("“%s” is a draft of its own.") % made.name)
    return redirect(edit_address(request, made))


@store_page("surveys.manage", post="surveys.manage")
def import_text(request: StoreRequest) -> HttpResponse:
    """A survey from a text in YAML: a new one, or the draft of the one with its key."""
    text, problems = "", []
    if request.method == "POST":
        text = _sent_text(request)
        try:
            made = import_survey(request.store, text, actor=request.user.email)
        except DefinitionInvalid as error:
            problems = place_problems(text, error.problems)
        else:
            notify(request, _("“%s” is saved.") % made.name)
            return redirect("survey", request.store.slug, made.pk)
    of = asked_for(request, "of")
    known = survey_asked(request, int(of)) if of.isascii() and of.isdigit() and len(of) < 19 else None
    context = {
        "text": text or (export_survey(known) if known else ""),
        "problems": problems,
        "back": reverse("survey_text", args=[request.store.slug, known.pk])
        if known
        else reverse("surveys", args=[request.store.slug]),
        "back_label": draft_of(known).name if known else _("Surveys"),
    }
    return render(request, "survey/import.html", context)


def _sent_text(request: StoreRequest) -> str:
    """Of the file if there is one, else of the field."""
    file = request.FILES.get("file")
    if file is None:
        return posted(request, "text").replace("\r\n", "\n")
    return str(file.read(LONGEST_TEXT * 4).decode(errors="replace")).replace("\0", "")
