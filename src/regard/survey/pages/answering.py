"""Public pages: answering a survey, one question at a time. Without sign-in, and without JavaScript.

Nothing is kept by looking: programs that read mails follow every link. What is chosen in a mail is shown as
chosen, and sent by whoever has the page before them. No cookie proves who somebody is: who has a link may do what
it is for.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from regard.core import clock
from regard.core.languages import page_language
from regard.survey.domain.answering.ending import ending_of
from regard.survey.domain.answering.giving import Circumstances, NotAsked, give_answer
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
from regard.survey.domain.asking.people import pick_language
from regard.survey.domain.definition.parts import Question
from regard.survey.domain.piping import values_of_people, values_of_store, values_of_things
from regard.survey.pages.limits import is_too_large, seconds_to_wait
from regard.survey.pages.shown import Speaker
from regard.survey.pages.sittings import (
    FIELD,
    IN_ADDRESS,
    remember_sitting,
    remembered_sitting,
    sealed_sitting,
    sitting_in_cookie,
    sitting_in_form,
)
from regard.survey.pages.words import has_own_words, is_right_to_left, page_words

SHOWN_SALT = "regard.survey.shown"
# Proposal: nobody reads a question and answers it in less.
QUICKEST = timedelta(seconds=1)
TRAP = "website"  # a field that people do not see, and programs fill in
NAMES = {
    "ar": "العربية", "de": "Deutsch", "en": "English", "es": "Español", "fr": "Français", "he": "עברית",
    "it": "Italiano", "nl": "Nederlands", "pl": "Polski", "pt": "Português", "tr": "Türkçe",
}  # fmt: skip


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answering(request: HttpRequest, token: str) -> HttpResponse:
    """Of somebody who was invited."""
    try:
        visit = visit_by_token(token, sitting=remembered_sitting(request, token))
    except LinkInvalid:
        return _closed(request, "invalid", None)
    return _serve(request, visit, token)


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_answering(request: HttpRequest, token: str) -> HttpResponse:
    """Of anybody, once a browser."""
    try:
        visit = visit_by_open_link(
            token, sitting=remembered_sitting(request, token), channel=request.GET.get("c", "")
        )
    except LinkInvalid:
        return _closed(request, "invalid", None)
    return _serve(request, visit, token)


def _serve(request: HttpRequest, visit: Visit, token: str) -> HttpResponse:
    if is_too_large(request, visit):
        return _too_large(request, visit)
    try:
        visit = seated(visit, sitting_in_form(request))
    except RequestDataTooBig:  # words, which are not put aside on a disk as files are
        return _too_large(request, visit)
    closed = closed_because(visit)
    if closed is Closed.DONE and visit.submission is not None and request.method != "POST":
        return _end(request, visit)  # to the browser that answered; it shows no answer and takes none
    if closed is not None:
        return _closed(request, closed.value, visit)
    if request.method == "POST":
        return _take(request, visit, token)
    return remember_sitting(request, _show(request, visit), visit, token)


def _show(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The question that is asked for, or else the next; with the value that a link proposes for it."""
    proposed = _chosen_in_mail(request, visit)
    question = visit.question(proposed.id if proposed else request.GET.get("at", ""))
    if question is None:
        return _end(request, visit)
    value = visit.answers.get(question.id)
    is_proposed = False
    if proposed is question:
        value, is_proposed = _proposed(question, request.GET[question.id], value)
    return _ask(request, visit, question, value, is_proposed=is_proposed)


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
        return _back(request, visit, token)  # it was answered elsewhere meanwhile, or is on the way no more
    raw = None if "skip" in request.POST else _raw(request, asked)
    how = Circumstances(
        language=_language(request, visit),
        is_suspect=_is_suspect(request, visit),
        page_url=request.POST.get("page", ""),
    )
    wait = seconds_to_wait(request, visit)
    if wait:
        busy = page_words(_language(request, visit))["busy"]
        held = _ask(request, visit, asked, _plain(raw), is_proposed=False, wrong=busy, status=429)
        held["Retry-After"] = str(wait)
        return held
    try:
        after = give_answer(visit, asked, raw, how)
    except AnswerInvalid as wrong:
        said = _said(request, visit, raw, wrong)
        return _ask(request, visit, asked, _plain(raw), is_proposed=False, wrong=said, status=422)
    except NotAsked:
        return _back(request, visit, token)
    return remember_sitting(request, _back(request, after, token, after=asked), after, token)


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
    language = _language(request, visit)
    if has_own_words(language):
        return wrong.said
    return page_words(language)["missing" if raw in (None, "", [], {}) else "wrong"]


def _back(request: HttpRequest, visit: Visit, token: str, *, after: Question | None = None) -> HttpResponse:
    """To the page that asks what comes next, by an address of its own: loading it again sends nothing twice. Who
    changes an earlier answer goes on through those that they gave."""
    query = _carried(request, visit, is_known=sitting_in_cookie(request, token) is not None)
    ids = visit.path.ids
    if after is not None and after.id in ids[:-1]:
        query["at"] = ids[ids.index(after.id) + 1]
    address = f"{request.path}?{urlencode(query)}" if query else request.path
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def _carried(request: HttpRequest, visit: Visit, *, is_known: bool) -> dict[str, str]:
    """What the addresses of this visit go on saying. is_known: whether a cookie knows the sitting."""
    told = {
        "l": request.POST.get("l") or request.GET.get("l") or "",
        "c": request.GET.get("c", "") if visit.invitation is None else "",
        IN_ADDRESS: "" if is_known else sealed_sitting(request, visit),
    }
    return {name: value for name, value in told.items() if value}


def _is_suspect(request: HttpRequest, visit: Visit) -> bool:
    """Whether a machine seems to answer: it fills in what nobody sees, or reads nothing. Who was invited and has
    chosen in the mail may be as quick as they like."""
    if request.POST.get(TRAP):
        return True
    return visit.invitation is None and _seconds_shown(request) < QUICKEST.total_seconds()


def _seconds_shown(request: HttpRequest) -> float:
    """How long the page was before somebody; 0 where it was before nobody, or at another address or sitting."""
    try:
        shown = float(_stamp(request, sitting_in_form(request)).unsign(request.POST.get("shown", "")))
    except (signing.BadSignature, ValueError):
        return 0
    return clock.now().timestamp() - shown


def _stamp(request: HttpRequest, sitting: UUID | None) -> signing.Signer:
    """So that a page that was looked at once does not begin sitting after sitting."""
    return signing.Signer(salt=f"{SHOWN_SALT} {request.path} {sitting}")


def _ask(
    request: HttpRequest,
    visit: Visit,
    question: Question,
    value: Any,
    *,
    is_proposed: bool,
    wrong: str = "",
    status: int = 200,
) -> HttpResponse:
    language = _language(request, visit)
    words = page_words(language)
    speaker = _speaker(visit, language)
    before = visit.before(question)
    ids = visit.path.ids
    following = ids[ids.index(question.id) + 1 :] if question.id in ids else ()
    place = ids.index(question.id) if question.id in ids else len(ids)
    context = {
        "shown": speaker.show(question, value, words, is_proposed=is_proposed),
        "title": speaker.say(visit.definition.title),
        "intro": speaker.say(visit.definition.intro) if before is None else "",
        "back": before.id if before else "",
        "is_answered": question.id in ids,
        "keep": following[0] if following else "",
        "percent": round(100 * _share(visit, question)),
        "number": words["progress"] % {"number": place + 1},
        "wrong": wrong,
        "moment": _stamp(request, visit.sitting).sign(f"{clock.now().timestamp():.3f}"),
        "trap": TRAP,
        "sitting_field": FIELD,
        "sitting": sealed_sitting(request, visit),
        "most": words["choose_most"] % {"most": question.most} if question.most else words["choose_any"],
    }
    return _render(request, "survey/public/question.html", context, visit, language, status=status)


def _share(visit: Visit, question: Question) -> float:
    places = [each.id for each in visit.definition.questions]
    return places.index(question.id) / len(places)


def _end(request: HttpRequest, visit: Visit) -> HttpResponse:
    language = _language(request, visit)
    speaker, ending = _speaker(visit, language), ending_of(visit)
    first = visit.path.answered[0].id if visit.path.answered and not visit.definition.is_anonymous else ""
    link = speaker.say({language: ending.thanks.link}) if ending.thanks else ""
    context = {
        "thanks": speaker.say(ending.thanks.text) if ending.thanks else "",
        "link": link if link.startswith("https://") else "",
        "link_label": speaker.say(ending.thanks.link_label) if ending.thanks else "",
        "offer": ending.offer,
        "first": first,
    }
    return _render(request, "survey/public/thanks.html", context, visit, language)


def _closed(request: HttpRequest, why: str, visit: Visit | None, *, status: int = 410) -> HttpResponse:
    """Why nobody can answer here, and what to do."""
    wanted = [visit.store.language] if visit else []
    language = _language(request, visit) if visit else page_language(*_accepted(request), *wanted)
    return _render(request, "survey/public/closed.html", {"why": why}, visit, language, status=status)


def _too_large(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Nothing of what was sent is read, not for this page either."""
    request.POST = QueryDict()
    return _closed(request, "too_large", visit, status=413)


def _render(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    visit: Visit | None,
    language: str,
    *,
    status: int = 200,
) -> HttpResponse:
    nonce = secrets.token_urlsafe(12)
    languages = visit.definition.languages if visit else ()
    # An address without the sitting leads to it where a cookie does; else the links of the page say it on.
    carried = _carried(request, visit, is_known=not request.GET.get(IN_ADDRESS)) if visit else {}
    kept = urlencode({name: value for name, value in carried.items() if name != "l"})
    is_branded = visit is None or visit.invitation is None or visit.invitation.levers.get("branded", True)
    told = {
        "nonce": nonce,
        "shop": visit.store if visit else None,
        "is_branded": is_branded,
        "is_anonymous": visit is not None and visit.definition.is_anonymous,
        "language": language,
        "chosen_language": carried.get("l", ""),
        "carried": f"{urlencode(carried)}&" if carried else "",
        "kept": f"&{kept}" if kept else "",
        "is_rtl": is_right_to_left(language),
        "languages": _named(languages) if len(languages) > 1 else [],
        "words": page_words(language),
        **context,
    }
    with translation.override(page_language(language.partition("-")[0], "en")):
        response = render(request, template, told, status=status)
    response["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    response["Content-Language"] = language
    return response


def _named(languages: Sequence[str]) -> list[tuple[str, str]]:
    """Each language as those call it who speak it."""
    return [(each, NAMES.get(each.partition("-")[0], each)) for each in languages]


def _speaker(visit: Visit, language: str) -> Speaker:
    """With what words of the survey may name: of whoever was invited, of what it is about, and of the answers."""
    values: dict[str, Any] = values_of_store(visit.store)
    if visit.customer_id is not None:
        known = values_of_people(visit.store, [visit.definition], [visit.customer_id], language)
        values |= known[visit.customer_id]
    values |= values_of_things(visit.store, {visit.thing})[visit.thing]
    return Speaker(visit.definition, language, {**values, "answers": dict(visit.answers)})


def _language(request: HttpRequest, visit: Visit) -> str:
    """One that the survey has: that chosen here, else what was spoken before, else what the browser asks for."""
    chosen = request.POST.get("l") or request.GET.get("l") or ""
    held = visit.submission.language if visit.submission else ""
    invited = visit.invitation.language if visit.invitation else ""
    return pick_language([chosen, held, invited, *_accepted(request)], visit.definition.languages)


def _accepted(request: HttpRequest) -> list[str]:
    """What the browser asks for, the dearest first."""
    told = []
    for place, part in enumerate(request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:500].split(",")):
        code, _semicolon, weight = part.strip().partition(";q=")
        try:
            told.append((-float(weight or 1), place, code.strip()))
        except ValueError:
            continue
    return [code for _weight, _place, code in sorted(told) if code and code != "*"]
