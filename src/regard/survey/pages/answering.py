"""Public pages: answering a survey, one question at a time. Without sign-in, and without JavaScript.

Nothing is kept by looking: programs that read mails follow every link. What is chosen in a mail is shown as
chosen, and sent by whoever has the page before them. No cookie proves who somebody is: who has a link may do what
it is for.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from regard.core import clock
from regard.survey.domain.answering.giving import Circumstances, NotAsked, give_answer
from regard.survey.domain.answering.places import PARAMETER, came_by
from regard.survey.domain.answering.uploads import SentFile
from regard.survey.domain.answering.visits import (
    Closed,
    LinkInvalid,
    Visit,
    closed_because,
    seated,
    visit_by_open_link,
    visit_by_token,
)
from regard.survey.domain.answers import LARGEST_FILE, AnswerInvalid, check_answer
from regard.survey.domain.definition.parts import Question
from regard.survey.pages.answer_pages import (
    TRAP,
    ask_page,
    carried_on,
    closed_page,
    end_page,
    frame_ancestors,
    language_of,
    stamp_of,
    too_large_page,
    unkept_page,
    unkept_words,
)
from regard.survey.pages.limits import is_too_large, seconds_to_wait
from regard.survey.pages.sittings import (
    remember_sitting,
    remembered_sitting,
    sitting_in_cookie,
    sitting_in_form,
)
from regard.survey.pages.words import has_own_words, page_words

# Proposal: nobody reads a question and answers it in less.
QUICKEST = timedelta(seconds=1)


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answering(request: HttpRequest, token: str) -> HttpResponse:
    """Of somebody who was invited."""
    try:
        visit = visit_by_token(token, sitting=remembered_sitting(request, token))
    except LinkInvalid:
        return closed_page(request, "invalid", None)
    return _serve(request, visit, token)


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_answering(request: HttpRequest, token: str) -> HttpResponse:
    """Of anybody, once a browser."""
    try:
        visit = visit_by_open_link(
            token, sitting=remembered_sitting(request, token), came=came_by(request.GET.get(PARAMETER, ""))
        )
    except LinkInvalid:
        return closed_page(request, "invalid", None)
    return _serve(request, visit, token)


def _serve(request: HttpRequest, visit: Visit, token: str) -> HttpResponse:
    if is_too_large(request, visit):
        return too_large_page(request, visit)
    try:
        visit = seated(visit, sitting_in_form(request))
    except RequestDataTooBig:  # words, which are not put aside on a disk as files are
        return too_large_page(request, visit)
    closed = closed_because(visit)
    if closed is Closed.DONE and visit.submission is not None and request.method != "POST":
        return end_page(request, visit)  # to the browser that answered; it shows no answer and takes none
    if closed is not None:
        return closed_page(request, closed.value, visit)
    if request.method == "POST":
        return _take(request, visit, token)
    return _remember(request, _show(request, visit), visit, token)


def _show(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The question that is asked for, or else the next; with the value that a link proposes for it."""
    proposed = _chosen_in_mail(request, visit)
    question = visit.question(proposed.id if proposed else request.GET.get("at", ""))
    if question is None:
        return end_page(request, visit)
    value = visit.answers.get(question.id)
    is_proposed = False
    if proposed is question:
        value, is_proposed = _proposed(question, request.GET[question.id], value)
    return ask_page(request, visit, question, value, is_proposed=is_proposed)


def _chosen_in_mail(request: HttpRequest, visit: Visit) -> Question | None:
    """Only invitations come by a mail, and nobody writes words in one: all else is passed over."""
    if visit.invitation is None:
        return None
    questions = visit.definition.questions
    return next((each for each in questions if each.id in request.GET and each.kind != "text"), None)


def _proposed(question: Question, raw: str, held: Any) -> tuple[Any, bool]:
    """What a link in a message chose, unless it is no answer or was said already."""
    try:
        value = check_answer(question, raw)
    except AnswerInvalid:
        return held, False
    return value, value is not None and value != held


def _take(request: HttpRequest, visit: Visit, token: str) -> HttpResponse:
    """Keep an answer, and show what comes next."""
    asked = visit.question(request.POST.get("question", ""))
    if asked is None or asked.id != request.POST.get("question"):
        return _passed_over(request, visit, token)  # another tab went on meanwhile
    raw = None if "skip" in request.POST else _raw(request, asked)
    how = Circumstances(
        language=language_of(request, visit),
        is_suspect=_is_suspect(request, visit),
    )
    wait = seconds_to_wait(request, visit)
    if wait:
        busy = page_words(language_of(request, visit))["busy"]
        held = ask_page(request, visit, asked, _plain(raw), is_proposed=False, wrong=busy, status=429)
        held["Retry-After"] = str(wait)
        return held
    try:
        after = give_answer(visit, asked, raw, how)
    except AnswerInvalid as wrong:
        said = _said(request, visit, raw, wrong)
        return ask_page(request, visit, asked, _plain(raw), is_proposed=False, wrong=said, status=422)
    except NotAsked:
        return _passed_over(request, visit, token)
    return _remember(request, _back(request, after, token, after=asked), after, token)


def _remember(request: HttpRequest, response: HttpResponse, visit: Visit, token: str) -> HttpResponse:
    is_framed = bool(frame_ancestors(request, visit))
    return remember_sitting(request, response, visit, token, is_framed=is_framed)


def _raw(request: HttpRequest, question: Question) -> Any:
    """As `check_answer` takes it."""
    match question.kind:
        case "matrix":
            return {row.value: request.POST.get(f"row.{row.value}", "") for row in question.rows}
        case "multiple":
            return request.POST.getlist("answer")
        case "file":
            sent = request.FILES.get("answer")
            return SentFile(sent.name or "", sent.read(LARGEST_FILE + 1)) if sent else None
        case _:
            return request.POST.get("answer", "")


def _plain(raw: Any) -> Any:
    """What was written stays on the page while it is put right."""
    return None if isinstance(raw, SentFile) else raw


def _said(request: HttpRequest, visit: Visit, raw: Any, wrong: AnswerInvalid) -> str:
    language = language_of(request, visit)
    if has_own_words(language):
        return wrong.said
    return page_words(language)["missing" if raw in (None, "", [], {}) else "wrong"]


def _back(request: HttpRequest, visit: Visit, token: str, *, after: Question | None = None) -> HttpResponse:
    """To the page that asks what comes next, by an address of its own: loading it again sends nothing twice. Who
    changes an earlier answer goes on through those that they gave."""
    query = carried_on(request, visit, is_known=sitting_in_cookie(request, token) is not None)
    ids = visit.path.ids
    if after is not None and after.id in ids[:-1]:
        query["at"] = ids[ids.index(after.id) + 1]
    address = f"{request.path}?{urlencode(query)}" if query else request.path
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def _passed_over(request: HttpRequest, visit: Visit, token: str) -> HttpResponse:
    """An answer that is taken no more: a choice is gone without loss, words are shown to whoever wrote them."""
    return unkept_page(request, visit) if unkept_words(request, visit) else _back(request, visit, token)


def _is_suspect(request: HttpRequest, visit: Visit) -> bool:
    """Whether a machine seems to answer: it fills in what nobody sees, or reads nothing. Who was invited and has
    chosen in the mail may be as quick as they like."""
    if request.POST.get(TRAP):
        return True
    return visit.invitation is None and _seconds_shown(request) < QUICKEST.total_seconds()


def _seconds_shown(request: HttpRequest) -> float:
    """How long the page was before somebody; 0 where it was before nobody, or at another address or sitting."""
    try:
        shown = float(stamp_of(request, sitting_in_form(request)).unsign(request.POST.get("shown", "")))
    except (signing.BadSignature, ValueError):
        return 0
    return clock.now().timestamp() - shown
