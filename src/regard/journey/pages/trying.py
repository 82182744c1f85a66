"""A dry run: what would happen to one real customer, with the messages they would get. Nothing is done."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404, HttpResponse
from django.shortcuts import render

from regard.core.edges.pages import StoreRequest, asked_for, store_page
from regard.core.models import Store
from regard.journey.domain.definition.parts import Definition, WaitFor
from regard.journey.domain.definition.program import all_steps
from regard.journey.domain.journeys import definition_of
from regard.journey.domain.latest_event import latest_told
from regard.journey.domain.simulating import simulate_journey
from regard.journey.domain.words import describe_step
from regard.journey.pages.asked import TRIAL, journey_asked, journey_context
from regard.journey.pages.people import step_labels
from regard.profile.domain.customers import name_customers
from regard.profile.domain.finding import customer_for_viewer
from regard.profile.domain.segments.ask import customers_in_segment
from regard.profile.models import Customer

FOUND = 8


@store_page("journeys.read")
def dry_run(request: StoreRequest, journey_id: int) -> HttpResponse:
    found = journey_asked(request, journey_id)
    definition, store = definition_of(found), request.store
    search, named = asked_for(request, "q").strip(), asked_for(request, "customer")
    came = request.GET.getlist("came")
    context = {
        **journey_context(request, found, TRIAL),
        "search": search,
        "found": customers_in_segment(store=store, search=search, limit=FOUND).rows if search else [],
        "waits": [(step_id, label, step_id in came) for step_id, label in _waits(definition).items()],
    }
    if named.isascii() and named.isdigit() and len(named) < 19:
        customer = _customer(store, int(named))
        told = latest_told(store, definition, customer.pk)
        run = simulate_journey(store, definition, customer.pk, told=told, came=came)
        labels = step_labels(definition)
        steps = [(labels.get(step.step, ""), step) for step in run.steps] if run else []
        context |= {"customer": customer, "run": run, "steps": steps, "told": told}
    return render(request, "journey/try.html", context)


def _customer(store: Store, customer_id: int) -> Customer:
    try:
        customer = customer_for_viewer(store, customer_id)
    except Customer.DoesNotExist:
        raise Http404 from None
    name_customers([customer])
    return customer


def _waits(definition: Definition) -> Mapping[str, str]:
    """The steps that wait for an event, of which somebody may say that it comes."""
    steps = all_steps(definition.steps)
    return {step.id: step.name or describe_step(step).said for step in steps if isinstance(step, WaitFor)}
