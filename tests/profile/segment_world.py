"""Random filters and customers, and what a filter means, told a second time in Python."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from regard.core.models import Store
from regard.profile.domain.segments.ast import (
    AllOf,
    AnyOf,
    Between,
    Comparison,
    Known,
    Node,
    Not,
    OneOf,
    all_of,
    any_of,
)
from regard.profile.models import Customer, CustomerTag, Identity

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
WORDS = ("", "anna", "Anna", "ben", "an", "x%y_", 'qu"ote\\')
DAYS = st.dates(date(2026, 10, 20), date(2026, 11, 3))


@dataclass
class Person:
    """A customer as the fields of profile tell them."""

    name: str
    seen_at: datetime
    tags: tuple[str, ...]
    attributes: dict[str, Any]
    names: int = 1
    pk: int = field(default=0)

    def value(self, asked: str) -> Any:
        match asked:
            case "name":
                return self.name or None
            case "last_seen":
                return self.seen_at
            case "last_seen_days":
                return Decimal((NOW - self.seen_at) // timedelta(days=1))
            case "identities":
                return Decimal(self.names)
            case "tags":
                return list(self.tags) or None
            case _:
                return self.attributes.get(asked.removeprefix("attr."))


people = st.builds(
    Person,
    name=st.sampled_from(WORDS),
    seen_at=st.integers(0, 14 * 24).map(lambda hours: NOW - timedelta(hours=hours)),
    tags=st.sets(st.sampled_from(("vip", "VIP", "new")), max_size=2).map(lambda tags: tuple(sorted(tags))),
    attributes=st.dictionaries(
        st.sampled_from(("plan", "age")),
        st.one_of(
            st.sampled_from(("gold", "Gold", "", "2026-10-30", "3", "2.5", "03", "true")), st.integers(0, 4),
            st.booleans(), st.none(), st.just(["gold", "old"]),
        ),
    ),
    names=st.integers(1, 3),
)  # fmt: skip


def add_person(store: Store, person: Person) -> None:
    customer = Customer.objects.create(
        store=store,
        name=person.name,
        attributes=person.attributes,
        first_seen_at=person.seen_at,
        last_seen_at=person.seen_at,
    )
    person.pk = customer.pk
    known = [
        Identity.objects.create(store=store, kind="user_id", value=f"{customer.pk}-{n}", customer=customer)
        for n in range(person.names)
    ]
    for tag in person.tags:
        CustomerTag.objects.create(store=store, identity=known[-1], name=tag, actor="tests")


def numbers(most: int) -> st.SearchStrategy[Decimal]:
    return st.integers(0, most).map(Decimal)


ORDERS = ("=", "!=", "<", "<=", ">", ">=")


def ranged(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    bounds = st.tuples(values, values).map(sorted)
    return st.one_of(
        st.builds(Comparison, st.just(name), st.sampled_from(ORDERS), values),
        bounds.map(lambda pair: Between(name, pair[0], pair[1])),
    )


def listed(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(OneOf, st.just(name), st.lists(values, min_size=1, max_size=3).map(tuple), st.booleans())


def worded(name: str) -> st.SearchStrategy[Any]:
    texts = st.sampled_from(("=", "!=", "contains", "starts with", "ends with"))
    return st.builds(Comparison, st.just(name), texts, st.sampled_from(WORDS[1:]))


ASKED = ("name", "last_seen", "last_seen_days", "identities", "tags", "attr.plan", "attr.age")
conditions = st.one_of(
    ranged("last_seen_days", numbers(15)),
    listed("last_seen_days", numbers(15)),
    ranged("identities", numbers(3)),
    ranged("last_seen", DAYS),
    worded("name"),
    listed("name", st.sampled_from(WORDS)),
    st.builds(Comparison, st.just("tags"), st.just("contains"), st.sampled_from(("vip", "new", "old"))),
    worded("attr.plan"),
    st.builds(Comparison, st.just("attr.plan"), st.just("contains"), st.just("gold")),
    listed("attr.plan", st.sampled_from(("gold", "silver"))),
    st.builds(Comparison, st.just("attr.plan"), st.sampled_from(("=", "!=")), st.booleans()),
    ranged("attr.age", numbers(4)),
    ranged("attr.plan", DAYS),
    st.builds(Known, st.sampled_from(ASKED), st.booleans()),
)
filters: st.SearchStrategy[Node] = st.recursive(
    conditions,
    lambda parts: st.one_of(
        parts.map(Not),
        st.lists(parts, min_size=2, max_size=3).map(all_of),
        st.lists(parts, min_size=2, max_size=3).map(any_of),
    ),
    max_leaves=6,
)


def holds(node: Node, person: Person) -> bool:  # noqa: PLR0911 - a table
    """Whether the person is meant, as the documentation tells it."""
    match node:
        case AllOf(parts):
            return all(holds(part, person) for part in parts)
        case AnyOf(parts):
            return any(holds(part, person) for part in parts)
        case Not(part):
            return not holds(part, person)
        case Known(asked, known):
            return (person.value(asked) not in (None, "")) is known
        case Comparison(asked, "contains", word) if asked == "tags" or isinstance(person.value(asked), list):
            return str(word).lower() in [item.lower() for item in person.value(asked) or []]
        case Comparison(asked, operator, value):
            return compare(person.value(asked), operator, value)
        case OneOf(asked, values, excluded):
            each = [compare(person.value(asked), "!=" if excluded else "=", value) for value in values]
            return all(each) if excluded else any(each)
        case Between(asked, low, high):
            known = person.value(asked)
            return compare(known, ">=", low) and compare(known, "<=", high)


def compare(known: Any, operator: str, value: Any) -> bool:  # noqa: PLR0911 - a table
    known, value = alike(known, value)
    if known is None:
        return False
    match operator:
        case "=":
            return bool(known == value)
        case "!=":
            return bool(known != value)
        case "<":
            return bool(known < value)
        case "<=":
            return bool(known <= value)
        case ">":
            return bool(known > value)
        case ">=":
            return bool(known >= value)
        case "contains":
            return value in known
        case "starts with":
            return bool(known.startswith(value))
        case _:
            return bool(known.endswith(value))


def alike(known: Any, value: Any) -> tuple[Any, Any]:  # noqa: PLR0911 - a table
    """Both in one type; the known one None when it has another."""
    match known, value:
        case (bool(), bool()) | (Decimal(), Decimal()):
            return known, value
        case (str(), bool()):
            return {"true": True, "false": False}.get(known), value
        case (bool(), _) | (_, bool()):
            return None, value
        case int(), Decimal():
            return Decimal(known), value
        case str(), Decimal():
            return (Decimal(known) if known in {"3", "2.5"} else None), value
        case datetime(), date():
            return datetime.combine(known.astimezone(ZONE).date(), time()), datetime.combine(value, time())
        case str(), date():
            return (known if re.match(r"\d{4}-\d\d-\d\d", known) else None), value.isoformat()
        case str(), str():
            return known.lower(), value.lower()
        case _:
            return None, value
