from __future__ import annotations

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from regard.core import clock
from regard.core.models import Store

ERASED = "erased:"  # begins the values of identities that were forgotten


class IdentityKind(models.TextChoices):
    """How a person is known, the strongest first."""

    USER_ID = "user_id", _("Customer number")
    EXTERNAL_ID = "external_id", _("Number elsewhere")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    ANONYMOUS_ID = "anonymous_id", _("Browser")


class Identity(models.Model):
    """A name that a person goes by. Facts keep for ever the identity they came with; only `customer` changes.

    A weaker identity is owned by the stronger one that it was named beside first. Owners form trees, and a
    tree is a customer: the one that its root makes. What a person decided (`by_hand`) goes before what events
    say, and leaves that untouched, so that it can be taken back. What is known of the person is kept where it was
    told, with its time, so that it moves along and the order of arrival does not matter.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    kind = models.CharField(max_length=20, choices=IdentityKind.choices)
    # Normalised: e-mails in small letters, phones as E.164, numbers elsewhere as "system:number".
    value = models.CharField(max_length=500)
    customer = models.ForeignKey("Customer", models.PROTECT, related_name="+", db_index=False)
    # The customer that this identity makes while it is a root; null until it was one.
    own_customer = models.ForeignKey("Customer", models.PROTECT, null=True, related_name="+", db_index=False)
    owner = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    owned_since = models.DateTimeField(null=True)  # when the earliest event occurred that names both
    by_hand = models.BooleanField(default=False)  # then `hand_owner` counts and not `owner`
    hand_owner = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    # A person had parted it before a person merged it: taking back the merge leaves it parted.
    parted_before = models.BooleanField(default=False, db_default=False)
    # Of the events that are this identity's own; null when it was only ever named beside a stronger one.
    first_seen_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    name = models.CharField(max_length=300, blank=True)
    name_at = models.DateTimeField(null=True)
    email = models.CharField(max_length=320, blank=True)
    email_at = models.DateTimeField(null=True)
    phone = models.CharField(max_length=20, blank=True)
    phone_at = models.DateTimeField(null=True)
    # Custom attributes: name -> [microseconds since 1970 when it was told, id of the event, value].
    traits = models.JSONField(default=dict)

    class Meta:
        # None of these begins with the store: while statistics are those of an empty table, as they are when the
        # first large batch is on its way, indexes that begin alike look alike, and the wrong one reads the store.
        constraints = [
            models.UniqueConstraint(fields=["value", "kind", "store"], name="one_identity_a_value")
        ]
        indexes = [
            models.Index(fields=["customer"], name="identities_by_customer"),
            models.Index(
                fields=["owner"], name="identities_by_owner", condition=models.Q(owner__isnull=False)
            ),
            models.Index(
                fields=["hand_owner"],
                name="identities_by_hand_owner",
                condition=models.Q(hand_owner__isnull=False),
            ),
            # Asked of every customer that is deleted, as are the two of links.
            models.Index(
                fields=["own_customer"],
                name="identities_by_own_customer",
                condition=models.Q(own_customer__isnull=False),
            ),
            # For searches by the beginning of a value, whatever the database's collation.
            models.Index(
                OpClass(F("value"), "varchar_pattern_ops"), F("store"), name="identities_by_beginning"
            ),
        ]


class LinkReason(models.TextChoices):
    FIRST_NAMED = "first_named", _("named for the first time")
    NAMED_TOGETHER = "named_together", _("named together with a stronger identity")
    OWNER_MOVED = "owner_moved", _("followed the identity that it belongs to")
    MERGED_BY_HAND = "merged_by_hand", _("merged by a person")
    PARTED_BY_HAND = "parted_by_hand", _("parted by a person")
    DECISION_UNDONE = "decision_undone", _("a person's decision was taken back")
    READ_AGAIN = "read_again", _("its events were read again")


class IdentityLink(models.Model):
    """Append-only: each time an identity was linked to a customer, and why."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    identity = models.ForeignKey(Identity, models.CASCADE, related_name="+", db_constraint=False)
    customer = models.ForeignKey(
        "Customer", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    previous_customer = models.ForeignKey(
        "Customer", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    reason = models.CharField(max_length=20, choices=LinkReason.choices)
    event_id = models.BigIntegerField(null=True)  # null: a person did it
    actor = models.CharField(max_length=320, blank=True)
    linked_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-id"], name="identity_links_by_customer"),
            models.Index(
                fields=["previous_customer"],
                name="identity_links_by_previous",
                condition=models.Q(previous_customer__isnull=False),
            ),
        ]
