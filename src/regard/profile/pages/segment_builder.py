"""The builder of a filter: rows of conditions and a text, two views of the same, and how many it finds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from regard.core.edges.pages import StoreRequest, asked_for, store_page
from regard.core.models import Store
from regard.profile.domain.attribute_names import attribute_names
from regard.profile.domain.segments.ast import Node
from regard.profile.domain.segments.counting import SegmentCount, count_text, count_while_typing
from regard.profile.domain.segments.fields import AskedField, Unfit, field_named, fields_for_viewer
from regard.profile.domain.segments.parse import SegmentInvalid, parse_segment
from regard.profile.domain.segments.printing import attribute_field, segment_text
from regard.profile.domain.segments.rows import Match, Row, node_of_rows, row_operators, rows_of_node

MOST_ROWS = 50
BETWEEN, SEVERAL = 2, {"in", "not in"}


@dataclass
class Builder:
    """A filter in the making. rows: None when the form cannot show the text. invalid: why the text is none."""

    text: str = ""
    rows: list[Row] | None = field(default_factory=list)
    match: Match = "all"
    invalid: SegmentInvalid | None = None
    fresh: bool = False  # whether the last row has just been added

    @property
    def is_ready(self) -> bool:
        return self.invalid is None and not any(row.error for row in self.rows or [])


def builder_of_text(text: str) -> Builder:
    """The builder with what a text says; one that is no filter leaves the rows empty."""
    try:
        node = parse_segment(text)
    except SegmentInvalid as error:
        return Builder(text, None, invalid=error)
    return _builder(node, text)


def builder_of_query(query: QueryDict, *, changed: str = "") -> Builder:
    """The builder as it was sent. changed: the name of the input that the person changed, if it is known.

    The text counts when it was changed, or when it is not the one that the rows were made of; else the rows.
    """
    text = query.get("segment", "").replace("\0", "")
    rows = list(_sent_rows(query))
    if changed == "segment" or not (rows or "add" in query or "rows_of" in query):
        return builder_of_text(text)
    if not changed and text.strip() != query.get("rows_of", "").strip():
        return builder_of_text(text)
    return _of_rows(rows, query)


def _of_rows(rows: list[Row], query: QueryDict) -> Builder:
    if "remove" in query:
        rows = [row for place, row in enumerate(rows) if str(place) != query.get("remove")]
    fresh = "add" in query and len(rows) < MOST_ROWS
    match: Match = "any" if query.get("match") == "any" else "all"
    node, told = node_of_rows(rows, match)
    return Builder(segment_text(node), [*told, *([Row("", "")] if fresh else [])], match, fresh=fresh)


def _builder(node: Node, text: str) -> Builder:
    found = rows_of_node(node)
    return Builder(text, None) if found is None else Builder(text, found[1], found[0])


def _sent_rows(query: QueryDict) -> Iterator[Row]:
    places = sorted(int(name[6:]) for name in query if re.fullmatch(r"field-\d{1,3}", name, re.ASCII))
    for place in places[:MOST_ROWS]:
        asked = str(query.get(f"field-{place}", "")).replace("\0", "")
        values = tuple(value.replace("\0", "") for value in query.getlist(f"value-{place}"))
        yield _fitted(Row(asked, str(query.get(f"operator-{place}", "")), values))


def _fitted(row: Row) -> Row:
    """The row with an operator that its field has: somebody who chooses another field keeps what still fits."""
    try:
        operators = row_operators(field_named(row.field))
    except Unfit:
        return row
    return row if row.operator in operators else Row(row.field, operators[0], row.values[:1])


@store_page("customers.read")
def segment_builder(request: StoreRequest) -> HttpResponse:
    """The builder anew after a change; the browser takes over the parts that the change has touched."""
    builder = builder_of_query(request.GET, changed=request.headers.get("HX-Trigger-Name", ""))
    return render(request, "profile/_segment_builder.html", builder_context(request, builder))


def builder_context(request: StoreRequest, builder: Builder) -> dict[str, Any]:
    """What the builder's template needs, with how many customers the filter finds."""
    search = asked_for(request, "q")
    counted, is_counted = None, False
    if builder.is_ready and (builder.text.strip() or search):
        counted, is_counted = count_while_typing(request.store, builder.text, search=search), True
    return {
        "builder": builder,
        "rows": _shown_rows(request.store, builder),
        "mistake": _mistake(builder),
        "counted": _said(counted) if is_counted else "",
        "search": search,
        "order": asked_for(request, "order"),
        "fields": fields_for_viewer(),
    }


def _mistake(builder: Builder) -> tuple[str, str, str] | None:
    """The text before, at and after the place where it is no filter."""
    if builder.invalid is None:
        return None
    start, end = builder.invalid.start, builder.invalid.end
    return builder.text[:start], builder.text[start:end], builder.text[end:]


def _said(counted: SegmentCount | None) -> str:
    if counted is None:
        return _("This filter takes long to count.")
    return _("1 customer") if counted.count == 1 else _("%s customers") % count_text(counted)


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class ShownRow:
    """A row with what its selects offer. input: the kind of its value's input."""

    row: Row
    fields: Sequence[Option]
    operators: Sequence[Option] = ()
    input: str = ""
    values: tuple[str, ...] = ("",)
    choices: Sequence[Option] = ()
    unit: str = ""


def _shown_rows(store: Store, builder: Builder) -> list[ShownRow]:
    if not builder.rows:
        return []
    names = {known.name: _(str(known.label)) for known in fields_for_viewer()}
    names |= {attribute_field(name): name for name in attribute_names(store)}
    return [_shown(row, names) for row in builder.rows]


def _shown(row: Row, names: dict[str, str]) -> ShownRow:
    try:
        asked = field_named(row.field) if row.field else None
    except Unfit:
        asked = None
    labels = (
        names if asked is None or asked.name in names else {**names, asked.name: asked.key or asked.label}
    )
    fields = [Option(name, label, asked is not None and name == asked.name) for name, label in labels.items()]
    fields.sort(key=lambda option: option.label.lower())
    if asked is None:
        return ShownRow(row, fields)
    operators = [Option(name, _label(name, asked), name == row.operator) for name in row_operators(asked)]
    return ShownRow(
        row, fields, operators, _input(asked, row.operator), _values(row), _choices(asked, row), _unit(asked)
    )


def _values(row: Row) -> tuple[str, ...]:
    wanted = BETWEEN if row.operator == "between" else 1
    return (*row.values, "", "")[:wanted]


def _input(asked: AskedField, operator: str) -> str:
    if operator in {"is known", "is unknown"}:
        return "none"
    if asked.type == "choice":
        return "several" if operator in SEVERAL else "one"
    if asked.type == "truth":
        return "one"
    if operator in SEVERAL:
        return "text"
    return {"number": "number", "days": "number", "time": "date"}.get(asked.type, "text")


def _choices(asked: AskedField, row: Row) -> list[Option]:
    choices: dict[str, str] = {}
    if asked.type == "truth":
        choices = {"true": _("yes"), "false": _("no")}
    elif asked.registered is not None:
        choices = {key: _(str(label)) for key, label in asked.registered.choices.items()}
    return [Option(key, label, key in row.values) for key, label in choices.items()]


def _unit(asked: AskedField) -> str:
    if asked.type == "days":
        return _("days")
    return _(asked.registered.unit) if asked.registered and asked.registered.unit else ""


def _label(operator: str, asked: AskedField) -> str:
    """An operator in words, as they fit the field."""
    words = {
        "=": _("is"), "!=": _("is not"), "<": _("is less than"), "<=": _("is at most"), ">": _("is more than"),
        ">=": _("is at least"), "between": _("is between"), "contains": _("contains"),
        "does not contain": _("does not contain"), "starts with": _("starts with"),
        "ends with": _("ends with"), "in": _("is one of"), "not in": _("is none of"),
        "is known": _("is known"), "is unknown": _("is unknown"),
    }  # fmt: skip
    if asked.type == "time":
        words |= {
            "=": _("is on"), "!=": _("is not on"), "<": _("is before"), "<=": _("is on or before"),
            ">": _("is after"), ">=": _("is on or after"),
        }  # fmt: skip
    return words[operator]
