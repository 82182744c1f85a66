"""What a segment may ask: the fields that rooms register, custom attributes, and what each takes."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

from django.utils.translation import gettext as _

from regard.core.registry import SegmentField, SegmentType, segment_fields
from regard.profile.domain.segments.ast import Value
from regard.profile.domain.segments.printing import attribute_field, quoted

FieldType: TypeAlias = SegmentType | Literal["attribute"]
ATTRIBUTE = "attr."
OF_EVENT = "event."
OF_ANSWERS = "answers."
OPERATORS: Mapping[FieldType, tuple[str, ...]] = {
    "number": ("=", "!=", "<", "<=", ">", ">=", "between", "in", "not in", "is known", "is unknown"),
    "days": ("=", "!=", "<", "<=", ">", ">=", "between", "in", "not in", "is known", "is unknown"),
    "text": (
        "=", "!=", "contains", "starts with", "ends with", "in", "not in", "is known", "is unknown",
    ),
    "choice": ("=", "!=", "in", "not in", "is known", "is unknown"),
    "truth": ("=", "!=", "is known", "is unknown"),
    "time": ("=", "!=", "<", "<=", ">", ">=", "between", "is known", "is unknown"),
    "texts": ("contains", "is known", "is unknown"),
    "attribute": (
        "=", "!=", "<", "<=", ">", ">=", "between", "contains", "starts with", "ends with", "in", "not in",
        "is known", "is unknown",
    ),
}  # fmt: skip
ORDERED = {"<", "<=", ">", ">=", "between"}
OF_WORDS = {"contains", "starts with", "ends with"}


class Unfit(ValueError):
    """A field, an operator or a value that does not fit; the text says what does."""


@dataclass(frozen=True)
class AskedField:
    """A field as a filter names it. key: of the custom attribute, "" for registered fields.

    path: of what an event tells, or of what was answered in a survey, from the outside in; () for what is asked
    of the customer.
    """

    name: str
    type: FieldType
    label: str
    registered: SegmentField | None = None
    key: str = ""
    path: tuple[str, ...] = ()


def field_named(name: str) -> AskedField:
    """Raises Unfit, with the names that are close, when there is no such field."""
    if name[: len(ATTRIBUTE)].lower() == ATTRIBUTE and len(name) > len(ATTRIBUTE):
        return _attribute(name[len(ATTRIBUTE) :])
    if name[: len(OF_EVENT)].lower() == OF_EVENT and len(name) > len(OF_EVENT):
        return _told(OF_EVENT, name[len(OF_EVENT) :])
    if name[: len(OF_ANSWERS)].lower() == OF_ANSWERS and len(name) > len(OF_ANSWERS):
        return _told(OF_ANSWERS, name[len(OF_ANSWERS) :], OF_ANSWERS[:-1])
    found = segment_fields.get(name.lower()) if name.lower() in segment_fields else None
    if found is None:
        raise Unfit(_("There is no field “%s”.") % name + _suggest(name, segment_fields.names()))
    return AskedField(found.name, found.type, str(found.label), found)


def fields_for_viewer() -> list[SegmentField]:
    """Every field that a filter may ask, by name; custom attributes come on top as `attr.NAME`."""
    return sorted(segment_fields, key=lambda field: field.name)


def check_operator(field: AskedField, operator: str) -> None:
    """Raises Unfit for an operator that means nothing for such a field."""
    fitting = OPERATORS[field.type]
    if operator not in fitting:
        said = _("“%(operator)s” does not fit %(field)s; use %(fitting)s.")
        named = {"operator": operator, "field": field.name, "fitting": ", ".join(fitting)}
        raise Unfit(said % named)


def check_value(field: AskedField, operator: str, value: Value) -> Value:
    """The value, of a choice its key. Raises Unfit when the field has no such values."""
    if operator in OF_WORDS and (not isinstance(value, str) or not value):
        raise Unfit(_('“%(operator)s” needs a text in quotes, such as "vip".') % {"operator": operator})
    match field.type:
        case "choice" if field.registered is not None:
            return _choice(field.registered, value)
        case "attribute":
            return _of_attribute(operator, value)
        case "number" | "days" if _is_number(value):
            return value
        case "text" | "texts" if isinstance(value, str):
            return value
        case "truth" if isinstance(value, bool):
            return value
        case "time" if isinstance(value, date):
            return value
        case _:
            raise unfit_value(field)


def unfit_value(field: AskedField) -> Unfit:
    return Unfit(_("%(field)s takes %(what)s.") % {"field": field.name, "what": wanted(field)})


def wanted(field: AskedField) -> str:
    """What the values of a field look like, for people."""
    looks: dict[str, str] = {
        "number": _("a number, such as 12"),
        "days": _("a number of days, such as 60 or 8 weeks"),
        "text": _('a text in quotes, such as "Anna"'),
        "texts": _('a text in quotes, such as "vip"'),
        "truth": _("true or false"),
        "time": _("a date, such as 2026-01-31"),
        "attribute": _("a number, a text in quotes, a date, true or false"),
    }
    if field.type == "choice" and field.registered is not None:
        return _one_of(field.registered.choices)
    return looks[field.type]


def _attribute(name: str) -> AskedField:
    key = re.sub(r"\\(.)", r"\1", name[1:-1], flags=re.DOTALL) if name.startswith('"') else name
    return AskedField(attribute_field(key), "attribute", key, key=key)


def _told(prefix: str, name: str, *outer: str) -> AskedField:
    """`event.total`, `event.address.city`, `event."Total paid"`: what is no customer's field is an attribute."""
    parts = re.findall(r'"(?:\\.|[^"\\])*"|[^.]+', name)
    path = tuple(re.sub(r"\\(.)", r"\1", part[1:-1]) if part.startswith('"') else part for part in parts)
    return AskedField(prefix + name, "attribute", ".".join(path), path=(*outer, *path))


def _choice(field: SegmentField, value: Value) -> str:
    """Choices are named by their key or by what people read."""
    if isinstance(value, str):
        for key, label in field.choices.items():
            if value.lower() in {key.lower(), str(label).lower()}:
                return key
    close = (
        _suggest(value, [*field.choices, *map(str, field.choices.values())]) if isinstance(value, str) else ""
    )
    said = _("%(field)s takes %(what)s.") % {"field": field.name, "what": _one_of(field.choices)}
    raise Unfit(said + close)


def _of_attribute(operator: str, value: Value) -> Value:
    """Attributes have the type of what they are compared with; texts and truths have no order."""
    if operator in ORDERED and (isinstance(value, bool) or not isinstance(value, Decimal | date)):
        raise Unfit(_("“%s” needs a number or a date.") % operator)
    return value


def _is_number(value: Value) -> bool:
    return isinstance(value, Decimal)


def _one_of(choices: Iterable[str]) -> str:
    return _("one of %s") % ", ".join(quoted(choice) for choice in choices)


def _suggest(name: str, known: Iterable[str]) -> str:
    by_letters = {each.lower(): each for each in known}
    close = difflib.get_close_matches(name.lower(), by_letters, n=3, cutoff=0.6)
    if not close:
        return ""
    return " " + _("Did you mean %s?") % _(" or ").join(by_letters[each] for each in close)
