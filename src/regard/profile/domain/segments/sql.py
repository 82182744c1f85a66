"""A filter as SQL over customers: parameters bound, and joins only of the sources that it asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from regard.core import clock
from regard.core.models import Store
from regard.core.registry import segment_sources
from regard.profile.domain.segments.ast import (
    AllOf,
    AnyOf,
    Between,
    Comparison,
    Known,
    Node,
    Not,
    OneOf,
    Value,
    conditions_of,
)
from regard.profile.domain.segments.fields import AskedField, field_named

SQL_OPERATORS = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
OF_TEXT = {
    "contains": "STRPOS(LOWER({0}), LOWER({1})) > 0",
    "starts with": "STARTS_WITH(LOWER({0}), LOWER({1}))",
    "ends with": "RIGHT(LOWER({0}), LENGTH(LOWER({1}))) = LOWER({1})",
}


@dataclass
class Question:
    """A statement in the making. `tables` follows FROM, `condition` follows WHERE; both name `parameters`."""

    store: Store
    now: datetime = field(default_factory=clock.now)
    parameters: dict[str, Any] = field(default_factory=dict)
    sources: set[str] = field(default_factory=set)
    conditions: list[str] = field(default_factory=list)
    customers: str = (
        "profile_customer AS customer"  # where they are read, events beside them if they are asked
    )

    def __post_init__(self) -> None:
        self.parameters |= {"store": self.store.pk, "now": self.now}
        self.conditions += ["customer.store_id = %(store)s", "customer.merged_into_id IS NULL"]

    @property
    def tables(self) -> str:
        joins = [segment_sources.get(name).join for name in segment_sources.names() if name in self.sources]
        return "\n".join([self.customers, *joins])

    @property
    def condition(self) -> str:
        return "\n  AND ".join(self.conditions)

    def bind(self, value: Any) -> str:
        """A placeholder for the value."""
        name = f"value{len(self.parameters)}"
        self.parameters[name] = value
        return f"%({name})s"

    def read(self, asked: AskedField) -> str:
        """The field's expression; its source becomes part of the statement."""
        if asked.path:
            return f"(event.body #> {self.bind(list(asked.path))}::text[])"
        if asked.registered is None:
            return f"customer.attributes -> {self.bind(asked.key)}::text"
        if asked.registered.source:
            self.sources.add(asked.registered.source)
        return f"({asked.registered.sql})"


def compile_segment(node: Node, *, store: Store, now: datetime | None = None) -> Question:
    """The question who is in the segment: the store's living customers for whom the filter is true.

    A comparison with something unknown is not true, nor is its opposite: only `not` and `is unknown` find those.
    Days begin at midnight in the store's time zone.
    """
    question, (condition,) = compile_conditions([node], store=store, now=now)
    question.conditions.append(condition)
    return question


def compile_conditions(
    nodes: Sequence[Node], *, store: Store, now: datetime | None = None
) -> tuple[Question, list[str]]:
    """A question about all of a store's living customers, and SQL of each condition that reads its tables."""
    question = Question(store, now or clock.now())
    return question, [_sql(node, question) for node in nodes]


def compile_together(nodes: Iterable[Node], *, store: Store) -> tuple[Question, list[str]]:
    """One question about all living customers, and of each filter what is true, in it, of those who are in."""
    question = Question(store)
    return question, [_sql(node, question) for node in nodes]


def sources_of(node: Node) -> set[str]:
    """The names of the sources that a filter asks."""
    registered = (field_named(condition.field).registered for condition in conditions_of(node))
    return {found.source for found in registered if found is not None and found.source}


def _sql(node: Node, question: Question) -> str:
    match node:
        case AllOf(parts):
            return _joined("AND", parts, question) if parts else "TRUE"
        case AnyOf(parts):
            return _joined("OR", parts, question)
        case Not(part):
            return f"({_sql(part, question)}) IS NOT TRUE"
        case _:
            return _condition(node, field_named(node.field), question)


def _joined(word: str, parts: Iterable[Node], question: Question) -> str:
    return "(" + f" {word} ".join(_sql(part, question) for part in parts) + ")"


def _condition(node: Comparison | OneOf | Between | Known, asked: AskedField, question: Question) -> str:
    if isinstance(node, Known):
        known = _known(asked, question.read(asked))
        return known if node.known else f"({known}) IS NOT TRUE"
    match asked.type:
        case "texts":
            return _among_texts(node, question.read(asked), question)
        case "time":
            return _in_days(node, question.read(asked), question)
        case "attribute":
            return _of_attribute(node, question.read(asked), question)
        case kind:
            return _plain(node, question.read(asked), question, folded=kind == "text")


def _known(asked: AskedField, sql: str) -> str:
    match asked.type:
        case "texts":
            return f"CARDINALITY({sql}) > 0"
        case "attribute":
            return f"NULLIF(({sql}) #>> '{{}}', '') IS NOT NULL"
        case _:
            return f"{sql} IS NOT NULL"


def _plain(node: Comparison | OneOf | Between, sql: str, question: Question, *, folded: bool = False) -> str:
    """folded: texts are compared without regard to capitals."""

    def bound(value: Value) -> str:
        return f"LOWER({question.bind(value)})" if folded else question.bind(value)

    side = f"LOWER({sql})" if folded else sql
    match node:
        case Comparison(_, operator, value) if operator in OF_TEXT:
            return OF_TEXT[operator].format(sql, f"{question.bind(value)}::text")
        case Comparison(_, operator, value):
            return f"{side} {SQL_OPERATORS[operator]} {bound(value)}"
        case OneOf(_, values, excluded):
            listed = ", ".join(bound(value) for value in values)
            return f"{side} {'NOT IN' if excluded else 'IN'} ({listed})"
        case Between(_, low, high):
            return f"{side} BETWEEN {bound(low)} AND {bound(high)}"


def _among_texts(node: Comparison | OneOf | Between, sql: str, question: Question) -> str:
    assert isinstance(node, Comparison)  # noqa: S101 - the only one that fits
    wanted = f"LOWER({question.bind(node.value)})"
    # Said of the field itself too, the outer join of its source becomes a plain one, from the smaller side.
    within = f"EXISTS (SELECT 1 FROM UNNEST({sql}) AS item WHERE LOWER(item) = {wanted})"
    return f"({sql} IS NOT NULL AND {within})"


def _in_days(node: Comparison | OneOf | Between, sql: str, question: Question) -> str:
    """Moments against days: a day is everything from its midnight to the next."""
    first, last = _days(node)
    begin = question.bind(_midnight(first, question.store))
    end = question.bind(_midnight(last + timedelta(days=1), question.store))
    match getattr(node, "operator", "="):
        case "=":
            return f"({sql} >= {begin} AND {sql} < {end})"
        case "!=":
            return f"({sql} < {begin} OR {sql} >= {end})"
        case "<" | ">=" as operator:
            return f"{sql} {operator} {begin}"
        case operator:
            return f"{sql} {'<' if operator == '<=' else '>='} {end}"


def _days(node: Comparison | OneOf | Between) -> tuple[date, date]:
    match node:
        case Between(_, date() as low, date() as high):
            return low, high
        case Comparison(_, _, date() as day):
            return day, day
        case _:
            raise AssertionError(node)


def _midnight(day: date, store: Store) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(store.time_zone))


def _of_attribute(node: Comparison | OneOf | Between, sql: str, question: Question) -> str:
    """Attributes are JSON: what has another type than the value compared with is unknown."""
    match node:
        case Comparison(_, "contains", value):
            wanted = f"{question.bind(value)}::text"
            within = _plain(node, _typed(sql, value), question)
            return (
                f"CASE JSONB_TYPEOF({sql}) WHEN 'array' THEN EXISTS (SELECT 1 FROM "
                f"JSONB_ARRAY_ELEMENTS_TEXT({sql}) AS item WHERE LOWER(item) = LOWER({wanted})) "
                f"ELSE {within} END"
            )
        case Comparison(_, _, value) | OneOf(_, (value, *_)) | Between(_, value, _):
            texts = isinstance(value, str)
            return _plain(_days_as_text(node), _typed(sql, value), question, folded=texts)
    raise AssertionError(node)


def _typed(sql: str, value: Value) -> str:
    """The attribute as what it is compared with; tables in CSV and forms tell numbers and truths as texts."""
    match value:
        case bool():
            return f"(CASE WHEN {sql} #>> '{{}}' IN ('true', 'false') THEN ({sql} #>> '{{}}')::boolean END)"
        case Decimal():
            number = r"^-?(0|[1-9]\d{0,17})(\.\d{1,18})?$"  # 00501 is a postcode
            return (
                f"(CASE WHEN JSONB_TYPEOF({sql}) = 'number' OR {sql} #>> '{{}}' ~ '{number}' "
                f"THEN ({sql} #>> '{{}}')::numeric END)"
            )
        case date():
            day = r"^\d{4}-\d{2}-\d{2}"
            return f"(CASE WHEN {sql} #>> '{{}}' ~ '{day}' THEN LEFT({sql} #>> '{{}}', 10) END COLLATE \"C\")"
        case _:
            return f"(CASE JSONB_TYPEOF({sql}) WHEN 'string' THEN {sql} #>> '{{}}' END)"


def _days_as_text(node: Comparison | OneOf | Between) -> Comparison | OneOf | Between:
    """Days that stand in attributes are texts, in an order that is that of the calendar."""
    match node:
        case Comparison(name, operator, date() as day):
            return Comparison(name, operator, day.isoformat())
        case OneOf(name, values, excluded):
            return OneOf(name, tuple(v.isoformat() if isinstance(v, date) else v for v in values), excluded)
        case Between(name, date() as low, date() as high):
            return Between(name, low.isoformat(), high.isoformat())
        case _:
            return node
