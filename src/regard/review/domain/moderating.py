"""What people decide of reviews: shown to customers or not. Each change is audited and a fact."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from regard.capture.domain.record import record
from regard.core import clock
from regard.core.domain.audit import changed_fields, record_audit
from regard.core.registry import Fact
from regard.listen.models import Review
from regard.review.facts import ReviewHidden, ReviewPublished
from regard.review.models import ReviewStanding, Shown
from regard.score.domain.subjects import user_ids_by_identity

LONGEST_TEXT = 5_000


def publish_review(review: Review, *, actor: str) -> bool:
    """Show the review to customers; False when it is shown already."""
    return _decide(review, Shown.PUBLISHED, "", actor=actor)


def hide_review(review: Review, *, reason: str, actor: str) -> bool:
    """Do not show the review, and keep why; False when it is hidden already. Raises ValidationError without a
    reason: who hides reviews has to say why, since that some are missing misleads customers."""
    why = clean_text(reason, "reason")
    if not why:
        raise ValidationError({"reason": _("Say why it is not shown.")})
    return _decide(review, Shown.HIDDEN, why, actor=actor)


def publish_reviews(reviews: Iterable[Review], *, actor: str) -> list[Review]:
    """Gives those that were not shown until now."""
    return [review for review in reviews if publish_review(review, actor=actor)]


def hide_reviews(reviews: Iterable[Review], *, reason: str, actor: str) -> list[Review]:
    """Gives those that were not hidden until now. Raises ValidationError without a reason."""
    return [review for review in reviews if hide_review(review, reason=reason, actor=actor)]


@transaction.atomic
def return_review(review: Review, *, actor: str) -> bool:
    """Take back what was decided of the review: it waits again. False when it waits."""
    standing = hold_standing(review)
    before = standing.shown
    if before == Shown.WAITING:
        return False
    _keep(standing, Shown.WAITING, "", actor)
    changes = changed_fields({"shown": before}, {"shown": Shown.WAITING})
    record_audit(
        store=review.store, actor=actor, action="review.returned", target=target_of(review), changes=changes
    )
    if before == Shown.PUBLISHED:
        tell(review, ReviewHidden(**described(review), actor=actor))
    return True


def return_reviews(reviews: Iterable[Review], *, actor: str) -> list[Review]:
    """Gives those of which something was decided until now."""
    return [review for review in reviews if return_review(review, actor=actor)]


def hold_standing(review: Review) -> ReviewStanding:
    """What was decided of the review, locked until the transaction ends: of two people at once one comes after."""
    name = {"store": review.store, "external_id": review.external_id}
    ReviewStanding.objects.bulk_create([ReviewStanding(**name)], ignore_conflicts=True)
    return ReviewStanding.objects.select_for_update(of=("self",)).get(**name)


def described(review: Review) -> dict[str, Any]:
    """What every fact of this room says of a review."""
    return {
        "review_id": review.external_id,
        "product_id": review.product_external_id,
        "rating": review.rating,
        "customer_id": review.identity.customer_id if review.identity else None,
    }


def tell(review: Review, fact: Fact) -> None:
    """Record the fact, on the timeline of the customer if the shop's id of them is known."""
    known = user_ids_by_identity(review.store, [review.identity] if review.identity else [])
    user_id = known.get(review.identity.pk) if review.identity else None
    record(fact, store_id=review.store_id, user_id=user_id)


def target_of(review: Review) -> str:
    return f"review {review.pk}"


def clean_text(text: str, field: str) -> str:
    """Raises ValidationError for a text that is too long."""
    clean = text.replace("\0", "").replace("\r\n", "\n").strip()  # a browser sends two characters a line
    if len(clean) > LONGEST_TEXT:
        raise ValidationError({field: _("Write at most %d characters.") % LONGEST_TEXT})
    return clean


@transaction.atomic
def _decide(review: Review, shown: Shown, reason: str, *, actor: str) -> bool:
    standing = hold_standing(review)
    before = standing.shown
    if (before, standing.reason) == (shown, reason):
        return False
    _keep(standing, shown, reason, actor)
    changes = changed_fields({"shown": before}, {"shown": shown})
    is_published = shown == Shown.PUBLISHED
    action = "review.published" if is_published else "review.hidden"
    record_audit(store=review.store, actor=actor, action=action, target=target_of(review), changes=changes)
    if before != shown:
        told = ReviewPublished if is_published else ReviewHidden
        tell(review, told(**described(review), actor=actor))
    return before != shown


def _keep(standing: ReviewStanding, shown: Shown, reason: str, actor: str) -> None:
    standing.shown, standing.reason = shown, reason
    standing.decided_by, standing.decided_at = actor, clock.now()
    standing.save(update_fields=["shown", "reason", "decided_by", "decided_at"])
