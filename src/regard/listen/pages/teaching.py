"""How good the understanding is on this store's own texts, where it is unsure, and what people teach it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regard.core.domain.permissions import role_allows
from regard.core.edges.pages import StoreRequest, first_message, notify, posted, store_page, warn
from regard.listen.domain.labels import intent_label
from regard.listen.domain.quotes import unsure_quotes
from regard.listen.domain.taught import (
    Quality,
    forget_intent,
    judge_text,
    own_intents,
    quality_of,
    teach_intent,
)
from regard.listen.models import Feeling, Lesson, Understanding
from regard.listen.pages.asked import tabs
from regard.listen.pages.shown import feeling_choices, intent_choices, shown_quote
from regard.ui.templatetags.figures import whole

MOST_LABELS = 12


@store_page("customers.read")
def understanding(request: StoreRequest) -> HttpResponse:
    store = request.store
    feelings, intents = (quality_of(store, about) for about in (Lesson.About.FEELING, Lesson.About.INTENT))
    context = {
        "tabs": tabs(request, "understanding"),
        "feeling": feelings[0],
        "feeling_shares": [_share(each, str(Feeling(each.label).label)) for each in feelings[1:]],
        "intent": intents[0],
        "intent_shares": [_share(each, intent_label(each.label)) for each in intents[1 : 1 + MOST_LABELS]],
        "quotes": [shown_quote(quote) for quote in unsure_quotes(store)],
        "own": [(name, intent_label(name), count) for name, count in own_intents(store)],
        "intents": intent_choices(store),
        "feelings": feeling_choices(),
    }
    return render(request, "listen/understanding.html", context)


def _share(quality: Quality, label: str) -> dict[str, Any]:
    value = f"{whole(quality.right)} / {whole(quality.judged)}"
    return {"label": label, "value": value, "share": quality.share or 0, "tone": "", "url": ""}


@store_page(post="texts.judge")
def judge(request: StoreRequest, text_id: int) -> HttpResponse:
    """Say how the writer feels, what they want, or both."""
    found = Understanding.objects.filter(store=request.store, pk=text_id).first()
    if found is None:
        raise Http404
    try:
        judge_text(
            found,
            feeling=posted(request, "feeling"),
            intent=posted(request, "intent"),
            may_teach=role_allows(request.member.role, "texts.teach"),
            actor=request.user.email,
        )
    except Understanding.DoesNotExist:
        raise Http404 from None
    except ValidationError as error:
        warn(request, first_message(error))
    else:
        notify(request, _("Thank you: the text stands as you say, and the next ones are understood by it."))
    return redirect(_back(request))


@store_page(post="texts.teach")
def teach(request: StoreRequest) -> HttpResponse:
    examples = posted(request, "examples").splitlines()
    name = posted(request, "intent")
    try:
        count = teach_intent(request.store, intent=name, examples=examples, actor=request.user.email)
    except ValidationError as error:
        warn(request, first_message(error))
    else:
        text = ngettext("%d new example is learnt.", "%d new examples are learnt.", count)
        notify(request, text % count)
    return redirect("understanding", request.store.slug)


@store_page(post="texts.teach")
def forget(request: StoreRequest) -> HttpResponse:
    count = forget_intent(request.store, posted(request, "intent"), actor=request.user.email)
    text = ngettext("%d example is forgotten.", "%d examples are forgotten.", count)
    notify(request, text % count)
    return redirect("understanding", request.store.slug)


def _back(request: StoreRequest) -> str:
    """Where the form stood, if that is a page of ours."""
    there = posted(request, "next")
    if url_has_allowed_host_and_scheme(there, allowed_hosts={request.get_host()}):
        return there
    return reverse("feedback_texts", args=[request.store.slug])
