"""Who of a store's members is told of what concerns it."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from regard.core.models import Member, Store
from regard.core.models.member import Role

TOLD_ROLES = (Role.OWNER, Role.ADMIN, Role.MANAGER)


def leading_addresses(store: Store) -> list[str]:
    """The e-mail addresses of those who lead the store, in order."""
    members = Member.objects.filter(store=store, role__in=TOLD_ROLES, user__is_active=True)
    return sorted(members.values_list("user__email", flat=True))


def stores_without_leaders() -> list[str]:
    """The short names of the stores of whose alerts nobody is e-mailed, in order."""
    leading = Member.objects.filter(store=OuterRef("pk"), role__in=TOLD_ROLES, user__is_active=True)
    return list(Store.objects.filter(~Exists(leading)).order_by("slug").values_list("slug", flat=True))
