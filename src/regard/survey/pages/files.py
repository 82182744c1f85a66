"""The files that came with the answers of a survey: a list, and each as a download."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header

from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, asked_for, store_page
from regard.survey.domain.definition.parts import Definition
from regard.survey.domain.files import fetch_file, files_of
from regard.survey.domain.published import definition_of
from regard.survey.domain.queries import versions_for_viewer
from regard.survey.domain.words import title_of
from regard.survey.models import Survey, Upload
from regard.survey.pages.asked import RESULTS, survey_asked, survey_context

ROWS = 50


@store_page("surveys.read")
def files(request: StoreRequest, survey_id: int) -> HttpResponse:
    """Without who sent them, as all results of a survey."""
    found = survey_asked(request, survey_id)
    cursor = request.GET.get("cursor", "")
    try:
        page = files_of(found, question=asked_for(request, "question")[:40], cursor=cursor, limit=ROWS)
    except CursorInvalid:
        return redirect(request.path)
    titles = _titles(found)
    context = {
        **survey_context(request, found, RESULTS),
        "files": [(file, titles.get(file.question_id, file.question_id)) for file in page.rows],
        "cursor": cursor,
        "next_cursor": page.next_cursor,
    }
    return render(request, "survey/files.html", context)


@store_page(post="surveys.read")
def fetch(request: StoreRequest, file_id: int) -> HttpResponse:
    """To be kept by the browser and opened by nothing: it may say that it is a picture and be a page."""
    try:
        file = fetch_file(request.store, file_id, actor=request.user.email)
    except Upload.DoesNotExist:
        raise Http404 from None
    response = HttpResponse(bytes(file.content), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _titles(survey: Survey) -> dict[str, str]:
    """What each question asked, by the latest version that had it."""
    definitions = [definition_of(version) for version in versions_for_viewer(survey)[:50]]
    return {name: title for each in reversed(definitions) for name, title in _asked(each)}


def _asked(definition: Definition) -> list[tuple[str, str]]:
    language = definition.languages[0]
    return [(each.id, title_of(each, definition, language)) for each in definition.questions]
