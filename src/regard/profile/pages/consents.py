"""Noting on the customer's page what marketing they allow."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from regard.core.edges.pages import StoreRequest, first_message, notify, store_page, warn
from regard.profile.domain.consents import consents_of, tell_consent
from regard.profile.domain.finding import customer_for_viewer
from regard.profile.models import Customer

ANSWERS = {"allow": True, "refuse": False}


@store_page(post="customers.change")
def note_consent(request: StoreRequest, customer_id: int, channel: str, answer: str) -> HttpResponse:
    store = request.store
    try:
        customer = customer_for_viewer(store, customer_id)
        given = ANSWERS[answer]
    except (Customer.DoesNotExist, KeyError):
        raise Http404 from None
    before = {state.channel: state.given for state in consents_of(store, customer.pk)}
    try:
        tell_consent(store=store, customer=customer, channel=channel, given=given, actor=request.user.email)
    except ValidationError as error:
        warn(request, first_message(error))
    else:
        undo = ""
        if before[channel] is not None:  # that nothing was said cannot be said again
            other = "allow" if before[channel] else "refuse"
            undo = reverse("customer_consent", args=[store.slug, customer.pk, channel, other])
        notify(
            request, _("Noted that it is allowed.") if given else _("Noted that it is refused."), undo=undo
        )
    return redirect(f"{reverse('customer', args=[store.slug, customer.pk])}#consents")
