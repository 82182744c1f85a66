"""Offers as people set them up: what is given, by which codes, within which limits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Avg
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.domain.audit import changed_fields, record_audit
from regard.core.models import Store
from regard.offer.domain.codes import LONGEST_MADE, SHORTEST_MADE
from regard.offer.domain.ledger import CUSTOMER_DAYS, hold_limits
from regard.offer.models import OfferKind, OfferLimits, OfferPool
from regard.profile.models import Order

LARGEST_MINOR = 10**12


@dataclass(frozen=True, kw_only=True)
class PoolTerms:
    """What a person says of an offer; amounts in minor units of the store's currency. See OfferPool.

    worth_minor: None: it follows from the kind, of a percentage with the store's average order of 90 days.
    """

    name: str
    kind: str
    percent: int | None = None
    amount_minor: int | None = None
    what: str = ""
    because: str = ""
    minimum_minor: int | None = None
    valid_days: int | None = None
    makes_codes: bool = False
    prefix: str = ""
    code_length: int = 8
    worth_minor: int | None = None
    redeemed_percent: int = 100
    day_budget_minor: int | None = None
    budget_minor: int | None = None
    chance_percent: int = 100
    kept_back_percent: int = 0
    again_after_days: int = 90


# Field -> the least and the most.
BOUNDS = {
    "percent": (1, 100), "amount_minor": (1, LARGEST_MINOR), "minimum_minor": (1, LARGEST_MINOR),
    "valid_days": (0, 3_650), "code_length": (SHORTEST_MADE, LONGEST_MADE), "worth_minor": (0, LARGEST_MINOR),
    "redeemed_percent": (1, 100), "day_budget_minor": (0, LARGEST_MINOR), "budget_minor": (0, LARGEST_MINOR),
    "chance_percent": (1, 100), "kept_back_percent": (0, 90), "again_after_days": (0, 3_650),
    "most_per_customer": (1, 1_000), "approval_above_minor": (0, LARGEST_MINOR),
}  # fmt: skip
# Kind -> the field that says how much or what, of which the others are left empty.
SAYS = {
    OfferKind.PERCENT: "percent", OfferKind.AMOUNT: "amount_minor", OfferKind.GIFT: "what",
    OfferKind.ACCESS: "what",
}  # fmt: skip


@transaction.atomic
def create_pool(*, store: Store, key: str, terms: PoolTerms, actor: str) -> OfferPool:
    """A new offer, switched on. Raises ValidationError, by field."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,49}", key):
        raise ValidationError({"key": _("Use small letters, digits and hyphens, 50 at the most.")})
    pool = OfferPool(store=store, key=key, **_values(store, terms))
    if OfferPool.objects.filter(store=store, key=key).exists():
        raise ValidationError({"key": _("There is an offer of this short name.")})
    pool.save()
    record_audit(store=store, actor=actor, action="offer.created", target=f"offer {key}", kind=terms.kind)
    return pool


def terms_of(pool: OfferPool) -> PoolTerms:
    """As somebody said them, or as they follow from that."""
    return PoolTerms(**{name: getattr(pool, name) for name in PoolTerms.__dataclass_fields__})


@transaction.atomic
def change_some(
    pool: OfferPool, changes: Mapping[str, Any], *, is_on: bool | None = None, actor: str
) -> None:
    """Change these fields of PoolTerms alone, and whether it is given; what others change meanwhile stays.

    A new percentage or amount brings a new worth along, unless one is given. Raises ValidationError, by field.
    """
    held = OfferPool.objects.select_for_update(of=("self",)).select_related("store").get(pk=pool.pk)
    follows = {"worth_minor": None} if changes.keys() & {"percent", "amount_minor"} else {}
    if changes:
        change_pool(held, terms=replace(terms_of(held), **{**follows, **changes}), actor=actor)
    if is_on is not None:
        switch_pool(held, is_on=is_on, actor=actor)


@transaction.atomic
def change_pool(pool: OfferPool, *, terms: PoolTerms, actor: str) -> None:
    """What was given before stays as it was given. Raises ValidationError, by field."""
    values = _values(pool.store, terms)
    before = {name: getattr(pool, name) for name in values}
    for name, value in values.items():
        setattr(pool, name, value)
    pool.save(update_fields=list(values))
    changes = changed_fields(before, values)
    if changes:
        _audit(pool, "offer.changed", actor, changes=changes)


@transaction.atomic
def switch_pool(pool: OfferPool, *, is_on: bool, actor: str) -> bool:
    """Let the offer be given, or not any more; False when that is so already."""
    if not OfferPool.objects.filter(pk=pool.pk, is_on=not is_on).update(is_on=is_on):
        return False
    pool.is_on = is_on
    _audit(pool, "offer.switched_on" if is_on else "offer.switched_off", actor)
    return True


def limits_of(store: Store) -> OfferLimits:
    """The limits of a store; those that hold where nobody has set any are not kept."""
    return OfferLimits.objects.filter(store=store).first() or OfferLimits(store=store)


@transaction.atomic
def set_limits(
    store: Store,
    *,
    day_budget_minor: int | None,
    most_per_customer: int | None,
    approval_above_minor: int | None,
    may_stack: bool,
    actor: str,
) -> OfferLimits:
    """What holds for all offers together; None: no limit. Raises ValidationError, by field."""
    values = {
        "day_budget_minor": day_budget_minor, "most_per_customer": most_per_customer,
        "approval_above_minor": approval_above_minor, "may_stack": may_stack,
    }  # fmt: skip
    _check_bounds(values)
    limits = hold_limits(store)
    before = {name: getattr(limits, name) for name in values}
    for name, value in values.items():
        setattr(limits, name, value)
    limits.save(update_fields=list(values))
    if changes := changed_fields(before, values):
        record_audit(store=store, actor=actor, action="offer.limits_changed", changes=changes)
    return limits


def average_order(store: Store) -> int | None:
    """What an order of the last 90 days comes to on average, in minor units of the store's currency."""
    since = clock.now() - timedelta(days=CUSTOMER_DAYS)
    orders = Order.objects.filter(
        store=store, ordered_at__gte=since, total_minor__gt=0, currency=store.currency, is_return=False
    )
    average = orders.aggregate(average=Avg("total_minor"))["average"]
    return None if average is None else round(average)


def _values(store: Store, terms: PoolTerms) -> dict[str, Any]:
    """The fields of a pool. Raises ValidationError for what does not go together."""
    values = asdict(terms)
    kind = _kind(terms.kind)
    for name in {"percent", "amount_minor", "what"} - {SAYS.get(kind)}:
        values[name] = "" if name == "what" else None
    for name in ("name", "what", "because", "prefix"):
        values[name] = " ".join(str(values[name]).replace("\0", "").split())
    _check_texts(values, SAYS.get(kind))
    _check_bounds(values)
    if kind in {OfferKind.PERCENT, OfferKind.AMOUNT} and not values["because"]:
        raise ValidationError(
            {"because": _("Say why it is cheaper: a season, a welcome, an apology. Customers read it.")}
        )
    if values["worth_minor"] is None:
        values["worth_minor"] = _worth(store, terms, kind)
    return values


def _kind(kind: str) -> OfferKind:
    if kind not in OfferKind.values:
        raise ValidationError({"kind": _("Choose one of: %s.") % ", ".join(OfferKind.values)})
    return OfferKind(kind)


def _check_texts(values: Mapping[str, Any], says: str | None) -> None:
    for name, most in (("name", 100), ("what", 200), ("because", 200), ("prefix", 12)):
        if len(values[name]) > most:
            raise ValidationError({name: _("Write at most %d characters.") % most})
    for name in filter(None, ("name", says)):
        if values[name] in (None, ""):
            raise ValidationError({name: _("This is missing.")})
    if not re.fullmatch(r"[A-Za-z0-9-]*", values["prefix"]):
        raise ValidationError({"prefix": _("Use letters, digits and hyphens.")})


def _check_bounds(values: Mapping[str, Any]) -> None:
    for name, (least, most) in BOUNDS.items():
        value = values.get(name)
        if value is not None and not least <= value <= most:
            said = _("It must be from %(least)s to %(most)s.")
            raise ValidationError({name: said % {"least": least, "most": most}})


def _worth(store: Store, terms: PoolTerms, kind: OfferKind) -> int:
    """What one costs when it is used, where nobody says. Raises ValidationError where nothing tells."""
    if kind == OfferKind.AMOUNT and terms.amount_minor is not None:
        return terms.amount_minor
    average = average_order(store) if kind == OfferKind.PERCENT else None
    if average is None or terms.percent is None:
        raise ValidationError(
            {"worth_minor": _("Say what one costs the store when it is used; budgets count it.")}
        )
    return round(average * terms.percent / 100)


def _audit(pool: OfferPool, action: str, actor: str, **detail: Any) -> None:
    record_audit(store=pool.store, actor=actor, action=action, target=f"offer {pool.key}", **detail)
