"""Publishing a survey after a look at what changes; pausing it, ending it, its open link, deleting a draft."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from regard.core.domain.written.reading import DefinitionInvalid
from regard.core.edges.pages import StoreRequest, first_message, notify, posted, store_page, warn
from regard.survey.domain.changes import changes_between
from regard.survey.domain.checking import check_definition, look_twice
from regard.survey.domain.published import definition_of
from regard.survey.domain.surveys import (
    delete_draft,
    draft_of,
    end_survey,
    open_link,
    pause_survey,
    publish_survey,
    resume_survey,
)
from regard.survey.pages.asked import QUESTIONS, survey_asked, survey_context


@store_page("surveys.manage", post="surveys.manage")
def publish(request: StoreRequest, survey_id: int) -> HttpResponse:
    """What keeps it from being published, what is another than before, and the button."""
    found = survey_asked(request, survey_id)
    if request.method == "POST":
        try:
            version = publish_survey(found, actor=request.user.email)
        except DefinitionInvalid as error:
            warn(request, str(error.problems[0]))
            return redirect("survey_publish", request.store.slug, found.pk)
        told = {"name": found.name, "number": version.number}
        notify(request, _("Version %(number)d of “%(name)s” is live.") % told)
        return redirect("survey", request.store.slug, found.pk)
    definition = draft_of(found)
    context = {
        **survey_context(request, found, QUESTIONS),
        "problems": check_definition(request.store, definition),
        "notes": look_twice(definition),
        "changes": changes_between(definition_of(found.current), definition) if found.current else [],
        "count": len(definition.questions),
    }
    return render(request, "survey/publish.html", context)


@store_page(post="surveys.manage")
def pause(request: StoreRequest, survey_id: int) -> HttpResponse:
    return _change(request, survey_id, pause_survey, _("“%s” is paused."))


@store_page(post="surveys.manage")
def resume(request: StoreRequest, survey_id: int) -> HttpResponse:
    return _change(request, survey_id, resume_survey, _("“%s” is live again."))


@store_page(post="surveys.manage")
def end(request: StoreRequest, survey_id: int) -> HttpResponse:
    return _change(request, survey_id, end_survey, _("“%s” is ended."))


def _change(request: StoreRequest, survey_id: int, change: Callable[..., None], said: str) -> HttpResponse:
    found = survey_asked(request, survey_id)
    try:
        change(found, actor=request.user.email)
    except ValidationError as error:
        warn(request, first_message(error))
    else:
        notify(request, said % found.name)
    return redirect("survey", request.store.slug, found.pk)


@store_page(post="surveys.manage")
def link(request: StoreRequest, survey_id: int) -> HttpResponse:
    """Let whoever has the address answer, or not any more."""
    found = survey_asked(request, survey_id)
    open_link(found, is_open=posted(request, "open") == "1", actor=request.user.email)
    notify(request, _("Whoever has the link may answer.") if found.open_link else _("The link is closed."))
    return redirect("survey", request.store.slug, found.pk)


@store_page(post="surveys.manage")
def delete(request: StoreRequest, survey_id: int) -> HttpResponse:
    found = survey_asked(request, survey_id)
    try:
        delete_draft(found, actor=request.user.email)
    except ValidationError as error:
        warn(request, first_message(error))
        return redirect("survey", request.store.slug, survey_id)
    notify(request, _("The draft “%s” is deleted.") % found.name)
    return redirect("surveys", request.store.slug)
