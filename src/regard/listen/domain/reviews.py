"""Reviews: one row each, the same whatever order the events arrive in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from regard.capture.domain.batch import Batch
from regard.capture.domain.logged import LoggedEvent
from regard.core.models import Store
from regard.listen.domain import text_sources
from regard.listen.domain.keeping import Kept, keep_said
from regard.listen.domain.texts import keep_texts
from regard.listen.domain.told_reviews import ToldReview, tells_of_review, told_review, why_unusable
from regard.listen.domain.unusable import Usable, read_usable
from regard.profile.domain.timeline import note_events

REVIEWS = Kept("listen_review", "reviewed_at", ("product_external_id", "rating", "title", "body"))


def project_reviews(batch: Batch, orders: Collection[str]) -> None:
    """Keep the reviews that the batch tells of, see `keep_said`; what is no review is noted in the timeline."""
    told, notes = batch.read(read_reviews)
    note_events(store=batch.store, notes=notes)
    keep_said(batch, REVIEWS, [_row(said, batch.identity_of.get(said.event.id)) for said in told], orders)
    keep_texts(batch, text_sources.REVIEWS.name, {said.review_id for said in told})


def read_reviews(_store: Store, events: Sequence[LoggedEvent]) -> Usable[ToldReview]:
    """The reviews that the events tell of, and by event id why others are none."""
    return read_usable(events, tells=tells_of_review, read=told_review, why_unusable=why_unusable)


def _row(said: ToldReview, identity_id: int | None) -> dict[str, Any]:
    return {
        "identity_id": identity_id,
        "follows_order": identity_id is None,
        "external_id": said.review_id,
        "order_external_id": said.order_id,
        "product_external_id": said.product_id,
        "rating": said.rating,
        "title": said.title,
        "body": said.body,
        "reviewed_at": said.reviewed_at,
        "history": said.event.history,
        "event_id": said.event.id,
    }
