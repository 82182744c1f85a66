"""Asking a customer a survey, from their page."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from regard.core.edges.pages import StoreRequest, first_message, notify, posted, store_page, warn
from regard.core.models import Store
from regard.profile.domain.finding import customer_for_viewer
from regard.profile.models import Customer
from regard.survey.domain.asking.actions import CHANNELS
from regard.survey.domain.asking.by_hand import ask_by_hand, asked_of_customer, live_surveys
from regard.survey.domain.files import files_of_customer

SHOWN = 5


def render_asked(request: HttpRequest, store: Store, customer_id: int) -> str:
    """What was asked of a customer, and what can be; nothing where there is neither."""
    asked, surveys = asked_of_customer(store, customer_id, limit=SHOWN), live_surveys(store)
    files = files_of_customer(store, customer_id, limit=SHOWN)
    if not asked and not surveys and not files:
        return ""
    channels = [(value, _(label)) for value, label in CHANNELS.items()]
    context = {
        "asked": asked,
        "surveys": surveys,
        "files": files,
        "channels": channels,
        "customer_id": customer_id,
        "store": store,
        "form_key": uuid4(),
    }
    return render_to_string("survey/customer_surveys.html", context, request)


@store_page(post="surveys.manage")
def ask(request: StoreRequest, customer_id: int) -> HttpResponse:
    try:
        customer = customer_for_viewer(request.store, customer_id)
    except Customer.DoesNotExist:
        raise Http404 from None
    channel = posted(request, "channel")
    try:
        asked = ask_by_hand(
            customer,
            survey=posted(request, "survey"),
            channel=channel if channel in CHANNELS else "email",
            actor=request.user.email,
            form=_form_key(request),
        )
    except ValidationError as error:
        warn(request, first_message(error))
    else:
        name = asked.survey.name
        if channel == "link":
            notify(request, _("Give this link to the customer: %(url)s") % {"url": asked.url})
        else:
            notify(request, _("The survey “%s” is on its way.") % name)
    return redirect("customer", request.store.slug, customer.pk)


def _form_key(request: StoreRequest) -> UUID | None:
    try:
        return UUID(posted(request, "form"))
    except ValueError:
        return None
