"""What this room holds of a customer: given out, forgotten, and derived anew."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from django.db.models import QuerySet

from regard.capture.domain.impersonal import impersonal_id
from regard.core.models import Store
from regard.core.registry import DataHolder
from regard.listen.domain import text_sources
from regard.listen.domain.texts import forget_source_rows
from regard.listen.models import Response, Review, WithdrawnResponse

REVIEW_FIELDS = (
    "external_id", "order_external_id", "product_external_id", "rating", "title", "body", "reviewed_at", "history",
)  # fmt: skip
RESPONSE_FIELDS = (
    "external_id", "survey", "measure", "topic", "value", "lowest", "highest", "low_is_good", "score", "text",
    "order_external_id", "product_external_id", "answered_at", "history",
)  # fmt: skip
WITHDRAWN_FIELDS = ("external_id", "withdrawn_at")
NAMES = ("external_id", "order_external_id", "product_external_id")  # of things


def export_said(store: Store, customer_id: int) -> dict[str, Any]:
    """Reviews and answers of a customer, and which answers they took back, the oldest first."""
    said = {"store": store, "identity__store": store, "identity__customer_id": customer_id}
    held = {
        "reviews": list(Review.objects.filter(**said).order_by("reviewed_at", "id").values(*REVIEW_FIELDS)),
        "answers": list(
            Response.objects.filter(**said).order_by("answered_at", "id").values(*RESPONSE_FIELDS)
        ),
        "withdrawn_answers": list(
            WithdrawnResponse.objects.filter(**said).order_by("withdrawn_at", "id").values(*WITHDRAWN_FIELDS)
        ),
    }
    return dict(msgspec.to_builtins(held))


def erase_said(store: Store, customer_id: int) -> int:
    """Blank the words that a customer wrote; stars and scores stay, and name nobody. Gives the rows changed."""
    said = {"store": store, "identity__store": store, "identity__customer_id": customer_id}
    reviews, answers = Review.objects.filter(**said), Response.objects.filter(**said)
    _forget_texts(store, reviews, answers, lessons=True)
    changed = reviews.update(title="", body="") + answers.update(text="")
    _rename(reviews, NAMES)
    _rename(answers, (*NAMES, "survey"))
    _rename(WithdrawnResponse.objects.filter(**said), ("external_id",))
    return changed


def _rename(rows: QuerySet[Any], columns: Collection[str]) -> None:
    """Names that say more than an id does; the log tells them in the same way."""
    for pk, *names in rows.values_list("pk", *columns):
        told = dict(zip(columns, names, strict=True))
        new = {column: impersonal_id(name) for column, name in told.items()}
        if new != told:
            rows.filter(pk=pk).update(**new)


def clear_said(store: Store, identity_ids: Sequence[int]) -> None:
    """Delete what was projected from the events of these identities."""
    said = {"store": store, "identity__in": identity_ids}
    _delete(store, Review.objects.filter(**said), Response.objects.filter(**said))
    WithdrawnResponse.objects.filter(**said).delete()


def clear_waiting(store: Store, event_ids: Sequence[int] | None) -> Collection[int]:
    """Delete what waits for its order and was told by these events, or by any if None. Gives none: of what was
    said only the latest telling is kept."""
    told = {} if event_ids is None else {"event_id__in": event_ids}
    waiting = {"store": store, "identity": None, **told}
    _delete(store, Review.objects.filter(**waiting), Response.objects.filter(**waiting))
    WithdrawnResponse.objects.filter(**waiting).delete()
    return []


def _delete(store: Store, reviews: QuerySet[Review], answers: QuerySet[Response]) -> None:
    _forget_texts(store, reviews, answers)
    reviews.delete()
    answers.delete()


def _forget_texts(
    store: Store, reviews: QuerySet[Review], answers: QuerySet[Response], *, lessons: bool = False
) -> None:
    """What was understood of them. lessons: for good, with what people taught by them."""
    for source, rows in ((text_sources.REVIEWS, reviews), (text_sources.ANSWERS, answers)):
        forget_source_rows(store, source.name, list(rows.values_list("pk", flat=True)), lessons=lessons)


SAID = DataHolder("said", 30, export_said, erase_said, clear_said, clear_waiting=clear_waiting)
