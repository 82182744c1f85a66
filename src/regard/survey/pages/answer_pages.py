"""The pages on which somebody answers: a question, the thanks, and why nobody can answer here."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import translation

from regard.core import clock
from regard.core.edges.pages import once
from regard.core.languages import page_language
from regard.survey.domain.answering.ending import ending_of
from regard.survey.domain.answering.places import MOST, PARAMETER
from regard.survey.domain.answering.visits import Visit
from regard.survey.domain.asking.people import pick_language
from regard.survey.domain.definition.parts import Question
from regard.survey.domain.framing import PREVIEW, is_preview, sites_framing
from regard.survey.domain.piping import values_of_people, values_of_store, values_of_things
from regard.survey.models import Channel
from regard.survey.pages.shown import Speaker
from regard.survey.pages.sittings import FIELD, IN_ADDRESS, sealed_sitting
from regard.survey.pages.words import is_right_to_left, page_words

SHOWN_SALT = "regard.survey.shown"

NOWHERE, ANYWHERE = "'none'", "*"
TRAP = "website"  # a field that people do not see, and programs fill in

NAMES = {
    "ar": "العربية", "de": "Deutsch", "en": "English", "es": "Español", "fr": "Français", "he": "עברית",
    "it": "Italiano", "nl": "Nederlands", "pl": "Polski", "pt": "Português", "tr": "Türkçe",
}  # fmt: skip


def carried_on(request: HttpRequest, visit: Visit, *, is_known: bool) -> dict[str, str]:
    """What the addresses of this visit go on saying. is_known: whether a cookie knows the sitting."""
    told = {
        "l": request.POST.get("l") or request.GET.get("l") or "",
        PARAMETER: request.GET.get(PARAMETER, "")[:MOST] if visit.invitation is None else "",
        PREVIEW: request.GET.get(PREVIEW, "")[:200] if visit.invitation is None else "",
        IN_ADDRESS: "" if is_known else sealed_sitting(request, visit),
    }
    return {name: value for name, value in told.items() if value}


def stamp_of(request: HttpRequest, sitting: UUID | None) -> signing.Signer:
    """So that a page that was looked at once does not begin sitting after sitting."""
    return signing.Signer(salt=f"{SHOWN_SALT} {request.path} {sitting}")


def ask_page(
    request: HttpRequest,
    visit: Visit,
    question: Question,
    value: Any,
    *,
    is_proposed: bool,
    wrong: str = "",
    status: int = 200,
) -> HttpResponse:
    language = language_of(request, visit)
    words = page_words(language)
    speaker = _speaker(visit, language)
    before = visit.before(question)
    ids = visit.path.ids
    following = ids[ids.index(question.id) + 1 :] if question.id in ids else ()
    place = ids.index(question.id) if question.id in ids else len(ids)
    context = {
        "shown": speaker.show(question, value, words, is_proposed=is_proposed),
        "title": speaker.say(visit.definition.title),
        # In a prompt of the shop's pages it stands above the frame already.
        "has_heading": before is None and visit.channel != Channel.WEB,
        "intro": speaker.say(visit.definition.intro) if before is None else "",
        "back": before.id if before else "",
        "is_answered": question.id in ids,
        "keep": following[0] if following else "",
        "percent": round(100 * _share(visit, question)),
        "number": words["progress"] % {"number": place + 1},
        "wrong": wrong,
        "moment": stamp_of(request, visit.sitting).sign(f"{clock.now().timestamp():.3f}"),
        "trap": TRAP,
        "sitting_field": FIELD,
        "sitting": sealed_sitting(request, visit),
        "most": words["choose_most"] % {"most": question.most} if question.most else words["choose_any"],
    }
    return _render(request, "survey/public/question.html", context, visit, language, status=status)


def _share(visit: Visit, question: Question) -> float:
    places = [each.id for each in visit.definition.questions]
    return places.index(question.id) / len(places)


def end_page(request: HttpRequest, visit: Visit) -> HttpResponse:
    language = language_of(request, visit)
    speaker = _speaker(visit, language)
    with translation.override(_page_language(language)):
        ending = ending_of(visit)
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


def closed_page(request: HttpRequest, why: str, visit: Visit | None, *, status: int = 410) -> HttpResponse:
    """Why nobody can answer here, and what to do."""
    wanted = [visit.store.language] if visit else []
    language = language_of(request, visit) if visit else page_language(*_accepted(request), *wanted)
    context = {"why": why, "unkept": unkept_words(request, visit) if visit else ""}
    return _render(request, "survey/public/closed.html", context, visit, language, status=status)


def unkept_page(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What somebody wrote to a question that is not asked any more, and how to go on."""
    context = {"unkept": unkept_words(request, visit)}
    return _render(
        request, "survey/public/unkept.html", context, visit, language_of(request, visit), status=409
    )


def unkept_words(request: HttpRequest, visit: Visit) -> str:
    """The words that a request sends to a question of the survey; "" if it sends none."""
    asked = request.POST.get("question", "")
    is_written = any(each.id == asked and each.kind == "text" for each in visit.definition.questions)
    return request.POST.get("answer", "").strip() if is_written and "skip" not in request.POST else ""


def too_large_page(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Nothing of what was sent is read, not for this page either."""
    request.POST = QueryDict()
    return closed_page(request, "too_large", visit, status=413)


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
    ancestors = frame_ancestors(request, visit)
    languages = visit.definition.languages if visit else ()
    # An address without the sitting leads to it where a cookie does; else the links of the page say it on.
    carried = carried_on(request, visit, is_known=not request.GET.get(IN_ADDRESS)) if visit else {}
    kept = urlencode({name: value for name, value in carried.items() if name != "l"})
    is_branded = visit is None or visit.invitation is None or visit.invitation.levers.get("branded", True)
    told = {
        "nonce": nonce,
        "is_framed": bool(ancestors),
        "has_answered": visit is not None and visit.submission is not None,
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
    with translation.override(_page_language(language)):
        response = render(request, template, told, status=status)
    response["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; form-action 'self'; "
        f"base-uri 'none'{_framed_by(ancestors)}"
    )
    response.xframe_options_exempt = bool(ancestors)  # as Django's decorator
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    response["Content-Language"] = language
    return response


def frame_ancestors(request: HttpRequest, visit: Visit | None) -> str:
    """The sites that may show the page in a frame; "" for none, as of all that is not in the shop."""
    if visit is None or visit.invitation is not None or visit.channel != Channel.WEB:
        return ""
    if is_preview(visit.survey, request.GET.get(PREVIEW, "")):
        return ANYWHERE
    return " ".join(once(request, sites_framing, visit.survey))


def _framed_by(ancestors: str) -> str:
    """As the policy says it; a frame without an origin, as that of a preview, is let in by no word of one."""
    return "" if ancestors == ANYWHERE else f"; frame-ancestors {ancestors or NOWHERE}"


def _page_language(language: str) -> str:
    """In which Regard's own words are said beside those of a survey."""
    return page_language(language.partition("-")[0], "en")


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


def language_of(request: HttpRequest, visit: Visit) -> str:
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
