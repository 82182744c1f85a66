from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core.models import Store


class Shown(models.TextChoices):
    """Whether the store shows a review to its customers."""

    WAITING = "waiting", _("Waiting")
    PUBLISHED = "published", _("Published")
    HIDDEN = "hidden", _("Hidden")


class ReviewStanding(models.Model):
    """What the store decided of a review, and answered. A review without one waits.

    It names the review by its external id, so that it holds when the log is read again.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    external_id = models.CharField(max_length=400)
    shown = models.CharField(max_length=10, choices=Shown.choices, default=Shown.WAITING)
    reason = models.TextField(blank=True)  # why it is hidden
    decided_by = models.CharField(max_length=320, blank=True)
    decided_at = models.DateTimeField(null=True)
    reply = models.TextField(blank=True)
    replied_by = models.CharField(max_length=320, blank=True)
    replied_at = models.DateTimeField(null=True)
    sent_replies = models.PositiveSmallIntegerField(default=0)  # to the customer, as messages

    class Meta:
        constraints = [
            # The id comes first: see listen.models.Review.
            models.UniqueConstraint(fields=["external_id", "store"], name="one_standing_a_review")
        ]
        indexes = [
            # What a shop shows of all that it was told, see domain/displayed.py.
            models.Index(
                fields=["store", "external_id"],
                name="standings_published",
                condition=models.Q(shown=Shown.PUBLISHED),
            )
        ]
