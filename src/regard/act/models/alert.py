from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from regard.core import clock
from regard.core.models import Store, User
from regard.profile.models import Customer, Identity

# Where a list is ordered: after every time at which something is due.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
# Proposal: an alert that has a deadline is not due sooner than this after it wakes.
AFTER_WAKING = timedelta(minutes=30)


class AlertKind(models.TextChoices):
    NEGATIVE_REVIEW = "negative_review", _("Negative review from a repeat customer")
    NPS_FALL = "nps_fall", _("A promoter has become a detractor")
    ESCALATION = "escalation", _("Escalated ticket of a high-value customer")
    SOCIAL_COMPLAINT = "social_complaint", _("Complaint in public that many see")
    SATISFACTION_FALL = "satisfaction_fall", _("Satisfaction is falling")
    PRODUCT_FALL = "product_fall", _("A product satisfies less than before")
    LATE_DELIVERIES = "late_deliveries", _("Fewer deliveries come in time")
    VOLUME_RISE = "volume_rise", _("More tickets of a category")
    THEME_RISE = "theme_rise", _("More complaints about something")
    PROMOTER = "promoter", _("A customer has become a promoter")
    SATISFACTION_RISE = "satisfaction_rise", _("Satisfaction is rising")
    EXPANSION = "expansion", _("A good customer buys more")
    TASK_OVERDUE = "task_overdue", _("A task is overdue")
    MESSAGES_HELD = "messages_held", _("Messages are held")
    JOURNEY = "journey", _("A journey asks for a look")


class AlertLevel(models.TextChoices):
    CRITICAL = "critical", _("Critical")
    WARNING = "warning", _("Warning")
    OPPORTUNITY = "opportunity", _("Opportunity")


class AlertState(models.TextChoices):
    NEW = "new", _("New")
    SEEN = "seen", _("Seen")
    HANDLED = "handled", _("Handled")
    ASLEEP = "asleep", _("Snoozed")


class AlertResolution(models.TextChoices):
    """What came of an alert, as whoever handled it says."""

    SOLVED = "solved", _("Solved for the customer")
    USED = "used", _("Chance taken")
    PASSED_ON = "passed_on", _("Passed on")
    NOTHING_TO_DO = "nothing_to_do", _("Nothing to do")
    FALSE_ALARM = "false_alarm", _("False alarm")


class Alert(models.Model):
    """Something that a person should look at. `repeats` counts what came on top while it was open.

    It is about a customer, or about a `subject` of the store: a product, a topic, a text in public. Which
    customer follows from the `identity` that gave reason for it, so that it moves along with that.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=40, choices=AlertKind.choices)
    level = models.CharField(max_length=12, choices=AlertLevel.choices)
    identity = models.ForeignKey(Identity, models.PROTECT, null=True, related_name="+", db_index=False)
    subject = models.CharField(max_length=200, blank=True)
    reason = models.TextField()  # a sentence in the store's language
    event_id = models.BigIntegerField(null=True)  # that raised it; null: a look at many of them did
    instance = models.CharField(max_length=400)  # what it is about: of a review, its external id
    # The place of its level among all, so that lists begin with what is critical.
    urgency = models.GeneratedField(
        expression=models.Case(
            *(models.When(level=level, then=models.Value(place)) for place, level in enumerate(AlertLevel))
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
    state = models.CharField(max_length=8, choices=AlertState.choices, default=AlertState.NEW)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    raised_at = models.DateTimeField()
    seen_at = models.DateTimeField(
        null=True
    )  # null also of one that was handled without being marked as seen
    handled_at = models.DateTimeField(null=True)
    # As the audit log has whoever acted; "": nobody has, or its customer was erased.
    handled_by = models.CharField(max_length=320, blank=True, default="", db_default="")
    wakes_at = models.DateTimeField(null=True)  # of one that sleeps
    woke_at = models.DateTimeField(null=True)  # by time or by what came on top, since somebody let it sleep
    due_at = models.DateTimeField(null=True)  # by when it is to be handled; null: there is no hurry
    due_order = models.GeneratedField(
        expression=Coalesce("due_at", models.Value(NEVER)),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    escalated_at = models.DateTimeField(null=True)  # when those who lead the store were told it is overdue
    escalated_to = models.PositiveIntegerField(null=True)  # how many people that were
    # "": not said; that of an alert that is open is "".
    resolution = models.CharField(
        max_length=16, choices=AlertResolution.choices, blank=True, default="", db_default=""
    )
    # Of the team, about it.
    resolution_words = models.CharField(max_length=500, blank=True, default="", db_default="")
    repeats = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["store", "-raised_at", "-id"], name="alerts_by_time"),
            models.Index(fields=["store", "state", "-raised_at", "-id"], name="alerts_by_state"),
            models.Index(
                fields=["identity", "-raised_at", "-id"],
                name="alerts_by_identity",
                condition=models.Q(identity__isnull=False),
            ),
            models.Index(
                fields=["store", "urgency", "raised_at", "id"],
                name="open_alerts_by_urgency",
                condition=models.Q(state__in=["new", "seen"]),
            ),
            models.Index(
                fields=["store", "kind", "handled_at", "resolution"],
                name="handled_alerts_by_kind",
                condition=models.Q(state="handled"),
            ),
            models.Index(fields=["wakes_at"], name="sleeping_alerts", condition=models.Q(state="asleep")),
            models.Index(
                fields=["store", "due_order", "id"],
                name="open_alerts_by_due",
                condition=models.Q(state__in=["new", "seen"]),
            ),
            models.Index(
                fields=["due_at"],
                name="alerts_to_escalate",
                condition=models.Q(state__in=["new", "seen"], escalated_at=None, due_at__isnull=False),
            ),
            models.Index(
                fields=["store", "escalated_at"],
                name="escalated_alerts",
                condition=models.Q(escalated_at__isnull=False),
            ),
        ]

    @property
    def kind_label(self) -> str:
        """As get_kind_display(), which puts all kinds in words to find one."""
        return str(AlertKind(self.kind).label)

    @property
    def level_label(self) -> str:
        return str(AlertLevel(self.level).label)

    @property
    def resolution_label(self) -> str:
        """ "" where nobody said."""
        return str(AlertResolution(self.resolution).label) if self.resolution else ""

    @property
    def handled_by_called(self) -> str:
        """The name of whoever handled it where a query brought it along; else as they are kept."""
        return getattr(self, "handler_name", None) or self.handled_by

    @property
    def customer(self) -> Customer | None:
        """Whom it is about; None: it is about the store. Select "identity__customer" along."""
        return self.identity.customer if self.identity else None

    @property
    def customer_id(self) -> int | None:
        return self.identity.customer_id if self.identity else None

    @property
    def response_time(self) -> timedelta | None:
        """From raised to handled; None while it is open."""
        return self.handled_at - self.raised_at if self.handled_at else None

    @property
    def falls_due_at(self) -> datetime | None:
        """By when it is to be handled: whoever let it sleep has some time when it wakes."""
        if self.due_at is None or self.wakes_at is None:
            return self.due_at
        return max(self.due_at, self.wakes_at + AFTER_WAKING)

    @property
    def is_overdue(self) -> bool:
        is_open = self.state in {AlertState.NEW, AlertState.SEEN}
        return is_open and self.due_at is not None and self.due_at < clock.now()


class AlertOccurrence(models.Model):
    """What has raised an alert or collapsed into one; each thing does so once, however often it is read."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=40, choices=AlertKind.choices)
    instance = models.CharField(max_length=400)
    alert = models.ForeignKey(Alert, models.CASCADE, related_name="+")
    # Its own, since things of identities that pass for one customer collapse into one alert.
    identity = models.ForeignKey(Identity, models.PROTECT, null=True, related_name="+", db_index=False)
    event_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "kind", "instance"], name="one_occurrence_an_instance")
        ]
        indexes = [
            models.Index(
                fields=["identity"],
                name="occurrences_by_identity",
                condition=models.Q(identity__isnull=False),
            )
        ]


class Evaluation(models.Model):
    """What came of checking a live event for an alert: kept for a while, so that people can see why or why not.

    `why` holds no words of customers. waits_until: an unmatched one is checked again until then when more
    becomes known of its customer.
    """

    pk = models.CompositePrimaryKey("store_id", "event_id", "kind")
    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    event_id = models.BigIntegerField()
    kind = models.CharField(max_length=40, choices=AlertKind.choices)
    identity = models.ForeignKey(Identity, models.CASCADE, null=True, related_name="+")
    matched = models.BooleanField()
    why = models.CharField(max_length=300)
    alert = models.ForeignKey(Alert, models.SET_NULL, null=True, related_name="+")
    waits_until = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["store", "waits_until"],
                name="evaluations_waiting",
                condition=models.Q(waits_until__isnull=False),
            ),
            models.Index(fields=["at"], name="evaluations_by_time"),
        ]


class HighValueLine(models.Model):
    """What a customer must have spent, after refunds, to be of high value to the store, as last worked out."""

    store = models.OneToOneField(Store, models.CASCADE, related_name="+", primary_key=True)
    spent_minor = models.BigIntegerField(null=True)  # in the store's currency; null: nobody has bought
    computed_at = models.DateTimeField()
