from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Value
from django.db.models.functions import Lower, NullIf
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.models import Store


class Customer(models.Model):
    """One person as the store knows them. Who they are is said by the identities that link here.

    Name, e-mail, phone, attributes and times are derived from the identities, so that moving one moves them too.
    """

    store = models.ForeignKey(Store, models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=300, blank=True)
    email = models.CharField(max_length=320, blank=True)  # the one to show; identities hold all of them
    phone = models.CharField(max_length=20, blank=True)  # as E.164, likewise
    attributes = models.JSONField(default=dict)  # custom ones, by name
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    created_at = models.DateTimeField(default=clock.now)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)

    shop_number = ""  # the shop's own number of one without name and e-mail; set by name_customers

    @property
    def called(self) -> str:
        """What people call the customer: by our id only where nothing else is known."""
        if self.name or self.email:
            return self.name or self.email
        if self.phone and not self.shop_number:
            return self.phone
        return _("Customer %s") % (self.shop_number or self.pk)

    class Meta:
        indexes = [
            models.Index(
                fields=["store", "id"], name="customers_by_store", condition=models.Q(merged_into=None)
            ),
            models.Index(
                "store",
                Lower(NullIf("name", Value(""))),
                "id",
                name="customers_by_name",
                condition=models.Q(merged_into=None),
            ),
            models.Index(
                fields=["store", "-last_seen_at", "-id"],
                name="customers_by_last_seen",
                condition=models.Q(merged_into=None),
            ),
            models.Index(
                fields=["merged_into"],
                name="customers_by_merged_into",
                condition=models.Q(merged_into__isnull=False),
            ),
            GinIndex(SearchVector("name", config="simple"), name="customers_by_words"),
        ]
