"""The groups that a customer is in, after the product's specification (scoring, section 7): what segments ask, and
what a customer's page tells.

Shares are of those who bought, by what they have spent after refunds; see domain/standing.py. Where the amount is
not known, no group by it is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from regard.core import clock
from regard.core.models import Store
from regard.core.money import minor_units_sql
from regard.core.registry import SegmentField, SegmentSource, segment_fields, segment_sources
from regard.score.domain.kinds import ScoreKind, score_kinds
from regard.score.domain.rules.kinds import RuleKind
from regard.score.domain.rules.naming import customer_rules

NEW_DAYS = 90  # proposal: with one order
LOYAL_ORDERS = 3  # proposal
HIGH_SPENT, MEDIUM_SPENT = 500, 100  # of the store's currency
GROUPS = SegmentSource(
    "groups",
    """LEFT JOIN score_customerfeatures AS grouped
        ON grouped.store_id = customer.store_id AND grouped.customer_id = customer.id
    LEFT JOIN score_spendstanding AS standing ON standing.store_id = customer.store_id
    LEFT JOIN core_store AS grouped_store ON grouped_store.id = customer.store_id""",
)
_SPENT = "grouped.net_spent_minor"
_BOUGHT = f"grouped.orders > 0 AND {_SPENT} IS NOT NULL"  # amounts may lack, or be of another currency
_MAJOR = f"{_SPENT} / {minor_units_sql('grouped_store.currency')}"
_TOP = f"{_SPENT} > 0 AND {_SPENT} >= standing.top_{{}}_minor"


@dataclass(frozen=True)
class _Group:
    """condition: SQL that holds for its members, of whom no group before it in the set takes any."""

    name: str
    condition: str
    label: str


def register_groups() -> None:
    """Fill the registries of segments; once, at start-up."""
    segment_sources.add(GROUPS.name, GROUPS)
    for field in _fields():
        segment_fields.add(field.name, field)
    for kind in score_kinds:
        if kind.name != "health":  # which has its own
            _register_score(kind)
    for rule in customer_rules():
        _register_score(rule)


def _fields() -> Iterator[SegmentField]:
    yield _set_of(
        "nps_group",
        gettext_noop("NPS group"),
        _Group("detractor", "grouped.last_nps <= 6", gettext_noop("Detractor")),
        _Group("passive", "grouped.last_nps <= 8", gettext_noop("Passive")),
        _Group("promoter", "grouped.last_nps IS NOT NULL", gettext_noop("Promoter")),
    )
    yield _set_of(
        "spend_band",
        gettext_noop("Band of lifetime value"),
        _Group("high", f"{_MAJOR} > {HIGH_SPENT}", gettext_noop("High: spent more than 500")),
        _Group("medium", f"{_MAJOR} >= {MEDIUM_SPENT}", gettext_noop("Medium: spent 100 to 500")),
        _Group("low", _BOUGHT, gettext_noop("Low: spent less than 100")),
    )
    yield _set_of(
        "win_back_value",
        gettext_noop("Value for winning back"),
        _Group("high", _TOP.format(20), gettext_noop("High: the top 20 % by what they spent")),
        _Group("medium", _BOUGHT, gettext_noop("Medium")),
    )
    yield _set_of(
        "forecast_group",
        gettext_noop("Group of the forecast"),
        _Group("vip", _TOP.format(5), gettext_noop("VIP: the top 5 % by what they spent")),
        _Group("one_time", "grouped.orders = 1", gettext_noop("Bought once")),
        _Group("repeat", "grouped.orders > 1", gettext_noop("Bought again")),
    )
    lately = f"grouped.first_ordered_at > %(now)s - INTERVAL '{NEW_DAYS} days'"
    loyal = f"grouped.orders >= {LOYAL_ORDERS}"
    yield _set_of(
        "lifecycle",
        gettext_noop("Lifecycle"),
        _Group("new", f"grouped.orders = 1 AND {lately}", gettext_noop("New: one order, within 90 days")),
        _Group("loyal", loyal, gettext_noop("Loyal: three orders or more")),
        _Group("other", "grouped.orders > 0", gettext_noop("Neither new nor loyal")),
    )


def _set_of(name: str, label: str, *groups: _Group) -> SegmentField:
    cases = " ".join(f"WHEN {group.condition} THEN '{group.name}'" for group in groups)
    choices = {group.name: group.label for group in groups}
    return SegmentField(
        name, "choice", label, f"CASE {cases} END", GROUPS.name, choices=choices, is_group=True
    )


def _register_score(kind: ScoreKind | RuleKind) -> None:
    """A score's value and band, as segments ask for them."""
    alias, unknown = f"scored_{kind.name}", kind.names[kind.not_enough]
    join = f"""LEFT JOIN score_score AS {alias} ON {alias}.store_id = customer.store_id
        AND {alias}.name = '{kind.name}' AND {alias}.subject_type = 'customer'
        AND {alias}.subject_id = customer.id AND {alias}.band <> '{unknown}'"""
    segment_sources.add(kind.name, SegmentSource(kind.name, join))
    label = cast("str", kind.label)
    bands = {value.partition(":")[2]: name for value, name in kind.bands.choices}
    band = f"COALESCE(substr({alias}.band, {len(kind.name) + 2}), 'not_enough_data')"
    segment_fields.add(kind.name, SegmentField(kind.name, "number", label, f"{alias}.value", kind.name))
    segment_fields.add(
        f"{kind.name}_band",
        SegmentField(f"{kind.name}_band", "choice", label, band, kind.name, choices=bands, is_group=True),
    )


@dataclass(frozen=True)
class Membership:
    """A group that a customer is in, in the reader's language."""

    set_name: str
    set_label: str
    name: str
    label: str


def groups_of(store: Store, customer_id: int) -> list[Membership]:
    """Every group that the customer is in, with the bands of the scores. One query."""
    fields = [field for field in segment_fields if field.is_group]
    sources = {field.source: segment_sources.get(field.source).join for field in fields}
    columns = ", ".join(field.sql for field in fields)
    statement = f"SELECT {columns} FROM profile_customer AS customer {' '.join(sources.values())} "
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"store": store.pk, "customer": customer_id, "now": clock.now()}
        cursor.execute(
            statement + "WHERE customer.store_id = %(store)s AND customer.id = %(customer)s", values
        )
        found = cursor.fetchone() or [None] * len(fields)
    return [
        Membership(field.name, _(str(field.label)), value, _(str(field.choices[value])))
        for field, value in zip(fields, found, strict=True)
        if value is not None and value != "not_enough_data"
    ]
