"""What people do with improvements: write one down, change and settle it, say what stands behind it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from regard.core.domain.members import members_of
from regard.core.edges.pages import (
    StoreRequest,
    add_errors,
    asked_for,
    first_message,
    notify,
    posted,
    store_page,
    warn,
)
from regard.core.models import Store
from regard.core.money import MoneyError, minor_digits, to_major, to_minor
from regard.desk.domain.feedback_items import (
    LONGEST_TITLE,
    Told,
    add_text,
    add_theme,
    change_item,
    items_for_viewer,
    open_item,
    remove_evidence,
    set_status,
)
from regard.desk.domain.feedback_proposal import propose
from regard.desk.models import FeedbackItem, FeedbackKind, FeedbackStatus, FeedbackUrgency, InnovationClass
from regard.desk.pages.items import item_asked
from regard.listen.domain.labels import theme_label
from regard.listen.domain.quotes import Wanted, texts_of
from regard.listen.models import Theme, Understanding
from regard.task.domain.making import LONGEST_TEXT

MOST_OFFERED = 200  # items to add something to; what matters most first
READ = 500  # of the latest texts of a theme, by which a proposal is made


class ItemForm(forms.Form):
    title = forms.CharField(label=_lazy("What customers want, or complain of"), max_length=LONGEST_TITLE)
    text = forms.CharField(
        label=_lazy("What one should know of it"), max_length=LONGEST_TEXT, required=False,
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_lazy("Type"), choices=FeedbackKind.choices)
    urgency = forms.ChoiceField(label=_lazy("Urgency"), choices=FeedbackUrgency.choices)
    innovation = forms.ChoiceField(label=_lazy("Class"), choices=InnovationClass.choices)
    owner = forms.ChoiceField(label=_lazy("Whose it is"), required=False)
    quarter = forms.CharField(label=_lazy("Quarter in which it is to be done"), max_length=7, required=False,
        help_text=_lazy("Such as 2026-Q4."))  # fmt: skip
    value_minor = forms.CharField(label=_lazy("What it is worth in a year"), max_length=20, required=False,
        help_text=_lazy("Your estimate, in the store's currency."))  # fmt: skip
    gap = forms.CharField(
        label=_lazy("What competitors have that you lack"), max_length=LONGEST_TEXT, required=False,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip

    def __init__(self, request: StoreRequest, initial: dict[str, Any]) -> None:
        super().__init__(request.POST if request.method == "POST" else None, initial=initial)
        self.currency = request.store.currency
        self.users = {str(member.user_id): member.user for member in members_of(request.store)}
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ChoiceField)  # noqa: S101 - as declared above, for mypy
        owner.choices = [("", _("Nobody's yet")), *((key, str(user)) for key, user in self.users.items())]

    def clean_value_minor(self) -> int | None:
        written = self.cleaned_data["value_minor"].strip()
        try:
            return to_minor(written, self.currency) if written else None
        except MoneyError as error:
            raise ValidationError(str(error)) from None

    def told(self) -> Told:
        """Of a form that is valid."""
        owner = self.users.get(self.cleaned_data["owner"])
        return Told(**{**self.cleaned_data, "owner": owner})


@store_page("tasks.handle", post="tasks.handle")
def new_item(request: StoreRequest) -> HttpResponse:
    """With the text or theme that the address names behind it, and the proposals that follow from it."""
    behind = _behind(request.store, asked_for(request, "theme"), asked_for(request, "text"))
    form = ItemForm(request, _proposed(behind))
    if request.method == "POST" and form.is_valid():
        try:
            item = _open(request, form.told(), behind)
        except ValidationError as error:
            add_errors(form, error)
        else:
            notify(request, _("The improvement is written down."))
            return redirect("feedback_item", request.store.slug, item.pk)
    context = {
        "form": form,
        "behind": _behind_in_words(behind),
        "theme": behind.pk if isinstance(behind, Theme) else "",
        "text": behind.pk if isinstance(behind, Understanding) else "",
        "items": items_for_viewer(request.store, limit=MOST_OFFERED).rows if behind else [],
    }
    return render(request, "desk/item_new.html", context)


@store_page("tasks.handle", post="tasks.handle")
def change(request: StoreRequest, item_id: int) -> HttpResponse:
    item = item_asked(request, item_id)
    form = ItemForm(request, _as_written(item))
    if request.method == "POST" and form.is_valid():
        try:
            change_item(item, form.told(), actor=request.user.email)
        except ValidationError as error:
            add_errors(form, error)
        else:
            notify(request, _("The improvement is saved."))
            return redirect("feedback_item", request.store.slug, item.pk)
    return render(request, "desk/item_change.html", {"form": form, "item": item})


@store_page(post="tasks.handle")
def settle(request: StoreRequest, item_id: int) -> HttpResponse:
    item = item_asked(request, item_id)
    try:
        if set_status(item, posted(request, "status"), actor=request.user.email):
            label = FeedbackStatus(item.status).label
            notify(request, _("Its state is now: %s.") % label)
    except ValidationError as error:
        warn(request, first_message(error))
    return redirect("feedback_item", request.store.slug, item.pk)


@store_page(post="tasks.handle")
def add(request: StoreRequest, item_id: int) -> HttpResponse:
    """A text or a theme to one that is there; from the page of a new one, `item` says to which."""
    chosen = posted(request, "item")
    item = item_asked(request, int(chosen) if chosen.isdecimal() and len(chosen) < 19 else item_id)
    behind = _behind(request.store, posted(request, "theme"), posted(request, "text"))
    if behind is None:
        raise Http404
    _attach(item, behind, actor=request.user.email)
    notify(request, _("It stands behind the improvement."))
    return redirect("feedback_item", request.store.slug, item.pk)


@store_page(post="tasks.handle")
def remove(request: StoreRequest, item_id: int, evidence_id: int) -> HttpResponse:
    item = item_asked(request, item_id)
    if remove_evidence(item, evidence_id, actor=request.user.email):
        notify(request, _("It no longer stands behind the improvement."))
    return redirect("feedback_item", request.store.slug, item.pk)


@transaction.atomic
def _open(request: StoreRequest, told: Told, behind: Theme | Understanding | None) -> FeedbackItem:
    item = open_item(request.store, told, actor=request.user.email)
    if behind:
        _attach(item, behind, actor=request.user.email)
    return item


def _attach(item: FeedbackItem, behind: Theme | Understanding, *, actor: str) -> None:
    if isinstance(behind, Theme):
        add_theme(item, behind, actor=actor)
        return
    try:
        add_text(item, behind, actor=actor)
    except Understanding.DoesNotExist:
        raise Http404 from None


def _behind(store: Store, theme: str, text: str) -> Theme | Understanding | None:
    """What the address or a form names; none of another store."""
    model, named = (Theme, theme) if theme else (Understanding, text)
    if not named:
        return None
    if not (named.isascii() and named.isdigit() and len(named) < 19):
        raise Http404
    found = model.objects.filter(store=store, pk=int(named)).first()
    if found is None:
        raise Http404
    return found


def _behind_in_words(behind: Theme | Understanding | None) -> str:
    if behind is None:
        return ""
    if isinstance(behind, Theme):
        return _("All texts of the theme “%s” stand behind it, the coming ones too.") % theme_label(
            behind.name
        )
    return _("One text stands behind it.")


def _proposed(behind: Theme | Understanding | None) -> dict[str, Any]:
    if behind is None:
        return {"innovation": InnovationClass.ISSUE}
    if isinstance(behind, Theme):
        texts = list(texts_of(behind.store, Wanted(theme=behind)).order_by("-said_at", "-id")[:READ])
    else:
        texts = [behind]
    proposal = propose(texts)
    title = theme_label(behind.name) if isinstance(behind, Theme) else ""
    return {
        "title": title, "kind": proposal.kind, "urgency": proposal.urgency, "innovation": InnovationClass.ISSUE,
    }  # fmt: skip


def _as_written(item: FeedbackItem) -> dict[str, Any]:
    currency = item.store.currency
    value = item.value_minor
    return {
        "title": item.title, "text": item.text, "kind": item.kind, "urgency": item.urgency,
        "innovation": item.innovation, "owner": str(item.owner_id or ""), "quarter": item.quarter, "gap": item.gap,
        "value_minor": "" if value is None else f"{to_major(value, currency):.{minor_digits(currency)}f}",
    }  # fmt: skip
