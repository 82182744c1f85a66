"""Reviews and answers to surveys on the customer's page."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from regard.core.models import Store
from regard.listen.domain import text_sources
from regard.listen.domain.queries import answers_of_customer, reviews_of_customer
from regard.listen.domain.quotes import understood_of


def render_reviews(request: HttpRequest, store: Store, customer_id: int) -> str:
    """Nothing when there are none, so that what is known stands together."""
    reviews = reviews_of_customer(store, customer_id)
    if not reviews:
        return ""
    understood = understood_of(store, text_sources.REVIEWS.name, [review.pk for review in reviews])
    told = [(review, understood.get(review.pk)) for review in reviews]
    return render_to_string("listen/reviews.html", {"reviews": told}, request)


def render_answers(request: HttpRequest, store: Store, customer_id: int) -> str:
    """The same."""
    answers = answers_of_customer(store, customer_id)
    if not answers:
        return ""
    understood = understood_of(store, text_sources.ANSWERS.name, [answer.pk for answer in answers])
    told = [(answer, understood.get(answer.pk)) for answer in answers]
    return render_to_string("listen/answers.html", {"answers": told}, request)
