"""The form of a prompt: its words stand side by side in each of its languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from regard.core.models import Store
from regard.serve.domain.prompts import terms_of
from regard.serve.domain.terms import LANGUAGES, PARTS, PromptTerms
from regard.serve.models import Device, Kind, Place, Prompt, Trigger, Visits
from regard.survey.domain.queries import surveys_for_viewer

NAMES = {
    "ar": "العربية", "de": "Deutsch", "en": "English", "es": "Español", "fr": "Français", "he": "עברית",
    "it": "Italiano", "nl": "Nederlands", "pl": "Polski", "pt": "Português", "tr": "Türkçe",
}  # fmt: skip
LABELS = {"title": _lazy("Heading"), "text": _lazy("Text"), "button": _lazy("Button")}
AREA = {"rows": 3, "spellcheck": "false"}


class PromptForm(forms.Form):
    name = forms.CharField(label=_lazy("Name"), max_length=100, help_text=_lazy("Only you see it, in lists."))
    kind = forms.ChoiceField(label=_lazy("What appears"), choices=Kind.choices)
    survey_id = forms.TypedChoiceField(
        label=_lazy("Survey"), required=False, coerce=int, empty_value=None,
        help_text=_lazy("By its open link, in a frame. It must be live when the prompt is switched on."),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=_lazy("Languages of the message"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(code, NAMES[code]) for code in LANGUAGES],
        help_text=_lazy("Visitors read that of your page, else one that their browser asks for."),
    )  # fmt: skip
    link = forms.CharField(
        label=_lazy("Where the button leads"), max_length=500, required=False,
        help_text=_lazy("An address that begins with https://, or a path of your shop such as /delivery."),
    )  # fmt: skip
    included = forms.CharField(
        label=_lazy("On these pages"), required=False, widget=forms.Textarea(AREA),
        help_text=_lazy("A path a line; * stands for anything: /products/*. Empty: on all."),
    )  # fmt: skip
    excluded = forms.CharField(
        label=_lazy("But not on these"), required=False, widget=forms.Textarea(AREA),
        help_text=_lazy("Such as /checkout*."),
    )  # fmt: skip
    device = forms.ChoiceField(label=_lazy("Screens"), choices=Device.choices)
    trigger = forms.ChoiceField(label=_lazy("When it appears"), choices=Trigger.choices)
    amount = forms.IntegerField(
        label=_lazy("How much"), required=False, min_value=0,
        help_text=_lazy("The seconds, the percent of the page, or how many times."),
    )  # fmt: skip
    event = forms.CharField(
        label=_lazy("Event"), max_length=100, required=False,
        help_text=_lazy("As the snippet tells it, such as Product Viewed; “page” is a page that was looked at."),
    )  # fmt: skip
    share = forms.IntegerField(
        label=_lazy("Share of visitors, in percent"), min_value=1, max_value=100,
        help_text=_lazy("Drawn once for each browser."),
    )  # fmt: skip
    visits = forms.ChoiceField(label=_lazy("Visit"), choices=Visits.choices)
    again_days = forms.IntegerField(
        label=_lazy("Not again for days"), min_value=0, max_value=3_650,
        help_text=_lazy("In the same browser."),
    )  # fmt: skip
    without_consent = forms.BooleanField(
        label=_lazy("Also to visitors who have not decided about consent"), required=False,
        help_text=_lazy(
            "Nothing is remembered of them and nothing counted: it may appear on every page. Never to those "
            "who refused."
        ),
    )  # fmt: skip
    place = forms.ChoiceField(label=_lazy("Where on the page"), choices=Place.choices)

    def __init__(self, *args: Any, store: Store, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(survey.pk, survey.name) for survey in surveys_for_viewer(store)]
        self.fields["survey_id"].choices = [("", _("Choose one")), *known]  # type: ignore[attr-defined]
        self.spoken = self._chosen() or [store.language if store.language in LANGUAGES else "en"]
        for language in self.spoken:
            self.fields |= _fields_of(language)

    def _chosen(self) -> list[str]:
        held = self.data if self.is_bound else self.initial
        told = held.getlist("languages") if hasattr(held, "getlist") else held.get("languages", [])
        return [code for code in LANGUAGES if code in told]

    def terms(self) -> PromptTerms:
        """Of a form that is valid."""
        told = dict(self.cleaned_data)
        texts = {
            language: {part: told.pop(f"{part}_{language}") for part in PARTS} for language in self.spoken
        }
        del told["languages"]
        paths = {name: told.pop(name).splitlines() for name in ("included", "excluded")}
        return PromptTerms(texts=texts, **paths, amount=told.pop("amount") or 0, **told)

    @property
    def words(self) -> list[tuple[str, str, list[BoundField]]]:
        """By language: its code, its name, its fields."""
        return [(code, NAMES[code], [self[f"{part}_{code}"] for part in PARTS]) for code in self.spoken]

    @property
    def groups(self) -> list[tuple[str, list[BoundField]]]:
        groups = {
            _("Where"): ("included", "excluded", "device", "place"),
            _("When"): ("trigger", "amount", "event"),
            _("To whom, and how often"): ("visits", "share", "again_days", "without_consent"),
        }
        return [(label, [self[name] for name in names]) for label, names in groups.items()]

    @property
    def content(self) -> list[BoundField]:
        return [self[name] for name in ("name", "kind", "survey_id")]


def _fields_of(language: str) -> dict[str, forms.Field]:
    attributes = {"lang": language, "dir": "auto"}
    widgets: Mapping[str, forms.Widget] = {"text": forms.Textarea({**attributes, "rows": 3})}
    return {
        f"{part}_{language}": forms.CharField(
            label=f"{LABELS[part]} ({NAMES[language]})", max_length=most, required=False,
            widget=widgets.get(part, forms.TextInput(attributes)),
        )
        for part, most in PARTS.items()
    }  # fmt: skip


def initial_of(prompt: Prompt) -> dict[str, Any]:
    """As a prompt stands in the form."""
    terms = terms_of(prompt)
    words = {
        f"{part}_{language}": said for language, told in terms.texts.items() for part, said in told.items()
    }
    plain = {
        name: getattr(terms, name)
        for name in PromptTerms.__dataclass_fields__
        if name not in {"texts", "included", "excluded"}
    }
    return {
        **plain, **words, "languages": list(terms.texts),
        "included": _lines(terms.included), "excluded": _lines(terms.excluded),
    }  # fmt: skip


def _lines(paths: Sequence[str]) -> str:
    return "\n".join(paths)
