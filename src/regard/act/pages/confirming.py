"""Confirming a consent: the public page, and asking once more by hand."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from regard.act.domain.confirming import Question, ask_again, confirm, question_of
from regard.act.pages.preferences import public_page, show_public
from regard.core.edges.pages import StoreRequest, first_message, notify, store_page, warn
from regard.core.models import Store
from regard.profile.domain.consents import pending_consents
from regard.profile.domain.finding import customer_for_viewer
from regard.profile.models import ConsentChannel, Customer


def _confirm_consent(request: HttpRequest, question: Question) -> HttpResponse:
    """GET asks, since programs that look into mails follow every link; POST confirms."""
    context = {"shop": question.identity.store, "question": question, "is_done": request.method == "POST"}
    if request.method == "POST":
        confirm(question)
    return show_public(request, "act/public/confirm.html", context)


confirm_consent = public_page(_confirm_consent, question_of)


@store_page(post="customers.change")
def ask(request: StoreRequest, customer_id: int, channel: str) -> HttpResponse:
    try:
        customer = customer_for_viewer(request.store, customer_id)
    except Customer.DoesNotExist:
        raise Http404 from None
    try:
        is_asked = ask_again(request.store, customer, channel=channel, actor=request.user.email)
    except ValidationError as error:
        warn(request, first_message(error))
    else:
        if is_asked:
            notify(request, _("The customer is asked once more."))
        else:
            warn(request, _("There is nothing to confirm, or no address to ask at."))
    return redirect(f"{reverse('customer', args=[request.store.slug, customer.pk])}#pending-title")


def render_pending(request: HttpRequest, store: Store, customer_id: int) -> str:
    """Nothing for a customer who has nothing to confirm, as nearly everybody has."""
    rows = [
        (each, str(ConsentChannel(each.channel).label)) for each in pending_consents(store, [customer_id])
    ]
    if not rows:
        return ""
    context = {"rows": rows, "store": store, "customer_id": customer_id}
    return render_to_string("act/pending_panel.html", context, request)
