"""What a customer answered to messages, on their page."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from regard.act.domain.replies import TEXTS, replies_of_customer
from regard.core.models import Store
from regard.listen.domain.quotes import understood_of


def render_replies(request: HttpRequest, store: Store, customer_id: int) -> str:
    """Nothing when there are none, so that most customers' pages stay short."""
    replies = replies_of_customer(store, customer_id)
    if not replies:
        return ""
    understood = understood_of(store, TEXTS.name, [reply.pk for reply in replies])
    told = [(reply, understood.get(reply.pk)) for reply in replies]
    return render_to_string("act/replies.html", {"replies": told}, request)
