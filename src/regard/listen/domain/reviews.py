"""Reviews: one row each, the same whatever order the events arrive in."""

from __future__ import annotations

from django.db import connection

from regard.capture.domain.reader import Batch
from regard.core.models import Store
from regard.listen.domain.told_reviews import NoReview, ToldReview, tells_of_review, told_review
from regard.listen.models import Review
from regard.profile.domain.orders import described_order_ids
from regard.profile.domain.timeline import note_events, place_events
from regard.profile.models import Identity

SAVED_FIELDS = [
    "identity", "follows_order", "order_external_id", "product_external_id", "rating", "title", "body",
    "reviewed_at", "history", "event_id",
]  # fmt: skip
FOLLOW_ORDERS = """
    UPDATE listen_review AS review SET identity_id = placed.identity_id
    FROM profile_order AS placed
    WHERE review.store_id = %(store)s AND review.follows_order AND review.order_external_id = ANY(%(orders)s)
    AND placed.store_id = %(store)s AND placed.external_id = review.order_external_id
    AND review.identity_id IS DISTINCT FROM placed.identity_id
    RETURNING review.event_id, review.identity_id, review.reviewed_at
"""


def project_reviews(batch: Batch) -> None:
    """Keep the reviews that the batch tells of; adds their customers to `touched`.

    The latest telling of a review counts (a tie: the later event). One that names only its order is by who
    placed that, and waits for it when it comes later. What is no review is noted in the timeline. Runs after
    project_orders.
    """
    told, notes = _read(batch)
    note_events(store=batch.store, notes=notes)
    reviews = _load(batch.store, told)
    changed = [reviews[review_id] for review_id in sorted(_apply(batch, reviews, told))]
    Review.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["store", "external_id"],
        update_fields=SAVED_FIELDS,
    )
    following = {review.order_external_id for review in changed if review.follows_order}
    followed = _follow_orders(batch, following | described_order_ids(batch))
    identities = {review.identity_id for review in changed if review.identity_id} | followed
    batch.touched.update(
        Identity.objects.filter(store=batch.store, pk__in=identities).values_list("customer_id", flat=True)
    )


def _read(batch: Batch) -> tuple[list[ToldReview], dict[int, str]]:
    """The reviews that the batch tells of, and by event id why others are none."""
    told: list[ToldReview] = []
    notes: dict[int, str] = {}
    for event in filter(tells_of_review, batch.events):
        try:
            told.append(told_review(event))
        except NoReview as reason:
            notes[event.id] = str(reason)
    return told, notes


def _load(store: Store, told: list[ToldReview]) -> dict[str, Review]:
    found = Review.objects.filter(store=store, external_id__in=[said.review_id for said in told])
    return {review.external_id: review for review in found}


def _apply(batch: Batch, reviews: dict[str, Review], told: list[ToldReview]) -> set[str]:
    """Bring `reviews` up to date; gives the ids of those that changed."""
    changed = set()
    for said in told:
        held = reviews.get(said.review_id)
        history = said.event.history and (held is None or held.history)
        if held is None or (said.reviewed_at, said.event.id) > (held.reviewed_at, held.event_id):
            reviews[said.review_id] = _review(batch, said, history=history)
        elif held.history != history:
            held.history = history
        else:
            continue
        changed.add(said.review_id)
    return changed


def _review(batch: Batch, said: ToldReview, *, history: bool) -> Review:
    identity_id = batch.identity_of.get(said.event.id)
    return Review(
        store=batch.store,
        identity_id=identity_id,
        follows_order=identity_id is None,
        external_id=said.review_id,
        order_external_id=said.order_id,
        product_external_id=said.product_id,
        rating=said.rating,
        title=said.title,
        body=said.body,
        reviewed_at=said.reviewed_at,
        history=history,
        event_id=said.event.id,
    )


def _follow_orders(batch: Batch, order_ids: set[str]) -> set[int]:
    """Give reviews that follow these orders the identities of the orders; gives those identities."""
    with connection.cursor() as cursor:
        cursor.execute(FOLLOW_ORDERS, {"store": batch.store.pk, "orders": list(order_ids)})
        rows = cursor.fetchall()
    placed = {event_id: (identity_id, reviewed_at) for event_id, identity_id, reviewed_at in rows}
    place_events(store=batch.store, placed=placed)
    in_batch = placed.keys() & {event.id for event in batch.events}
    batch.identity_of.update({event_id: placed[event_id][0] for event_id in in_batch})
    return {identity_id for identity_id, _at in placed.values()}
