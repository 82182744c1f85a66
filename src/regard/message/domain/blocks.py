"""What an e-mail is made of: blocks, one below the other, as people write them down and as values.

Written down, a block is a mapping with its kind and what that says first: `{"button": "Open", "url": "https://…"}`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, TypeAlias

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

LONGEST_TEXT = 10_000  # characters of one field
LARGEST_SPACE = 120
MOST_PRODUCTS = 12


class BlockInvalid(ValueError):
    """A block that cannot be read; the message says what is wrong with it."""


@dataclass(frozen=True, kw_only=True)
class Heading:
    kind: ClassVar[str] = "heading"
    label: ClassVar[str] = gettext_noop("Heading")
    text: str
    when: str = ""


@dataclass(frozen=True, kw_only=True)
class Paragraphs:
    """Text: paragraphs with an empty line between, lists of lines that begin with "- ", **strong** words and
    [links](https://…)."""

    kind: ClassVar[str] = "text"
    label: ClassVar[str] = gettext_noop("Text")
    text: str
    when: str = ""


@dataclass(frozen=True, kw_only=True)
class Button:
    kind: ClassVar[str] = "button"
    label: ClassVar[str] = gettext_noop("Button")
    text: str
    url: str = ""
    when: str = ""


@dataclass(frozen=True, kw_only=True)
class Image:
    """alt: what it shows, for those who do not see it. url: where a click leads."""

    kind: ClassVar[str] = "image"
    label: ClassVar[str] = gettext_noop("Image")
    image: str
    alt: str = ""
    url: str = ""
    when: str = ""


@dataclass(frozen=True, kw_only=True)
class Products:
    """The first `most` of a list of products, such as "last_order.items": each with title or name, image_url, url,
    price, quantity, as far as it has them. It is left out where there is no such list."""

    kind: ClassVar[str] = "products"
    label: ClassVar[str] = gettext_noop("Products")
    source: str
    most: int = 4
    when: str = ""


@dataclass(frozen=True, kw_only=True)
class OfferCode:
    """A code to copy, with a line below. It is left out where the code is empty, as when no offer was given."""

    kind: ClassVar[str] = "code"
    label: ClassVar[str] = gettext_noop("Offer code")
    code: str = "{{ offer.code }}"
    note: str = ""
    when: str = "offer.code"


@dataclass(frozen=True, kw_only=True)
class Choices:
    """Answers to press, in a row: of a list such as "survey.choices", each with label and url. lowest, highest:
    what the first and the last mean. It is left out where there is no such list."""

    kind: ClassVar[str] = "choices"
    label: ClassVar[str] = gettext_noop("Answers to press")
    source: str = "survey.choices"
    lowest: str = "{{ survey.lowest | default: '' }}"
    highest: str = "{{ survey.highest | default: '' }}"
    when: str = ""


@dataclass(frozen=True, kw_only=True)
class Divider:
    kind: ClassVar[str] = "divider"
    label: ClassVar[str] = gettext_noop("Line")
    when: str = ""


@dataclass(frozen=True, kw_only=True)
class Spacer:
    """Empty space, in pixels."""

    kind: ClassVar[str] = "space"
    label: ClassVar[str] = gettext_noop("Space")
    height: int = 24
    when: str = ""


Block: TypeAlias = Heading | Paragraphs | Button | Image | Products | OfferCode | Choices | Divider | Spacer
KINDS: Mapping[str, type[Block]] = {
    cls.kind: cls
    for cls in (Heading, Paragraphs, Button, Image, Products, OfferCode, Choices, Divider, Spacer)
}
EXPRESSIONS = frozenset({"when", "source"})  # they stand within a tag, which they must not end
BOUNDS = {"height": (4, LARGEST_SPACE), "most": (1, MOST_PRODUCTS)}


def read_block(written: Any) -> Block:
    """A block as it was written down. Raises BlockInvalid."""
    if isinstance(written, str) and written in KINDS:
        written = {written: None}
    if not isinstance(written, Mapping):
        raise BlockInvalid(_("A block is a mapping such as {heading: Hello}."))
    kind = next((name for name in KINDS if name in written), None)
    if kind is None:
        raise BlockInvalid(_("Name the kind of the block first, one of: %s.") % ", ".join(KINDS))
    names = field_names(KINDS[kind])
    values = {name: value for name, value in written.items() if name != kind}
    if unknown := sorted(str(name) for name in values if name not in names):
        raise BlockInvalid(
            _("A block “%(kind)s” has no “%(name)s”.") % {"kind": kind, "name": ", ".join(unknown)}
        )
    if names[0] != "when" and written[kind] is not None:
        values[names[0]] = written[kind]
    return _block(kind, values)


def write_block(block: Block) -> dict[str, Any]:
    """A block as people write it down, without what is as usual."""
    names = field_names(type(block))
    usual = {field.name: field.default for field in fields(block)}
    said = {name: getattr(block, name) for name in names if getattr(block, name) != usual[name]}
    first = names[0]
    head = None if first == "when" else getattr(block, first)
    return {block.kind: head} | {name: value for name, value in said.items() if name != first or head is None}


def field_names(cls: type[Block]) -> list[str]:
    """What may be said of a block of this class, what it is about first."""
    return [field.name for field in fields(cls)]


def _block(kind: str, values: Mapping[str, Any]) -> Block:
    cls: Callable[..., Block] = KINDS[kind]
    read = {name: _value(kind, name, value) for name, value in values.items() if value is not None}
    try:
        return cls(**read)
    except TypeError:
        raise BlockInvalid(_("A block “%s” says nothing.") % kind) from None


def _value(kind: str, name: str, value: Any) -> str | int:
    if name in BOUNDS:
        return _number(name, value)
    if not isinstance(value, str | int | float):
        raise BlockInvalid(_("“%(name)s” of a block “%(kind)s” is a text.") % {"name": name, "kind": kind})
    said = str(value).replace("\0", "").strip()
    if name in EXPRESSIONS and ("%}" in said or "}}" in said):
        raise BlockInvalid(_("“%s” is an expression alone, without {%% and {{.") % name)
    if len(said) > LONGEST_TEXT:
        raise BlockInvalid(_("Write at most %d characters in a block.") % LONGEST_TEXT)
    return said


def _number(name: str, value: Any) -> int:
    least, most = BOUNDS[name]
    try:
        number = int(str(value))
    except ValueError:
        number = -1
    if not least <= number <= most:
        said = _("“%(name)s” must be a number from %(least)s to %(most)s.")
        raise BlockInvalid(said % {"name": name, "least": least, "most": most})
    return number
