"""How often customers are asked, as settings."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from regard.core.edges.pages import StoreRequest, add_errors, lock_fields, notify, store_page
from regard.survey.domain.asking.rules import FIELDS, asking_rules, change_asking_rules
from regard.survey.pages.surveys import OFTEN, survey_tabs


class Rules(forms.Form):
    most_in_short = forms.IntegerField(
        label=_lazy("Surveys in a short time, at the most"),
        min_value=1,
        max_value=100,
        help_text=_lazy("Whoever was asked so many is not asked again until that time is over."),
    )
    short_days = forms.IntegerField(
        label=_lazy("The short time, in days"),
        min_value=0,
        max_value=365,
        help_text=_lazy("0: this limit does not hold."),
    )
    most_in_long = forms.IntegerField(
        label=_lazy("Surveys in a longer time, at the most"), min_value=1, max_value=100
    )
    long_days = forms.IntegerField(
        label=_lazy("The longer time, in days"),
        min_value=0,
        max_value=365,
        help_text=_lazy("0: this limit does not hold."),
    )


@store_page("surveys.read", post="surveys.manage")
def how_often(request: StoreRequest) -> HttpResponse:
    rules = asking_rules(request.store)
    form = Rules(request.POST or None, initial={name: getattr(rules, name) for name in FIELDS})
    lock_fields(request, form, without="surveys.manage")
    if request.method == "POST" and form.is_valid():
        try:
            change_asking_rules(request.store, **form.cleaned_data, actor=request.user.email)
            notify(request, _("Saved. It holds for whatever is asked from now on."))
            return redirect("survey_how_often", request.store.slug)
        except ValidationError as error:
            add_errors(form, error)
    return render(request, "survey/how_often.html", {"form": form, "tabs": survey_tabs(request, OFTEN)})
