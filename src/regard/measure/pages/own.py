"""A store's own target and baseline of a metric, and which definitions it means."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from regard.core.edges.pages import StoreRequest, first_message, lock_fields, notify, store_page, warn
from regard.core.models import Store
from regard.core.money import MoneyError, to_major, to_minor
from regard.measure.domain.baselines import choose_baseline
from regard.measure.domain.catalogue import CATALOGUE
from regard.measure.domain.definitions import choosable_metrics, choose_definitions, waiting_definitions
from regard.measure.domain.metric import Metric
from regard.measure.domain.own import STANDARD, own_metrics
from regard.measure.domain.targets import reset_target, set_target
from regard.ui.date_range import asked_day


class OwnTarget(forms.Form):
    bound = forms.ChoiceField(
        label=_lazy("Good is"), choices=[("least", _lazy("at least")), ("most", _lazy("at most"))]
    )
    value = forms.FloatField(label=_lazy("Target"), localize=True)


def target_of(store: Store, metric: Metric) -> dict[str, Any]:
    """As the form shows it: money in its major unit."""
    if metric.target is None:
        return {"bound": "most" if metric.direction == "down" else "least"}
    is_money = metric.unit == "money"
    value = to_major(int(metric.target.value), store.currency) if is_money else metric.target.value
    return {"bound": metric.target.bound, "value": value}


@store_page(post="metrics.manage")
def change_target(request: StoreRequest, metric_id: str) -> HttpResponse:
    """Set the target, or take it back where `reset` is sent."""
    store, actor = request.store, request.user.email
    name = _name(request, metric_id)
    try:
        if request.POST.get("reset"):
            reset_target(store=store, name=name, actor=actor)
            notify(request, _("The target of the catalogue holds again."))
        else:
            _set(request, name)
            notify(request, _("The target is saved."))
    except ValidationError as error:
        warn(request, first_message(error))
    return redirect("metric", store.slug, metric_id)


def _set(request: StoreRequest, name: str) -> None:
    """Raises ValidationError."""
    form, store = OwnTarget(request.POST), request.store
    if not form.is_valid():
        raise ValidationError({"value": _("Give the target as a number.")})
    value, metric = form.cleaned_data["value"], own_metrics(store).named(name).metric
    if metric.unit == "money":
        try:
            value = float(to_minor(value, store.currency))
        except MoneyError as error:
            raise ValidationError({"value": str(error)}) from error
    set_target(
        store=store, name=name, bound=form.cleaned_data["bound"], value=value, actor=request.user.email
    )


@store_page(post="metrics.manage")
def change_baseline(request: StoreRequest, metric_id: str) -> HttpResponse:
    month = asked_day(f"{request.POST.get('month', '')}-01")
    try:
        if month is None:
            raise ValidationError({"month": _("Give a month, such as 2026-01.")})
        name = _name(request, metric_id)
        own = choose_baseline(store=request.store, name=name, month=month, actor=request.user.email)
        kept = own.baseline.first if own.baseline else month
        notify(request, _("It is compared with %s now.") % month_text(kept))
    except ValidationError as error:
        warn(request, first_message(error))
    return redirect("metric", request.store.slug, metric_id)


def month_text(day: date) -> str:
    return date_format(day, "F Y")


def _name(request: StoreRequest, metric_id: str) -> str:
    variant = request.POST.get("variant", "").replace("\0", "")
    return f"{metric_id}:{variant}" if variant else metric_id


class Definitions(forms.Form):
    """A field for each metric with several definitions; one that is not sent stays as it is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for metric in choosable_metrics():
            choices = [(STANDARD, _(metric.formula))]
            choices += [(name, _(variant.formula)) for name, variant in metric.ready_variants.items()]
            self.fields[metric.id] = forms.ChoiceField(
                label=_(metric.name), choices=choices, widget=forms.RadioSelect, required=False
            )


@store_page("store.read", post="metrics.manage")
def definitions(request: StoreRequest) -> HttpResponse:
    store = request.store
    own = own_metrics(store)
    means = {metric.id: own.variant_of(CATALOGUE[metric.id]) or STANDARD for metric in choosable_metrics()}
    form = Definitions(request.POST or None, initial=means)
    lock_fields(request, form, without="metrics.manage")
    if request.method == "POST" and form.is_valid():
        chosen = {name: variant for name, variant in form.cleaned_data.items() if variant}
        choose_definitions(store=store, chosen=chosen, actor=request.user.email)
        notify(request, _("The definitions are saved; figures follow at once."))
        return redirect("definitions", store.slug)
    return render(request, "measure/definitions.html", {"form": form, "waiting": waiting_definitions()})
