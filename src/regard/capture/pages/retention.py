"""For how long events are kept; less than before asks first, since it deletes."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from regard.capture.domain.retention import events_before, kept_from, kept_log_for_viewer
from regard.core.domain.stores import change_retention
from regard.core.edges.pages import StoreRequest, lock_fields, notify, store_page


class Keeping(forms.Form):
    event_retention_months = forms.IntegerField(
        label=_lazy("Months that events are kept"),
        min_value=2,
        max_value=1200,
        required=False,
        help_text=_lazy("Older events are deleted every night. Empty: they are kept for ever."),
    )


@store_page("store.read", post="store.manage")
def retention(request: StoreRequest) -> HttpResponse:
    store = request.store
    form = Keeping(request.POST or None, initial={"event_retention_months": store.event_retention_months})
    lock_fields(request, form, without="store.manage")
    context = {"form": form, "kept": kept_log_for_viewer(store)}
    if request.method == "POST" and form.is_valid():
        months = form.cleaned_data["event_retention_months"]
        agreed = months is None or request.POST.get("goes") == str(months)
        goes = 0 if agreed else events_before(store, kept_from(months))
        if goes == 0:
            change_retention(store, months=months, actor=request.user.email)
            notify(request, _("The retention is saved."))
            return redirect("retention", store.slug)
        context |= {"asks": True, "goes": goes, "months": months, "goes_before": kept_from(months)}
    return render(request, "capture/retention.html", context)
