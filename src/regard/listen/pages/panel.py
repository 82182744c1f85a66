"""Reviews and answers to surveys on the customer's page."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from regard.core.models import Store
from regard.listen.domain.queries import answers_of_customer, reviews_of_customer


def render_reviews(request: HttpRequest, store: Store, customer_id: int) -> str:
    """Nothing when there are none, so that what is known stands together."""
    reviews = reviews_of_customer(store, customer_id)
    if not reviews:
        return ""
    return render_to_string("listen/reviews.html", {"reviews": reviews}, request)


def render_answers(request: HttpRequest, store: Store, customer_id: int) -> str:
    """The same."""
    answers = answers_of_customer(store, customer_id)
    if not answers:
        return ""
    return render_to_string("listen/answers.html", {"answers": answers}, request)
