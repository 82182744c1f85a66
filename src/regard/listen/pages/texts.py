"""The texts themselves, narrowed in several ways."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regard.core.edges.feedback_actions import actions_for
from regard.core.edges.keyset import CursorInvalid
from regard.core.edges.pages import StoreRequest, asked_for, store_page
from regard.core.models import Store
from regard.listen.domain.quotes import MOST_COUNTED, Wanted, count_texts, quotes_for_viewer
from regard.listen.domain.taught import known_intents
from regard.listen.domain.text_sources import text_sources
from regard.listen.domain.texts import count_waiting
from regard.listen.models import Feeling, Theme, Urgency
from regard.listen.pages.asked import source_asked, tabs
from regard.listen.pages.shown import feeling_choices, intent_choices, shown_quote
from regard.profile.domain.product_titles import product_titles
from regard.text.language import UNKNOWN
from regard.ui.charts.weeks import beginning_of
from regard.ui.date_range import asked_day
from regard.ui.filters import Day, Filter, chosen_of
from regard.ui.templatetags.figures import whole


@store_page("customers.read")
def texts(request: StoreRequest) -> HttpResponse:
    store, cursor = request.store, request.GET.get("cursor", "")
    wanted = _wanted(request)
    try:
        quotes, following = quotes_for_viewer(store, wanted, cursor=cursor)
    except CursorInvalid:
        return redirect(request.path)
    filters, days = _filters(store, wanted), _days(request)
    context = {
        "tabs": tabs(request, "feedback_texts"),
        "quotes": [shown_quote(quote) for quote in quotes],
        "count": _count_in_words(count_texts(store, wanted)) if quotes else "",
        "filters": filters,
        "chosen": chosen_of(request.GET, [*filters, *days]),
        "theme": wanted.theme,
        "product": product_titles(store, [wanted.product]).get(wanted.product, wanted.product),
        "kept": [("theme", wanted.theme.pk if wanted.theme else ""), ("product", wanted.product)],
        "days": days,
        "intents": intent_choices(store),
        "feelings": feeling_choices(),
        "cursor": cursor,
        "next_cursor": following,
        "waiting": count_waiting(store),
        "feedback_actions": actions_for(request),
    }
    return render(request, "listen/texts.html", context)


def _count_in_words(count: int) -> str:
    if count >= MOST_COUNTED:
        return _("%s texts or more") % whole(MOST_COUNTED)
    return ngettext("%s text", "%s texts", count) % whole(count)


def _wanted(request: StoreRequest) -> Wanted:
    """What the address asks for; what makes no sense is left out."""
    feeling, intent = (asked_for(request, name) for name in ("feeling", "intent"))
    first, last = (each.day for each in _days(request))
    urgency = asked_for(request, "urgency")
    theme = asked_for(request, "theme")
    found = Theme.objects.filter(store=request.store, pk=theme).first() if theme.isdecimal() else None
    return Wanted(
        feeling=feeling if feeling in Feeling.values else "",
        source=source_asked(request),
        intent=intent if intent in {UNKNOWN, *known_intents(request.store)} else "",
        urgency=int(urgency) if urgency in {str(value) for value in Urgency.values} else None,
        theme=found,
        product=asked_for(request, "product"),
        since=beginning_of(request.store, first) if first else None,
        before=beginning_of(request.store, last + timedelta(days=1)) if last else None,
    )


def _days(request: StoreRequest) -> list[Day]:
    named = (("from", _("From")), ("to", _("To")))
    return [Day(name, label, asked_day(asked_for(request, name))) for name, label in named]


def _filters(store: Store, wanted: Wanted) -> list[Filter]:
    urgency = "" if wanted.urgency is None else str(wanted.urgency)
    return [
        Filter(
            "feeling", _("Feeling"), [(value, str(label)) for value, label in Feeling.choices], wanted.feeling
        ),
        Filter("intent", _("Wants"), intent_choices(store), wanted.intent),
        Filter(
            "urgency", _("Urgency"), [(str(value), str(label)) for value, label in Urgency.choices], urgency
        ),
        Filter("source", _("Where"), [(each.name, _(each.label)) for each in text_sources], wanted.source),
    ]
