"""The text form of a filter: `orders >= 2 and last_order_days > 60 and nps <= 6`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from regard.profile.domain.segments.ast import (
    EVERYONE,
    Between,
    Comparison,
    Known,
    Node,
    Not,
    OneOf,
    Operator,
    Value,
    all_of,
    any_of,
    conditions_of,
)
from regard.profile.domain.segments.fields import (
    OF_ANSWERS,
    OF_EVENT,
    AskedField,
    Unfit,
    check_operator,
    check_value,
    field_named,
    wanted,
)
from regard.profile.domain.segments.printing import value_text

LONGEST = 10_000  # characters of a filter
DEEPEST = 40  # levels of parentheses and `not`
LARGEST = Decimal(10) ** 15
DAYS_IN = {"d": 1, "w": 7, "m": 30, "y": 365}
GRAMMAR = r"""
    start: [any]
    ?any: all (_OR all)*
    ?all: term (_AND term)*
    ?term: _NOT term -> negation
        | "(" any ")"
        | condition
    ?condition: FIELD COMPARE value -> comparison
        | FIELD (CONTAINS | STARTS_WITH | ENDS_WITH) value -> comparison
        | FIELD (IN | NOT_IN) "(" value ("," value)* ")" -> one_of
        | FIELD BETWEEN value _AND value -> between
        | FIELD (IS_KNOWN | IS_UNKNOWN) -> known
    ?value: STRING | DATE | TRUE | FALSE | NUMBER | NUMBER UNIT -> duration
        | FIELD -> unquoted
    COMPARE: "<=" | ">=" | "!=" | "<>" | "==" | "=" | "<" | ">"
    CONTAINS.2: /contains\b/i
    STARTS_WITH.2: /starts\s+with\b/i
    ENDS_WITH.2: /ends\s+with\b/i
    IN.2: /in\b/i
    NOT_IN.3: /not\s+in\b/i
    BETWEEN.2: /between\b/i
    IS_KNOWN.2: /is\s+(known|not\s+unknown)\b/i
    IS_UNKNOWN.2: /is\s+(unknown|not\s+known)\b/i
    TRUE.2: /(true|yes)\b/i
    FALSE.2: /(false|no)\b/i
    UNIT.2: /(days?|weeks?|months?|years?)\b/i
    _AND.2: /and\b(?!\.)/i
    _OR.2: /or\b(?!\.)/i
    _NOT.2: /not\b(?!\.)/i
    DATE.2: /\d{4}-\d{2}-\d{2}/
    NUMBER: /-?\d+(\.\d+)?/
    STRING: /"(\\.|[^"\\])*"|'(\\.|[^'\\])*'/s
    FIELD: /[^\W\d]\w*(\.([^\W\d]\w*|"(\\.|[^"\\])*"))*/s
    %ignore /\s+/
"""
SAID_AS = {
    "FIELD": "field", "_NOT": "field", "LPAR": "field",
    "COMPARE": "operator", "CONTAINS": "operator", "STARTS_WITH": "operator", "ENDS_WITH": "operator",
    "IN": "operator", "NOT_IN": "operator", "BETWEEN": "operator", "IS_KNOWN": "operator",
    "IS_UNKNOWN": "operator",
    "STRING": "value", "DATE": "value", "TRUE": "value", "FALSE": "value", "NUMBER": "value",
    "_AND": "and", "_OR": "or", "RPAR": ")", "COMMA": ",",
}  # fmt: skip


class SegmentInvalid(ValidationError):
    """A text that is no filter: what is wrong, and the place (characters from 0, end excluded)."""

    def __init__(self, said: str, start: int, end: int) -> None:
        self.told = _("Character %(place)d: %(said)s") % {"place": start + 1, "said": said}
        super().__init__({"segment": self.told})
        self.said, self.start, self.end = said, start, end


def parse_segment(text: str) -> Node:
    """The filter that a text says; EVERYONE for an empty one. Raises SegmentInvalid, also if an event is asked."""
    node = parse_condition(text)
    _refuse(
        text,
        node,
        OF_EVENT,
        _("There is no event here that could be asked; ask for something of the customer."),
    )
    return node


def parse_condition(text: str) -> Node:
    """The same where there is an event: `event.total >= 50 and orders = 1`. Raises SegmentInvalid."""
    node = _parsed(text)
    _refuse(text, node, OF_ANSWERS, _("There are no answers here; they are asked in surveys alone."))
    return node


def parse_answers_condition(text: str) -> Node:
    """The same within a survey: `answers.ease <= 2 and orders >= 5`. Raises SegmentInvalid."""
    node = _parsed(text)
    _refuse(
        text, node, OF_EVENT, _("There is no event here; ask for an answer or for something of the customer.")
    )
    return node


def _refuse(text: str, node: Node, prefix: str, said: str) -> None:
    for condition in conditions_of(node):
        if condition.field.startswith(prefix):
            start = text.lower().find(prefix)
            raise SegmentInvalid(said, start, start + len(condition.field))


@lru_cache(maxsize=1_000)
def _parsed(text: str) -> Node:
    _check_characters(text)
    try:
        tree = _grammar().parse(text)
    except UnexpectedInput as error:
        raise _unexpected(text, error) from None
    inner = tree.children[0]
    return EVERYONE if inner is None else _read(inner, 0)


@cache
def _grammar() -> Lark:
    return Lark(GRAMMAR, parser="lalr", maybe_placeholders=True)


def _check_characters(text: str) -> None:
    if len(text) > LONGEST:
        raise SegmentInvalid(_("A filter has %d characters at the most.") % LONGEST, LONGEST, LONGEST + 1)
    odd = re.search("[\0\ud800-\udfff]", text)
    if odd:
        raise SegmentInvalid(_("This character cannot be used."), odd.start(), odd.end())


def _read(item: Any, depth: int) -> Node:
    tree = cast("Tree[Token]", item)
    if depth > DEEPEST:
        raise _at(_first_token(tree), _("The filter is nested too deeply; write it flatter."))
    match tree.data:
        case "any":
            return any_of([_read(child, depth + 1) for child in tree.children])
        case "all":
            return all_of([_read(child, depth + 1) for child in tree.children])
        case "negation":
            return Not(_read(tree.children[0], depth + 1))
        case _:
            return _read_condition(tree)


def _read_condition(tree: Tree[Token]) -> Node:
    name, operator, *values = tree.children
    field = _checked(name, field_named, str(name))
    said = _operator(cast("Token", operator))
    _checked(operator, check_operator, field, said)
    match tree.data:
        case "known":
            return Known(field.name, said == "is known")
        case "one_of":
            read = tuple(_value(field, said, value) for value in values)
            return OneOf(field.name, _alike(field, read, values), excluded=said == "not in")
        case "between":
            return _between(field, values)
        case _:
            return Comparison(field.name, cast("Operator", said), _value(field, said, values[0]))


def _operator(token: Token) -> str:
    match token.type:
        case "COMPARE":
            return {"<>": "!=", "==": "="}.get(token, str(token))
        case other:
            return other.lower().replace("_", " ")


def _between(field: AskedField, bounds: list[Any]) -> Between:
    low, high = (_value(field, "between", bound) for bound in bounds)
    _alike(field, (low, high), bounds)
    if cast("Decimal", low) > cast("Decimal", high):  # or dates, which are just as ordered
        told = {"low": value_text(high), "high": value_text(low)}
        raise _at(bounds[0], _("The smaller value comes first: between %(low)s and %(high)s.") % told)
    return Between(field.name, low, high)


def _alike(field: AskedField, values: tuple[Value, ...], tokens: list[Any]) -> tuple[Value, ...]:
    """An attribute is compared as one type. Raises SegmentInvalid at the first value of another."""
    for value, token in zip(values, tokens, strict=True):
        if type(value) is not type(values[0]):
            raise _at(token, _("The values for %s must be of one kind.") % field.name)
    return values


def _value(field: AskedField, operator: str, item: Any) -> Value:
    if isinstance(item, Tree):
        token = cast("Token", item.children[0])
        if item.data == "unquoted":
            said = _('Texts stand in quotes: "%(text)s". %(field)s takes %(what)s.')
            raise _at(token, said % {"text": token, "field": field.name, "what": wanted(field)})
        if field.type != "days":
            raise _at(item.children[1], _("Only fields that count days take a duration."))
        days = _number(token) * DAYS_IN[str(item.children[1])[0].lower()]
        return cast("Value", _checked(token, check_value, field, operator, days))
    return cast("Value", _checked(item, check_value, field, operator, _literal(cast("Token", item))))


def _literal(token: Token) -> Value:
    match token.type:
        case "STRING":
            return unquoted(token)
        case "DATE":
            return _date(token)
        case "NUMBER":
            return _number(token)
        case kind:
            return kind == "TRUE"


def unquoted(text: str) -> str:
    """The text that stands in quotes."""
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)


def _date(token: Token) -> date:
    try:
        found = date.fromisoformat(token)
        if 1 < found.year < 9999:
            return found
    except ValueError:
        pass
    raise _at(token, _("There is no such day; write it as 2026-01-31."))


def _number(token: Token) -> Decimal:
    found = Decimal(token)
    if abs(found) >= LARGEST or -cast("int", found.as_tuple().exponent) > 9:
        raise _at(token, _("Numbers have up to 15 digits, and 9 behind the point."))
    return found


def _checked(item: Any, check: Callable[..., Any], *values: Any) -> Any:
    try:
        return check(*values)
    except Unfit as error:
        raise _at(item, str(error)) from None


def _at(item: Any, said: str) -> SegmentInvalid:
    token = item if isinstance(item, Token) else _first_token(item)
    start = token.start_pos or 0
    return SegmentInvalid(said, start, start + len(token))


def _first_token(tree: Tree[Token]) -> Token:
    """Downwards by hand: lark's own search gives up some hundred levels deep."""
    item: Any = tree
    while not isinstance(item, Token):
        item = next(child for child in item.children if child is not None)
    return item


def _unexpected(text: str, error: UnexpectedInput) -> SegmentInvalid:
    match error:
        case UnexpectedToken(token=token) if token.type != "$END":
            start = token.start_pos or 0
            found, expected = str(token), error.accepts or error.expected
            return SegmentInvalid(_misplaced(found, expected), start, start + len(found))
        case UnexpectedCharacters():
            start = error.pos_in_stream or 0
            if text[start] in "\"'":
                return SegmentInvalid(_("The closing quote is missing."), start, len(text))
            word = cast("re.Match[str]", re.compile(r"\w+|.", re.DOTALL).match(text, start)).group()
            return SegmentInvalid(_misplaced(word, error.allowed or ()), start, start + len(word))
        case _:
            wanting = getattr(error, "accepts", None) or getattr(error, "expected", None)
            said = _("The filter ends too early; here comes %s.") % _said(wanting or ())
            return SegmentInvalid(said, len(text), len(text))


def _misplaced(found: str, expected: Iterable[str]) -> str:
    said = _("“%(found)s” does not fit here; here comes %(expected)s.")
    return said % {"found": found, "expected": _said(expected)}


def _said(terminals: Iterable[str]) -> str:
    """What may come next, in words; a text in the place of a value is no field."""
    kinds = {SAID_AS[terminal] for terminal in terminals if terminal in SAID_AS}
    if "value" in kinds:
        kinds.discard("field")
    words = {
        "field": _("a field, such as last_seen_days"),
        "operator": _("an operator, such as >= or “is known”"),
        "value": _('a value: a number, a "text", a date (2026-01-31), true or false'),
        "and": _("“and”"),
        "or": _("“or”"),
        ",": _("a comma"),
        ")": _("a closing parenthesis"),
    }
    return _(" or ").join(text for kind, text in words.items() if kind in kinds) or _("its end")
