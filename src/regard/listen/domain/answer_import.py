"""The import kind "answers": what a row of a file of survey answers is."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from regard.capture.domain.imports.problem import RowProblem
from regard.core.models import Store
from regard.core.registry import ImportField, ImportKind
from regard.listen.domain.answer_rules import check_answer
from regard.listen.domain.review_import import MAX_PRODUCT_ID
from regard.listen.domain.unusable import Unusable
from regard.listen.facts import AnswerImported
from regard.profile.domain.order_descriptions import MAX_ORDER_ID
from regard.profile.domain.order_import import CUSTOMER_FIELDS

MAX_RESPONSE_ID = 400  # room for two ids joined
MAX_SURVEY = 200


def to_answer_imported(row: Mapping[str, Any], _store: Store) -> AnswerImported:
    """The fact that a converted row makes. Raises RowProblem for what is no answer."""
    plain: dict[str, Any] = {
        name: float(value) if isinstance(value, Decimal) else value for name, value in row.items()
    }
    told = {name: value for name, value in plain.items() if name not in {"measure", "topic", "value"}}
    try:
        answer = check_answer(
            measure=row["measure"],
            topic=row.get("topic", ""),
            value=plain.get("value"),
            text=row.get("text", ""),
            lowest=told.pop("lowest", None),
            highest=told.pop("highest", None),
            low_is_good=told.pop("low_is_good", None),
            about_product="product_id" in row,
            about_order="order_id" in row,
        )
    except Unusable as wrong:
        raise RowProblem(wrong.field, wrong.reason) from wrong
    return AnswerImported(
        **told,
        measure=answer.measure,
        topic=answer.topic,
        value=answer.value,
        lowest=answer.scale.lowest if answer.scale else None,
        highest=answer.scale.highest if answer.scale else None,
        low_is_good=answer.scale is not None and answer.scale.low_is_good,
    )


ANSWERS = ImportKind(
    name="answers",
    fields=(
        ImportField(
            "response_id", "text", "The survey's id of the answer.", required=True, most=MAX_RESPONSE_ID,
            synonyms=("answer_id", "id", "submission_id"),
        ),
        ImportField(
            "measure", "text", "What was asked: nps, csat, ces, or text.", required=True,
            synonyms=("metric", "question_type", "survey_type"),
        ),
        ImportField(
            "value", "number", "The answer as given.",
            synonyms=("score", "rating", "nps", "csat", "ces", "answer"),
        ),
        ImportField(
            "answered_at", "time", "When it was given.", required=True,
            synonyms=("response_date", "submitted_at", "responded_at", "created_at", "date"),
        ),
        *CUSTOMER_FIELDS,
        ImportField(
            "order_id", "text", "The order that it is about.", most=MAX_ORDER_ID,
            synonyms=("order", "order_number"),
        ),
        ImportField(
            "product_id", "text", "The product that it is about.", most=MAX_PRODUCT_ID,
            synonyms=("product", "sku", "product_handle"),
        ),
        ImportField("lowest", "number", "The least that could be answered. Without it: as the measure has it."),
        ImportField("highest", "number", "The most that could be answered. Without it: as the measure has it."),
        ImportField("low_is_good", "truth", "Whether a low answer is a good one. Without it: of efforts only."),
        ImportField(
            "topic", "text", "What it is about: relationship, product, support, delivery or purchase.",
            synonyms=("about", "touchpoint"),
        ),
        ImportField(
            "survey", "text", "The name of the survey.", most=MAX_SURVEY, synonyms=("survey_name",),
        ),
        ImportField(
            "text", "text", "What was written.", synonyms=("comment", "feedback", "verbatim", "body"),
        ),
    ),
    identity=("response_id",),
    occurred_at="answered_at",
    to_fact=to_answer_imported,
    one_of=("customer_id", "email", "order_id"),
)  # fmt: skip
