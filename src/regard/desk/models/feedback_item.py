from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regard.core import clock
from regard.core.models import Store, User
from regard.listen.models import Theme


class FeedbackKind(models.TextChoices):
    """What it is about. Source: specification, feedback, section 7."""

    PRODUCT = "product", _("Product")
    SERVICE = "service", _("Service")
    WEBSITE = "website", _("Website")
    SHIPPING = "shipping", _("Shipping")
    PRICING = "pricing", _("Pricing")


class FeedbackUrgency(models.TextChoices):
    CRITICAL = "critical", _("Critical: it affects buying")
    IMPORTANT = "important", _("Important: it affects satisfaction")
    NICE = "nice", _("Nice to have")


class InnovationClass(models.TextChoices):
    """The four classes of a backlog. Source: specification, feedback, section 13."""

    ISSUE = "issue", _("Issue of high impact that is frequent")
    COMPETITION = "competition", _("Sets us apart from competitors")
    LOYALTY = "loyalty", _("Makes customers loyal")
    FRICTION = "friction", _("Saves customers effort")


class FeedbackStatus(models.TextChoices):
    NEW = "new", _("New")
    PLANNED = "planned", _("Planned")
    DONE = "done", _("Done")
    DECLINED = "declined", _("Declined")


class FeedbackItem(models.Model):
    """Something that customers want or complain of. What is counted is of the texts behind it, see
    domain/feedback_figures.py; it is kept so that lists are ordered by it."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    kind = models.CharField(max_length=10, choices=FeedbackKind.choices)
    urgency = models.CharField(max_length=10, choices=FeedbackUrgency.choices)
    innovation = models.CharField(max_length=12, choices=InnovationClass.choices)
    status = models.CharField(max_length=10, choices=FeedbackStatus.choices, default=FeedbackStatus.NEW)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    quarter = models.CharField(max_length=7, blank=True)  # in which it is to be done, such as 2026-Q4
    value_minor = models.BigIntegerField(null=True)  # that a person expects of it in a year
    gap = models.TextField(blank=True)  # what competitors have that the store lacks
    opened_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True)  # done or declined
    # What customers hear of it, in a message and on the shop's page.
    public_title = models.CharField(max_length=200, blank=True, db_default="")
    public_text = models.TextField(blank=True, db_default="")
    published_at = models.DateTimeField(null=True)  # null: it does not stand on the shop's page
    texts = models.IntegerField(default=0)
    all_texts = models.IntegerField(default=0)  # of the store, in the same time
    customers = models.IntegerField(default=0)
    high_value_customers = models.IntegerField(default=0)
    spent_minor = models.BigIntegerField(default=0)  # by these customers, in all
    score = models.FloatField(default=0.0)
    counted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["store", "-score", "-id"], name="feedback_by_score"),
            models.Index(fields=["store", "status", "-score", "-id"], name="feedback_by_status"),
            models.Index(fields=["store", "-id"], name="feedback_by_time"),
            models.Index(
                fields=["store", "-published_at", "-id"],
                name="feedback_published",
                condition=models.Q(published_at__isnull=False),
            ),
        ]

    @property
    def owner_email(self) -> str | None:
        """Select "owner" along."""
        return self.owner.email if self.owner else None


class FeedbackEvidence(models.Model):
    """A text, or all texts of a theme, the coming ones too. A text is named by the shop's id, so that it is still
    the same after the log was read again."""

    item = models.ForeignKey(FeedbackItem, models.CASCADE, related_name="+", db_index=False)
    theme = models.ForeignKey(Theme, models.CASCADE, null=True, related_name="+")
    source = models.CharField(max_length=20, blank=True)  # name of a TextSource
    external_id = models.CharField(max_length=400, blank=True)
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "theme", "source", "external_id"],
                name="evidence_once_an_item",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(theme__isnull=False, source="", external_id="")
                | models.Q(theme=None) & ~models.Q(source="") & ~models.Q(external_id=""),
                name="evidence_is_a_theme_or_a_text",
            ),
        ]
