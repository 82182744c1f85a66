from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

import phonenumbers
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from regard.core.domain.audit import changed_fields, record_audit
from regard.core.languages import STORE_LANGUAGES
from regard.core.models import Member, Store, User
from regard.core.models.member import Role
from regard.core.money import MoneyError, check_currency


@cache
def time_zones() -> frozenset[str]:
    """The names of time zones, read once: the system keeps each in a file of its own."""
    return frozenset(available_timezones())


def store_by_slug(slug: str) -> Store:
    """Raises Store.DoesNotExist, with a text that names the stores there are."""
    store = Store.objects.filter(slug=slug).first()
    if store is None:
        there = ", ".join(Store.objects.order_by("slug").values_list("slug", flat=True)[:20])
        raise Store.DoesNotExist(f"There is no store {slug!r}; there are: {there or 'none yet'}.")
    return store


@transaction.atomic
def create_store(
    *,
    slug: str,
    currency: str,
    name: str = "",
    time_zone: str = "UTC",
    language: str = "en",
    country: str = "",
    owner: User | None = None,
    actor: str,
) -> Store:
    """A new, empty store; `owner`, when given, becomes its first member.

    Raises django.core.exceptions.ValidationError, by field, for a taken or malformed value.
    """
    store = Store(
        slug=slug,
        name=name or slug,
        currency=_currency(currency),
        time_zone=_time_zone(time_zone),
        language=_language(language),
        country=_country(country),
    )
    store.full_clean()
    store.save()
    if owner is not None:
        Member.objects.create(store=store, user=owner, role=Role.OWNER)
    record_audit(store=store, actor=actor, action="store.created", target=slug, currency=store.currency)
    return store


@transaction.atomic
def change_store(
    store: Store,
    *,
    name: str,
    time_zone: str,
    language: str,
    country: str,
    colour: str,
    actor: str,
) -> Store:
    """Change what may change after creation (the currency may not: amounts are kept in it).

    colour: as #rrggbb, "" for Regard's own. Raises django.core.exceptions.ValidationError, by field.
    """
    values = {
        "name": name,
        "time_zone": _time_zone(time_zone),
        "language": _language(language),
        "country": _country(country),
        "colour": colour.strip().lower(),
    }
    return _set(store, values, action="store.changed", actor=actor)


@transaction.atomic
def change_retention(store: Store, *, months: int | None, actor: str) -> Store:
    """Set for how many months events are kept, None for ever. What is older goes the next night.

    Raises django.core.exceptions.ValidationError, by field, for less than 2 or more than 1200 months.
    """
    return _set(store, {"event_retention_months": months}, action="retention.changed", actor=actor)


@transaction.atomic
def change_sender(store: Store, *, sender_name: str, reply_to: str, actor: str) -> Store:
    """Set in whose name e-mails go out, and where answers to them arrive; "" for what the installation says.

    Raises django.core.exceptions.ValidationError, by field, for what cannot stand in a header.
    """
    if not sender_name.isprintable():
        raise ValidationError({"sender_name": _("Leave out line breaks and other control characters.")})
    values = {"sender_name": sender_name.strip(), "reply_to": reply_to.strip()}
    return _set(store, values, action="sender.changed", actor=actor)


def _set(store: Store, values: Mapping[str, Any], *, action: str, actor: str) -> Store:
    # As it is now, not as it was read, when somebody else may have changed it; and what is refused leaves the
    # store as it is, also where it is shown.
    changed = Store.objects.select_for_update().get(pk=store.pk)
    changes = changed_fields({name: getattr(changed, name) for name in values}, values)
    for name, value in values.items():
        setattr(changed, name, value)
    changed.full_clean()
    changed.save(update_fields=[*values])
    store.refresh_from_db()
    record_audit(store=store, actor=actor, action=action, target=store.slug, changes=changes)
    return store


def stores_for_viewer(user: User) -> list[Store]:
    """The stores that the person is a member of, by name."""
    memberships = Member.objects.filter(user=user).values("store")
    return list(Store.objects.filter(pk__in=memberships).order_by("name", "slug"))


def _currency(code: str) -> str:
    try:
        return check_currency(code)
    except MoneyError as error:
        raise ValidationError({"currency": str(error)}) from error


def _time_zone(name: str) -> str:
    if name not in time_zones():
        raise ValidationError(
            {"time_zone": _("%r is no time zone; use a name such as Europe/Berlin.") % name}
        )
    return name


def _country(code: str) -> str:
    country = code.strip().upper()
    if country and country not in phonenumbers.SUPPORTED_REGIONS:
        raise ValidationError({"country": _("%r is no country we know; use two letters, such as DE.") % code})
    return country


def _language(code: str) -> str:
    if code not in dict(STORE_LANGUAGES):
        raise ValidationError(
            {"language": _("%r is no language we know; use a code such as en or de.") % code}
        )
    return code
