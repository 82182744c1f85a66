"""Liquid for texts that people of a store write: it sees the values that it is given, and nothing else.

A text reaches no object of Python, no file and no other template: values are plain, see `plain_values`, and
tags that load things are not there. Loops, sizes and time are bounded. What stands in HTML is escaped.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _
from liquid import BoundTemplate, Environment, Mode, RenderContext
from liquid.exceptions import LiquidError, ResourceLimitError, UndefinedError, UnknownFilterError
from liquid.undefined import FalsyStrictUndefined, Undefined

from regard.message.domain.liquid_filters import FILTERS

MOST_SECONDS = 0.5  # of processor time, for one text
MOST_TURNS = 1_000  # of all loops inside each other
MOST_OUTPUT = 400_000  # bytes
MOST_KEPT = 100_000  # bytes, of what a text assigns
LONGEST_SOURCE = 150_000  # characters, of a whole e-mail
LONGEST_TEXT = 20_000  # characters that go into or come out of a filter
LONGEST_LIST = 1_000
MOST_BITS = 256  # of a number
DEEPEST = 12  # levels of values
TAGS = frozenset(
    {
        "#", "assign", "break", "capture", "case", "comment", "content", "continue", "cycle", "echo", "for", "if",
        "illegal", "output", "unless",
    }
)  # fmt: skip


class TemplateBroken(ValueError):
    """A text that cannot be made; the message says why, in words."""


class NotKnown(TemplateBroken):
    """A text that shows something which is not known. path: what, such as "customer.first_name"."""

    def __init__(self, path: str) -> None:
        super().__init__(_("%s is not known.") % path)
        self.path = path


class _Missing(FalsyStrictUndefined):
    """Something that is not known: it is false in a condition, yields to `default`, and cannot be shown."""

    force_liquid_default = True


class _Bounded(RenderContext):
    """Looks at the clock wherever a text can spend time, and bounds what filters get and give."""

    __slots__ = ("_until",)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._until = time.thread_time() + MOST_SECONDS

    def get(self, path: list[object], **options: Any) -> object:
        self._check_time()
        value = super().get(path, **options)
        if isinstance(value, Undefined):
            named = path_text(path)
            return self.env.undefined(named, hint=named, token=None)
        return value

    def filter(self, name: str, token: Any) -> Callable[..., object]:
        self._check_time()
        apply = super().filter(name, token)

        def bounded(*values: Any, **named: Any) -> object:
            for value in (*values, *named.values()):
                _check_size(value)
            if name in {"replace", "join"}:
                _check_growth(name, *values)
            made = apply(*values, **named)
            _check_size(made)
            return made

        return bounded

    @contextmanager
    def extend(self, namespace: Mapping[str, object], template: Any = None) -> Iterator[RenderContext]:
        self._check_time()
        with super().extend(namespace, template) as context:
            yield context

    def _check_time(self) -> None:
        if time.thread_time() > self._until:
            raise ResourceLimitError(_("it takes too long"), token=None)


class _Text(BoundTemplate):
    context_class = _Bounded


class _Safe(Environment):
    template_class = _Text
    loop_iteration_limit = MOST_TURNS
    output_stream_limit = MOST_OUTPUT
    local_namespace_limit = MOST_KEPT
    context_depth_limit = 20
    block_nesting_limit = 20

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=extra)
        self.tags = {name: tag for name, tag in self.tags.items() if name in TAGS}
        known = {name: apply for name, apply in self.filters.items() if name in FILTERS}
        self.filters = known | {name: apply for name, apply in FILTERS.items() if apply is not None}


def _environment(*, escapes: bool) -> Environment:
    return _Safe(tolerance=Mode.STRICT, undefined=_Missing, strict_filters=True, autoescape=escapes)


HTML, PLAIN = _environment(escapes=True), _environment(escapes=False)


TAG = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
# Quoted texts are not escaped, since whoever writes a template means them so: markup would get in by them.
MARKUP_QUOTED = re.compile(r"'[^']*<[^']*'|\"[^\"]*<[^\"]*\"")


def compiled_text(source: str, *, html: bool) -> BoundTemplate:
    """A text ready to be filled in. Raises TemplateBroken."""
    if len(source) > LONGEST_SOURCE:
        raise TemplateBroken(_("The text is too long: %d characters at the most.") % LONGEST_SOURCE)
    if html and any(MARKUP_QUOTED.search(tag) for tag in TAG.findall(source)):
        raise TemplateBroken(_("A text in quotes must not hold “<” here: write it outside of the braces."))
    try:
        return (HTML if html else PLAIN).from_string(source)
    except (LiquidError, ValueError, RecursionError) as error:
        raise TemplateBroken(_said(error)) from error


def filled(text: BoundTemplate, values: Mapping[str, Any]) -> str:
    """The text with values put in, which must be plain. Raises TemplateBroken."""
    try:
        return text.render(values)
    except UndefinedError as error:
        raise NotKnown(str(error.message)) from error
    except Exception as error:  # whatever a store's text provokes in a filter is the text's fault
        raise TemplateBroken(_said(error)) from error


def plain_values(value: Any, *, depth: int = 0) -> Any:
    """A value as texts, numbers, truths, lists and mappings of these alone, without what is empty.

    None stands for nothing that is known. Whatever else it holds is told as a text.
    """
    match value:
        case bool() | int() | float():
            return value
        case Mapping():
            parts = {str(key): plain_values(part, depth=depth + 1) for key, part in value.items()}
            return _unless_deep({key: part for key, part in parts.items() if part is not None}, depth)
        case list() | tuple():
            kept = [plain for part in value if (plain := plain_values(part, depth=depth + 1)) is not None]
            return _unless_deep(kept, depth)
        case None:
            return None
        case _:
            return str(value).strip() or None


def path_text(path: Sequence[object]) -> str:
    """A path as it is written, such as "event.products[0].name"."""
    first, *rest = path
    return str(first) + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in rest)


def _unless_deep(value: Any, depth: int) -> Any:
    return value if value and depth < DEEPEST else None


def _said(error: Exception) -> str:
    """What is wrong, in one line."""
    if isinstance(error, UnknownFilterError):
        return _("There is no filter of this name: %s.") % str(error.message).partition("'")[2].rstrip("'")
    if isinstance(error, ResourceLimitError):
        return _("The text does too much: %s.") % error.message
    said = error.message if isinstance(error, LiquidError) else error
    return str(said)


def _check_size(value: object) -> None:
    match value:
        case bool():
            return
        case str() | list() | tuple():
            longest = LONGEST_TEXT if isinstance(value, str) else LONGEST_LIST
            too_large = len(value) > longest
        case range():
            too_large = value.stop - value.start > LONGEST_LIST
        case int():
            too_large = value.bit_length() > MOST_BITS
        case _:
            return
    if too_large:
        raise ResourceLimitError(_("a value becomes too large"), token=None)


def _check_growth(name: str, value: Any, *given: Any) -> None:
    """What would be as long as the product of two texts is refused before it is made."""
    parts = [str(part) for part in given]
    if name == "replace":
        times, grows = (str(value).count(parts[0]) if parts else 0), len(parts[1]) if len(parts) > 1 else 0
    else:
        times, grows = (len(value) if isinstance(value, list | range) else 0), len(parts[0]) if parts else 1
    if times * grows > LONGEST_TEXT:
        raise ResourceLimitError(_("a value becomes too large"), token=None)
