"""What stays of reviews and answers in the log when their person is erased."""

from __future__ import annotations

from collections.abc import Mapping

from regard.capture.domain.impersonal import figure, nothing, one_of, thing
from regard.core.registry import KeptValue, impersonal_fields
from regard.listen.domain import told_answers, told_reviews
from regard.listen.facts import AnswerGiven, AnswerImported, AnswerWithdrawn, ReviewImported
from regard.listen.models import Measure, Topic

REVIEW: Mapping[str, KeptValue] = {
    "properties": nothing, "review_id": thing, "order_id": thing, "product_id": thing, "rating": figure,
}  # fmt: skip
ANSWER: Mapping[str, KeptValue] = {
    "properties": nothing,
    **dict.fromkeys(("response_id", "order_id", "product_id", "survey", "survey_name"), thing),
    **dict.fromkeys((*told_answers.VALUE_FIELDS, "scale", "low_is_good"), figure),
    "measure": one_of(Measure.values),
    "topic": one_of(Topic.values),
}


GIVEN: Mapping[str, KeptValue] = {
    **ANSWER,
    **dict.fromkeys(("survey_key", "question", "channel", "invitation"), thing),
}


def register_impersonal_fields() -> None:
    """Fill the registry; once, at start-up."""
    for name in (*told_reviews.CALLS, ReviewImported.__name__):
        impersonal_fields.add(name, REVIEW)
    for name in (*told_answers.CALLS, AnswerImported.__name__):
        impersonal_fields.add(name, ANSWER)
    for name in (AnswerGiven.__name__, AnswerWithdrawn.__name__):
        impersonal_fields.add(name, GIVEN)
