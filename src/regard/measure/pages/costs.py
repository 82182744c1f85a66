"""What the store spends, by month: a table, a form for a month, and a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from regard.core.edges.pages import StoreRequest, add_errors, asked_for, notify, posted, store_page
from regard.core.money import MoneyError, minor_digits, money_text, to_major, to_minor
from regard.measure.domain.cost_file import ImportedCosts, import_costs, month_of
from regard.measure.domain.costs import CostEntry, costs_for_viewer, tell_costs
from regard.measure.models import Cost, CostKind
from regard.measure.pages.own import month_text

MOST_REJECTS = 20  # that are shown; a file with more is wrong in some other way


class MonthForm(forms.Form):
    """A field for each kind. opened: the month whose costs stood in the fields when the page was shown, so that a
    field that was emptied takes its cost away, and one that was empty leaves what another told meanwhile."""

    month = forms.CharField(
        label=_lazy("Month"),
        max_length=10,
        widget=forms.TextInput({"type": "month", "placeholder": "2026-01"}),
    )
    opened = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, currency: str, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for kind in CostKind:
            self.fields[kind.value] = forms.DecimalField(
                label=str(kind.label), required=False, min_value=0, localize=True,
                decimal_places=minor_digits(currency), max_digits=15,
            )  # fmt: skip


class FileForm(forms.Form):
    file = forms.FileField(
        label=_lazy("File"),
        help_text=_lazy("CSV with the heading month,kind,amount; a line is like 2026-01,marketing,1200.50."),
    )


@dataclass(frozen=True)
class MonthLine:
    """cells: an amount for each kind, empty where none is told."""

    month: str
    name: str
    cells: Sequence[str]
    total: str


@store_page("metrics.read", post="metrics.manage")
def costs(request: StoreRequest) -> HttpResponse:
    form, imported = _month_form(request), None
    file_form = FileForm(request.POST, request.FILES) if "import" in request.POST else FileForm()
    if request.method == "POST":
        if "import" in request.POST:
            imported = _import(request, file_form)
        elif form.is_valid() and _tell(request, form):
            return redirect("costs", request.store.slug)
    context = {
        "form": form,
        "file_form": file_form,
        "imported": imported,
        "rejected": imported.rejected[:MOST_REJECTS] if imported else (),
        "kinds": [kind.label for kind in CostKind],
        "lines": _lines(costs_for_viewer(request.store)),
    }
    return render(request, "measure/costs.html", context)


def _month_form(request: StoreRequest) -> MonthForm:
    currency = request.store.currency
    if request.method == "POST" and "import" not in request.POST:
        return MonthForm(request.POST, currency=currency)
    month = asked_for(request, "month")
    told = [cost for cost in costs_for_viewer(request.store) if f"{cost.month:%Y-%m}" == month]
    amounts = {cost.kind: to_major(cost.amount_minor, cost.currency) for cost in told}
    shown = {"month": month, "opened": month} if told else {}
    return MonthForm(initial={**shown, **amounts}, currency=currency)


def _tell(request: StoreRequest, form: MonthForm) -> bool:
    """Whether it could be kept; if not, the form says why."""
    store = request.store
    try:
        month = month_of(form.cleaned_data["month"])
        entries = [] if posted(request, "remove") else _entries(form, month, store.currency)
        if posted(request, "remove"):
            entries = [CostEntry(month, kind, None) for kind in CostKind.values]
        tell_costs(store=store, entries=entries, actor=request.user.email)
    except ValidationError as error:
        add_errors(form, error)
        return False
    notify(request, _("The costs of %s are saved; figures follow within a minute.") % month_text(month))
    return True


def _entries(form: MonthForm, month: date, currency: str) -> list[CostEntry]:
    was_open = form.cleaned_data["opened"] == f"{month:%Y-%m}"
    entries = []
    for kind in CostKind.values:
        amount = form.cleaned_data[kind]
        try:
            minor = None if amount is None else to_minor(amount, currency)
        except MoneyError as error:
            raise ValidationError({kind: str(error)}) from error
        if minor is not None or was_open:
            entries.append(CostEntry(month, kind, minor))
    return entries


def _import(request: StoreRequest, form: FileForm) -> ImportedCosts | None:
    if not form.is_valid():
        return None
    content, actor = form.cleaned_data["file"].read(), request.user.email
    try:
        imported = import_costs(store=request.store, content=content, actor=actor)
    except ValidationError as error:
        add_errors(form, error)
        return None
    said = ngettext(
        "%d cost is new or other than before.", "%d costs are new or other than before.", imported.changed
    )
    notify(request, said % imported.changed)
    return imported


def _lines(costs: Sequence[Cost]) -> list[MonthLine]:
    lines = []
    for month, of_month in groupby(costs, key=lambda cost: cost.month):
        told = {cost.kind: cost for cost in of_month}
        cells = [_amount(told.get(kind)) for kind in CostKind.values]
        currencies = {cost.currency for cost in told.values()}
        total = sum(cost.amount_minor for cost in told.values())
        whole = money_text(total, currencies.pop()) if len(currencies) == 1 else "–"
        lines.append(MonthLine(f"{month:%Y-%m}", month_text(month), cells, whole))
    return lines


def _amount(cost: Cost | None) -> str:
    return money_text(cost.amount_minor, cost.currency) if cost else ""
