"""One prompt: what came of it, changing it with a preview, switching, copying and deleting it."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from regard.core.edges.pages import StoreRequest, add_errors, first_message, notify, store_page, warn
from regard.serve.domain.prompts import change_prompt, copy_prompt, delete_prompt, switch_prompt
from regard.serve.domain.queries import PromptFigures, answers_of, days_of, figures_of
from regard.serve.domain.script import configuration, script_with, told_of
from regard.serve.domain.terms import is_link
from regard.serve.models import Kind, Place, Prompt
from regard.serve.pages.asked import prompt_asked, where_and_when
from regard.serve.pages.forms import PromptForm, initial_of
from regard.survey.domain.framing import PREVIEW, preview_pass
from regard.survey.models import Survey
from regard.ui.charts.answers import chart_file, chart_page
from regard.ui.charts.chart import Chart, Drawing, Series
from regard.ui.templatetags.figures import whole

DAYS = 28


@store_page("surveys.read")
def prompt(request: StoreRequest, prompt_id: int) -> HttpResponse:
    found = prompt_asked(request, prompt_id)
    context = {
        "prompt": found,
        "sentence": where_and_when(found),
        "figures": figures_of(request.store, [found])[found.pk],
        "answers": answers_of(found),
        "chart_url": reverse("prompt_chart", args=[request.store.slug, found.pk]),
        "preview_url": reverse("prompt_preview", args=[request.store.slug, found.pk]),
    }
    return render(request, "serve/prompt.html", context)


@store_page("surveys.read")
def chart(request: StoreRequest, prompt_id: int, form: str = "") -> HttpResponse:
    """How often it was shown, followed and closed on each of the last days: in its card, or a file."""
    found = prompt_asked(request, prompt_id)
    made = _daily(found, days_of(found, until=timezone.localdate(), days=DAYS))
    if form:
        return chart_file(made, name=f"{request.store.slug}-prompt-{found.pk}", form=form)
    return chart_page(request, made)


def _daily(found: Prompt, days: list[Any]) -> Chart:
    told: list[PromptFigures] = [figures for _day, figures in days]
    names = tuple(date_format(day, _("j M Y")) for day, _figures in days)
    shown, clicked = sum(each.shown for each in told), sum(each.clicked for each in told)
    rows = [
        (name, whole(each.shown), whole(each.clicked), whole(each.closed))
        for name, each in zip(names, told, strict=True)
    ]
    series = (
        Series(_("Shown"), tuple(float(each.shown) for each in told)),
        Series(_("Followed"), tuple(float(each.clicked) for each in told)),
        Series(_("Dismissed"), tuple(float(each.closed) for each in told)),
    )
    return Chart(
        title=found.name,
        summary=_("From %(first)s to %(last)s it was shown %(shown)s times and followed %(clicked)s times.")
        % {"first": names[0], "last": names[-1], "shown": whole(shown), "clicked": whole(clicked)},
        n=_("n = %s times shown.") % whole(shown),
        definition=_(
            "As visitors' browsers told it, with their consent, by the day of the store. Today is not over."
        ),
        headings=(_("Day"), _("Shown"), _("Followed"), _("Dismissed")),
        rows=tuple(rows) if shown else (),
        drawing=Drawing(kind="line", places=names, series=series, open_end=True),
        empty=(_("It was not shown in this time"), _("How often it is shown, followed and closed each day.")),
    )


@store_page("surveys.manage", post="surveys.manage")
def edit(request: StoreRequest, prompt_id: int) -> HttpResponse:
    found = prompt_asked(request, prompt_id)
    if "draw" in request.POST:  # of a browser without scripts: the fields of the languages that it chose
        form = PromptForm(initial=_told(request.POST), store=request.store)
    else:
        form = PromptForm(request.POST or None, initial=initial_of(found), store=request.store)
    if form.is_bound and form.is_valid():
        try:
            change_prompt(found, form.terms(), actor=request.user.email)
        except ValidationError as error:
            add_errors(form, error)
        else:
            notify(request, _("“%s” is saved.") % found.name)
            return redirect("prompt", request.store.slug, found.pk)
    context = {
        "prompt": found,
        "form": form,
        "preview_url": reverse("prompt_preview", args=[request.store.slug, found.pk]),
    }
    return render(request, "serve/edit.html", context, status=422 if form.errors else 200)


@store_page("surveys.manage")
def words(request: StoreRequest, prompt_id: int) -> HttpResponse:
    """The fields of the words in the languages that are chosen now; nothing is kept."""
    found = prompt_asked(request, prompt_id)
    form = PromptForm(initial={**initial_of(found), **_told(request.GET)}, store=request.store)
    return render(request, "serve/_words.html", {"form": form, "prompt": found})


def _told(sent: QueryDict) -> dict[str, Any]:
    """As a form begins that goes on with what was written."""
    return {
        **{name: sent.get(name, "").replace("\0", "") for name in sent},
        "languages": sent.getlist("languages"),
    }


@store_page("surveys.manage")
def preview_frame(request: StoreRequest, prompt_id: int) -> HttpResponse:
    """The frame that shows the form as it is being written."""
    found = prompt_asked(request, prompt_id)
    address = reverse("prompt_preview", args=[request.store.slug, found.pk])
    query = request.GET.urlencode()
    return render(request, "serve/_preview.html", {"preview_url": f"{address}?{query}"})


@xframe_options_sameorigin
@store_page("surveys.read")
def preview(request: StoreRequest, prompt_id: int) -> HttpResponse:
    """A page of a shop with the script itself, which shows this prompt at once and tells nobody. The words of
    the address go before those that are kept."""
    shown = _written(request, prompt_asked(request, prompt_id))
    told = told_of(shown)
    if told is not None and shown.survey is not None:
        told["pass"] = f"&{PREVIEW}={preview_pass(shown.survey)}"
    prompts = [told] if told else []
    script = script_with(configuration(request.store, prompts, pause_minutes=0, is_preview=True))
    nonce = secrets.token_urlsafe(12)
    home = f"{request.scheme}://{request.get_host()}"  # in a frame without an origin 'self' is nobody
    context = {"nonce": nonce, "script": script, "is_empty": not prompts, "shop": request.store}
    response = render(request, "serve/preview.html", context)
    response["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; frame-src {home}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-scripts"
    )
    return response


def _written(request: StoreRequest, found: Prompt) -> Prompt:
    """The prompt as the form says it, which is not saved; as it is kept where the form says nothing."""
    if "kind" not in request.GET:
        return found
    form = PromptForm(request.GET, store=request.store)
    form.is_valid()
    told = form.cleaned_data
    found.kind = told.get("kind", found.kind)
    found.place = told.get("place", Place.CORNER)
    link = told.get("link", "")
    found.link = link if is_link(link) else ""
    titles = {code: told.get(f"title_{code}", "") for code in form.spoken}
    found.texts = {
        code: {
            "title": title,
            "text": told.get(f"text_{code}", ""),
            "button": told.get(f"button_{code}", "") if found.link else "",
        }
        for code, title in titles.items()
        if title
    } or {"en": {"title": "…"}}
    if found.kind == Kind.SURVEY:
        rows = Survey.objects.filter(store=request.store).select_related("current")
        found.survey = rows.filter(pk=told.get("survey_id") or 0).first()
    return found


@store_page(post="surveys.manage")
def switch(request: StoreRequest, prompt_id: int) -> HttpResponse:
    """On or off as the address says, so that a second press changes nothing."""
    found = prompt_asked(request, prompt_id)
    is_on = request.GET.get("on") == "1"
    try:
        changed = switch_prompt(found, is_on=is_on, actor=request.user.email)
    except ValidationError as error:
        warn(request, first_message(error))
    else:
        if changed:
            said = _("“%s” appears in the shop within a minute.") if is_on else _("“%s” appears no more.")
            undo = reverse("prompt_switch", args=[request.store.slug, found.pk]) + f"?on={int(not is_on)}"
            notify(request, said % found.name, undo=undo)
    return redirect("prompt", request.store.slug, found.pk)


@store_page(post="surveys.manage")
def copy(request: StoreRequest, prompt_id: int) -> HttpResponse:
    found = prompt_asked(request, prompt_id)
    try:
        made = copy_prompt(found, actor=request.user.email)
    except ValidationError as error:
        warn(request, first_message(error))
        return redirect("prompt", request.store.slug, found.pk)
    notify(request, _("“%s” is a prompt of its own, and off.") % made.name)
    return redirect("prompt_edit", request.store.slug, made.pk)


@store_page(post="surveys.manage")
def delete(request: StoreRequest, prompt_id: int) -> HttpResponse:
    found = prompt_asked(request, prompt_id)
    name = found.name
    delete_prompt(found, actor=request.user.email)
    notify(request, _("“%s” is deleted.") % name)
    return redirect("prompts", request.store.slug)
