"""Settings: whether the shop shows its reviews, what to put on its pages, and how that looks."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin

from regard.core.edges.pages import StoreRequest, notify, posted, store_page
from regard.review.domain.displayed import summary_of
from regard.review.domain.displaying import display_of, display_reviews
from regard.review.pages.display_words import LANGUAGES, display_language, display_words
from regard.review.pages.displayed import display_url
from regard.review.pages.widget import draw_widget

THEMES = [
    ("auto", _lazy("As the visitor's device has it")),
    ("light", _lazy("Light")),
    ("dark", _lazy("Dark")),
]


class ChoiceForm(forms.Form):
    """What goes into the address of the frame; nothing of it is kept."""

    product = forms.CharField(
        label=_lazy("Product"), max_length=200, required=False,
        help_text=_lazy("The shop's id. Empty: what is said of the whole shop."),
    )  # fmt: skip
    theme = forms.ChoiceField(label=_lazy("Background"), choices=THEMES, required=False)
    language = forms.ChoiceField(label=_lazy("Language"), choices=list(LANGUAGES.items()), required=False)


@store_page("store.read", post="store.manage")
def display(request: StoreRequest) -> HttpResponse:
    """GET shows it with the choices of the address; POST switches it on or off."""
    if request.method == "POST":
        is_on = posted(request, "show") == "1"
        if display_reviews(request.store, is_on=is_on, actor=request.user.email):
            said = (
                _("Published reviews can be read by everybody now.") if is_on else _("Nobody sees them now.")
            )
            notify(request, said)
        return redirect("review_display", request.store.slug)
    kept = display_of(request.store)
    form = ChoiceForm(request.GET or None, initial=_initial(request))
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else _initial(request)
    query = _query(chosen, display_language(request.store.language))
    context = {
        "is_on": bool(kept and kept.is_on),
        "form": form,
        "published": summary_of(request.store).count,
        "preview_url": reverse("review_display_preview", args=[request.store.slug]) + query,
    }
    if kept and kept.is_on:
        frame = display_url("review_widget", kept.token) + query
        context["snippet"] = _snippet(frame, display_words(chosen["language"] or "en")["title"])
        context["json_url"] = display_url("displayed_reviews", kept.token) + query
        context["json_ld_url"] = display_url("displayed_reviews_ld", kept.token) + query
    return render(request, "review/display.html", context)


@xframe_options_sameorigin
@store_page("store.read")
def preview(request: StoreRequest) -> HttpResponse:
    """What everybody would see, before anybody does."""
    return draw_widget(request, request.store, ancestors="'self'")


def _initial(request: StoreRequest) -> dict[str, str]:
    return {"product": "", "theme": "auto", "language": display_language(request.store.language)}


def _query(chosen: dict[str, str], usual: str) -> str:
    """What differs from what would be shown anyhow, "" for nothing."""
    plain = {"product": "", "theme": "auto", "language": usual}
    asked = {name: value for name, value in chosen.items() if value and value != plain[name]}
    return f"?{urlencode(asked)}" if asked else ""


def _snippet(address: str, title: str) -> str:
    """To be put where the reviews are to stand. Plain text: the settings show it, and draw nothing of it."""
    return (
        f'<iframe src="{escape(address)}" title="{escape(title)}" loading="lazy" width="100%" height="720"\n'
        '  style="border: 0; color-scheme: normal"></iframe>'
    )
