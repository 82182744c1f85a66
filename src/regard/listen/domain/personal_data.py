"""What this room holds of a customer: given out, forgotten, and derived anew."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from regard.capture.domain.redact import impersonal_id
from regard.core.models import Store
from regard.core.registry import DataHolder
from regard.listen.models import Response, Review

REVIEW_FIELDS = (
    "external_id", "order_external_id", "product_external_id", "rating", "title", "body", "reviewed_at", "history",
)  # fmt: skip
RESPONSE_FIELDS = (
    "external_id", "survey", "measure", "topic", "value", "lowest", "highest", "low_is_good", "score", "text",
    "order_external_id", "product_external_id", "answered_at", "history",
)  # fmt: skip
# What calls and files tell of reviews and answers, which names nobody.
FIGURES = frozenset({
    "review_id", "rating", "survey_id", "response_id", "measure", "topic", "value", "score", "scale",
    "low_is_good", "survey", "survey_name",
})  # fmt: skip


def export_said(store: Store, customer_id: int) -> dict[str, Any]:
    """Reviews and answers of a customer, the oldest first."""
    said = {"store": store, "identity__store": store, "identity__customer_id": customer_id}
    held = {
        "reviews": list(Review.objects.filter(**said).order_by("reviewed_at", "id").values(*REVIEW_FIELDS)),
        "answers": list(
            Response.objects.filter(**said).order_by("answered_at", "id").values(*RESPONSE_FIELDS)
        ),
    }
    return dict(msgspec.to_builtins(held))


def erase_said(store: Store, customer_id: int) -> int:
    """Blank the words that a customer wrote; stars and scores stay, and name nobody. Gives the rows changed."""
    said = {"store": store, "identity__store": store, "identity__customer_id": customer_id}
    reviews, answers = Review.objects.filter(**said), Response.objects.filter(**said)
    changed = reviews.update(title="", body="") + answers.update(text="")
    for rows in (reviews, answers):
        for pk, external_id in rows.filter(external_id__contains="@").values_list("pk", "external_id"):
            rows.filter(pk=pk).update(external_id=impersonal_id(external_id))
    return changed


def clear_said(store: Store, identity_ids: Sequence[int]) -> None:
    """Delete what was projected from the events of these identities."""
    Review.objects.filter(store=store, identity__in=identity_ids).delete()
    Response.objects.filter(store=store, identity__in=identity_ids).delete()


def clear_waiting(store: Store, event_ids: Sequence[int] | None) -> Collection[int]:
    """Delete what waits for its order and was told by these events, or by any if None. Gives none: of what was
    said only the latest telling is kept."""
    for model in (Review, Response):
        waiting = model._default_manager.filter(store=store, identity=None)  # noqa: SLF001 - Django documents it
        (waiting if event_ids is None else waiting.filter(event_id__in=event_ids)).delete()
    return []


SAID = DataHolder("said", 30, export_said, erase_said, clear_said, clear_waiting=clear_waiting)
