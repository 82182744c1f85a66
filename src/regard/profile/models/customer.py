from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Value
from django.db.models.functions import Lower, NullIf
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.models import Store
from regard.profile.models.identity import ERASED, Identity, IdentityKind


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

    @cached_property
    def shop_number(self) -> str:
        """The shop's own number of the customer; "" for none. One query; see `name_customers` for many at once."""
        return shop_numbers(self.store_id, [self.pk]).get(self.pk, "")

    @property
    def called(self) -> str:
        """What people call the customer, everywhere: by our id only where nothing else is known."""
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


def shop_numbers(store_id: int, customer_ids: Collection[int]) -> dict[int, str]:
    """The shop's own numbers of those of these customers who have one. One query.

    Of several numbers the oldest customer number, or else the oldest number elsewhere.
    """
    kinds = (IdentityKind.EXTERNAL_ID, IdentityKind.USER_ID)
    known = Identity.objects.filter(store=store_id, customer__in=customer_ids, kind__in=kinds)
    rows = known.exclude(value__startswith=ERASED).values_list("kind", "pk", "customer_id", "value")
    ranked = sorted(rows, key=lambda row: (kinds.index(IdentityKind(row[0])), -row[1]))
    return {customer_id: value for _kind, _pk, customer_id, value in ranked}  # the last one stays
