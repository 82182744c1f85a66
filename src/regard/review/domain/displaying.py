"""Whether everybody may read a store's published reviews, and under which address."""

from __future__ import annotations

from django.db import transaction

from regard.core.domain.audit import record_audit
from regard.core.models import Store
from regard.core.secrets import new_token
from regard.review.models import ReviewDisplay

PREFIX = "rr"


class NotDisplayed(LookupError):
    """No store shows its reviews under this token."""


def display_of(store: Store) -> ReviewDisplay | None:
    """None while the store has never shown its reviews."""
    return ReviewDisplay.objects.filter(store=store).first()


def store_displayed(token: str) -> Store:
    """Whose reviews stand under a token. One query. Raises NotDisplayed, also while they are switched off."""
    rows = ReviewDisplay.objects.select_related("store").filter(is_on=True)
    found = rows.filter(token=token.replace("\0", "")).first()
    if found is None:
        raise NotDisplayed
    return found.store


@transaction.atomic
def display_reviews(store: Store, *, is_on: bool, actor: str) -> bool:
    """Let everybody read what is published, or nobody; False when that is so already."""
    ReviewDisplay.objects.bulk_create(
        [ReviewDisplay(store=store, token=new_token(PREFIX))], ignore_conflicts=True
    )
    changed = ReviewDisplay.objects.filter(store=store).exclude(is_on=is_on).update(is_on=is_on)
    if changed:
        action = "review.display_on" if is_on else "review.display_off"
        record_audit(store=store, actor=actor, action=action)
    return bool(changed)
