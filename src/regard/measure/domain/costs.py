"""What a store spends, by month and kind: told by people, every version kept, read by metrics from the lake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.core.models import Store
from regard.core.money import LARGEST_MINOR, to_major
from regard.measure.domain.periods import FIRST_DAY, LAST_DAY
from regard.measure.models import Cost, CostKind

MOST_AT_ONCE = 5_000  # forty years of nine kinds
Key = tuple[date, str]


@dataclass(frozen=True)
class CostEntry:
    """month: its first day. amount_minor: in the store's currency; None takes away what was told before."""

    month: date
    kind: str
    amount_minor: int | None


def costs_for_viewer(store: Store) -> list[Cost]:
    """Those that count, the last month first."""
    kinds = list(CostKind.values)
    costs = Cost.objects.filter(store=store, replaced_at=None)
    return sorted(costs, key=lambda cost: (-cost.month.toordinal(), kinds.index(cost.kind)))


@transaction.atomic
def tell_costs(*, store: Store, entries: Sequence[CostEntry], actor: str) -> int:
    """Keep what was spent; gives how many changed. What was told before stays as a version that counts no more.

    Raises ValidationError.
    """
    wanted = _checked(entries)
    Store.objects.select_for_update().get(pk=store.pk)  # two who tell of the same month take turns
    before = {(cost.month, cost.kind): cost for cost in Cost.objects.filter(store=store, replaced_at=None)}
    changed = {key: minor for key, minor in wanted.items() if _amount(before, key, store) != minor}
    if not changed:
        return 0
    now = clock.now()
    replaced = [before[key].pk for key in changed if key in before]
    Cost.objects.filter(pk__in=replaced).update(replaced_at=now)
    told = {"store": store, "currency": store.currency, "told_at": now, "told_by": actor}
    Cost.objects.bulk_create(
        Cost(month=month, kind=kind, amount_minor=minor, **told)
        for (month, kind), minor in changed.items()
        if minor is not None
    )
    changes = {_name(key): _change(store, before, key, minor) for key, minor in changed.items()}
    record_audit(store=store, actor=actor, action="costs.told", changes=changes)
    return len(changed)


def _checked(entries: Sequence[CostEntry]) -> dict[Key, int | None]:
    if len(entries) > MOST_AT_ONCE:
        raise ValidationError({"costs": _("That is more than %d costs; give fewer at once.") % MOST_AT_ONCE})
    wanted: dict[Key, int | None] = {}
    for entry in entries:
        check_entry(entry)
        key = (entry.month, entry.kind)
        if key in wanted:
            raise ValidationError({"costs": _("%s is told twice; give it once.") % _name(key)})
        wanted[key] = entry.amount_minor
    return wanted


def check_entry(entry: CostEntry) -> None:
    """Raises ValidationError."""
    if entry.kind not in CostKind.values:
        said = _("“%(kind)s” is no kind of cost; use one of: %(kinds)s.")
        raise ValidationError({"kind": said % {"kind": entry.kind, "kinds": ", ".join(CostKind.values)}})
    if entry.month.day != 1:
        raise ValidationError({"month": _("Give the first day of the month, such as 2026-01-01.")})
    if not FIRST_DAY <= entry.month <= LAST_DAY:
        raise ValidationError({"month": _("Give a month from 1990 to 2199.")})
    if entry.month > clock.now().date() + timedelta(days=1):
        raise ValidationError({"month": _("This month is yet to come; tell its costs when it has begun.")})
    if entry.amount_minor is not None and not 0 <= entry.amount_minor <= LARGEST_MINOR:
        raise ValidationError({"amount": _("Give an amount from 0 to a hundred billion.")})


def _amount(before: Mapping[Key, Cost], key: Key, store: Store) -> int | None:
    cost = before.get(key)
    return cost.amount_minor if cost and cost.currency == store.currency else None


def _change(store: Store, before: Mapping[Key, Cost], key: Key, minor: int | None) -> dict[str, Any]:
    was = before.get(key)
    return {
        "before": was and f"{to_major(was.amount_minor, was.currency)} {was.currency}",
        "after": None if minor is None else f"{to_major(minor, store.currency)} {store.currency}",
    }


def _name(key: Key) -> str:
    month, kind = key
    return f"{month:%Y-%m} {kind}"
