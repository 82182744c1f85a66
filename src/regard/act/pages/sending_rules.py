"""When marketing may leave, as settings."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from regard.act.domain.sending_rules import change_rules, rules_for_viewer
from regard.act.domain.topics import Topic, topics_of
from regard.core.edges.pages import StoreRequest, add_errors, lock_fields, notify, store_page
from regard.profile.domain.double_opt_in import CHANNELS, double_opt_ins
from regard.profile.models import ConsentChannel


class Rules(forms.Form):
    quiet_from = forms.TimeField(
        label=_lazy("Quiet from"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    quiet_until = forms.TimeField(
        label=_lazy("Quiet until"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_lazy("Where the customer is. The same time twice: never quiet."),
    )
    weekly_cap = forms.IntegerField(
        label=_lazy("Marketing messages a week"),
        min_value=1,
        max_value=50,
        help_text=_lazy("To one customer, over all channels together."),
    )
    origin_limit = forms.IntegerField(
        label=_lazy("Marketing messages an hour of one origin"),
        min_value=1,
        max_value=20_000,
        help_text=_lazy("Such as a journey."),
    )
    store_limit = forms.IntegerField(
        label=_lazy("Marketing messages an hour in all"), min_value=1, max_value=20_000
    )
    double_opt_in = forms.MultipleChoiceField(
        label=_lazy("Consents are to be confirmed on"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(value, label) for value, label in ConsentChannel.choices if value in CHANNELS],
    )
    topics = forms.CharField(
        label=_lazy("Topics"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_lazy("One a line: a key of small letters, a colon, and the name that customers read."),
    )

    def clean_topics(self) -> list[Topic]:
        lines = [line for line in self.cleaned_data["topics"].splitlines() if line.strip()]
        parted = [line.partition(":") for line in lines]
        return [Topic(key.strip(), label.strip()) for key, _colon, label in parted]


@store_page("store.read", post="store.manage")
def sending_rules(request: StoreRequest) -> HttpResponse:
    rules = rules_for_viewer(request.store)
    initial = {
        "quiet_from": rules.quiet_from,
        "quiet_until": rules.quiet_until,
        "weekly_cap": rules.weekly_cap,
        "origin_limit": rules.origin_limit,
        "store_limit": rules.store_limit,
        "double_opt_in": double_opt_ins(request.store),
        "topics": "\n".join(f"{topic.key}: {topic.label}" for topic in topics_of(request.store)),
    }
    form = Rules(request.POST or None, initial=initial)
    lock_fields(request, form, without="store.manage")
    if request.method == "POST" and form.is_valid():
        try:
            change_rules(request.store, **form.cleaned_data, actor=request.user.email)
            notify(request, _("The rules are saved. What waits is asked again when it is due."))
            return redirect("sending_rules", request.store.slug)
        except ValidationError as error:
            add_errors(form, error)
    return render(request, "act/sending_rules.html", {"form": form})
