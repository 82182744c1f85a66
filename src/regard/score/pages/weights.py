"""The weights of the satisfaction index, among the settings of a store."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from regard.core.edges.pages import StoreRequest, add_errors, lock_fields, notify, store_page
from regard.score.domain.csi.words import LABELS
from regard.score.domain.rules.intent import INPUTS, POINTS_IN_WORDS
from regard.score.domain.tuning import change_weights, weights_in_use


class Weights(forms.Form):
    """A field in percent for each input of the index."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for name, label in LABELS.items():
            self.fields[name] = forms.IntegerField(label=str(label), min_value=0, max_value=100)


@store_page("store.read", post="store.manage")
def score_weights(request: StoreRequest) -> HttpResponse:
    used = weights_in_use(request.store, "csi")
    form = Weights(request.POST or None, initial=used.weights)
    lock_fields(request, form, without="store.manage")
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_weights(request.store, "csi", form.cleaned_data, actor=request.user.email)
        except ValidationError as error:
            add_errors(form, error)
        else:
            if changed.version != used.version:
                notify(request, _("The weights are saved. All customers are computed anew within minutes."))
            return redirect("score_weights", request.store.slug)
    intent = [(label, POINTS_IN_WORDS[name]) for name, label in INPUTS.items()]
    return render(request, "score/weights.html", {"form": form, "used": used, "intent": intent})
