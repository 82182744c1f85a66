"""The programmes of a store, and setting one up."""

from __future__ import annotations

from dataclasses import asdict

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, add_errors, asked_for, notify, posted, store_page
from regard.grow.domain.programmes import (
    LONGEST_LINE,
    LONGEST_NAME,
    SHARE_BOUNDS,
    Terms,
    change_programme,
    counts_of,
    create_programme,
    programmes_for_viewer,
    switch_programme,
    terms_of,
)
from regard.grow.models import ProgrammeKind
from regard.grow.pages.asked import programme_asked
from regard.task.domain.making import LONGEST_TEXT
from regard.ui.filters import Filter, chosen_of


class ProgrammeTerms(forms.Form):
    name = forms.CharField(
        label=_lazy("Name"), max_length=LONGEST_NAME, help_text=_lazy("Customers read it in the invitation.")
    )
    purpose = forms.CharField(
        label=_lazy("What it is for"), max_length=LONGEST_TEXT, required=False,
        widget=forms.Textarea({"rows": 3}), help_text=_lazy("Customers read it in the invitation."),
    )  # fmt: skip
    rhythm = forms.CharField(
        label=_lazy("How often, and where"), max_length=LONGEST_LINE, required=False,
        help_text=_lazy("Such as “an hour online each month, and each quarter at our place”."),
    )  # fmt: skip
    thanks = forms.CharField(
        label=_lazy("What members get for it"), max_length=LONGEST_LINE, required=False,
        help_text=_lazy("Such as early access, a large discount, or to be named."),
    )  # fmt: skip
    share_percent = forms.IntegerField(
        label=_lazy("Of a hundred customers, so many are proposed"), required=False,
        min_value=SHARE_BOUNDS[0], max_value=SHARE_BOUNDS[1],
        help_text=_lazy("Empty: 2 for a board, 10 for a beta test, 5 for a pre-launch test."),
    )  # fmt: skip

    def told(self) -> Terms:
        """Of a form that is valid."""
        return Terms(**{name: self.cleaned_data[name] for name in Terms.__dataclass_fields__})


class NewProgramme(ProgrammeTerms):
    kind = forms.ChoiceField(label=_lazy("Kind"), choices=ProgrammeKind.choices)
    field_order = ("kind",)


@store_page("customers.read")
def programmes(request: StoreRequest) -> HttpResponse:
    kind, cursor = asked_for(request, "kind"), asked_for(request, "cursor")
    kind = kind if kind in ProgrammeKind.values else ""
    try:
        page = programmes_for_viewer(request.store, kind=kind, cursor=cursor)
    except CursorInvalid:
        return redirect(request.path)
    counts = counts_of(request.store, page.rows)
    filters = [Filter("kind", _("Kind"), [(key, str(said)) for key, said in ProgrammeKind.choices], kind)]
    context = {
        "rows": [(programme, counts[programme.pk]) for programme in page.rows],
        "headings": _headings(),
        "filters": filters,
        "chosen": chosen_of(request.GET, filters),
        "cursor": cursor,
        "next_cursor": page.next_cursor,
    }
    return render(request, "grow/programmes.html", context)


@store_page("customers.change", post="customers.change")
def new_programme(request: StoreRequest) -> HttpResponse:
    form = NewProgramme(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_programme(
                request.store, form.cleaned_data["kind"], form.told(), actor=request.user.email
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            notify(request, _("The programme is there. Look for candidates now."))
            return redirect("programme_candidates", request.store.slug, made.pk)
    return render(request, "grow/programme_form.html", {"form": form})


@store_page("customers.change", post="customers.change")
def change(request: StoreRequest, programme_id: int) -> HttpResponse:
    programme = programme_asked(request, programme_id)
    form = ProgrammeTerms(request.POST or None, initial=asdict(terms_of(programme)))
    if request.method == "POST" and form.is_valid():
        try:
            change_programme(programme, form.told(), actor=request.user.email)
        except ValidationError as error:
            add_errors(form, error)
        else:
            notify(request, _("The programme is saved."))
            return redirect("programme", request.store.slug, programme.pk)
    return render(request, "grow/programme_form.html", {"form": form, "programme": programme})


@store_page(post="customers.change")
def switch(request: StoreRequest, programme_id: int) -> HttpResponse:
    programme = programme_asked(request, programme_id)
    is_open = posted(request, "state") == "open"
    if switch_programme(programme, is_open=is_open, actor=request.user.email):
        notify(request, _("The programme is open again.") if is_open else _("The programme is closed."))
    return redirect("programme", request.store.slug, programme.pk)


def _headings() -> list[dict[str, str]]:
    return [
        {"label": _("Programme")},
        {"label": _("Take part"), "css": "number"},
        {"label": _("Invited"), "css": "number"},
        {"label": _("Candidates"), "css": "number wide-only"},
        {"label": _("Sessions"), "css": "number wide-only"},
        {"label": _("Decisions"), "css": "number wide-only"},
    ]
