"""The form in which a template is written: from a text to fields, and back from what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from regard.message.domain.blocks import BOUNDS, KINDS, Block, field_names, read_block
from regard.message.domain.templates import TemplateDefinition, read_definition, write_definition
from regard.message.domain.texts import LANGUAGES, MOST_BLOCKS, WITH_SUBJECT, Text, write_texts
from regard.message.models import TemplateChannel

# What a new block says, so that it can be seen.
NEW: Mapping[str, Any] = {
    "heading": gettext_noop("Heading"), "text": gettext_noop("Text"), "button": gettext_noop("Read more"),
    "image": "https://", "products": "last_order.items", "code": "{{ offer.code }}",
    "choices": "survey.choices",
}  # fmt: skip
LABELS = {
    "text": gettext_noop("Text"), "url": gettext_noop("Leads to"), "image": gettext_noop("Address of the image"),
    "alt": gettext_noop("What it shows"), "source": gettext_noop("Which list"),
    "most": gettext_noop("At most"), "code": gettext_noop("Code"), "note": gettext_noop("Line below"),
    "height": gettext_noop("Pixels"), "when": gettext_noop("Only if"),
    "lowest": gettext_noop("What the first means"), "highest": gettext_noop("What the last means"),
}  # fmt: skip
LONG = frozenset({"text"})


@dataclass(frozen=True)
class EditorField:
    """A field of a block. is_long: it wants lines; bounds: of a number."""

    name: str
    label: str
    value: str
    is_long: bool
    bounds: tuple[int, int] | None


@dataclass(frozen=True)
class EditorBlock:
    number: int
    kind: str
    label: str
    fields: list[EditorField]
    is_first: bool
    is_last: bool
    has_focus: bool


def editor_blocks(text: Text, focus: int = -1) -> list[EditorBlock]:
    """The blocks of an e-mail as fields; focus: the number of the one to go to."""
    last = len(text.blocks) - 1
    return [
        EditorBlock(
            number, block.kind, _(block.label), _fields(number, block), number == 0, number == last,
            number == focus,
        )
        for number, block in enumerate(text.blocks)
    ]  # fmt: skip


def written_in(sent: QueryDict, now: TemplateDefinition, language: str) -> TemplateDefinition:
    """The template with what the form says of one language. Raises ValidationError, by field."""
    head = {"name": sent.get("name") or now.name, "purpose": sent.get("purpose") or now.purpose}
    texts = write_texts(now.texts) | {language: _text_sent(sent, now.channel)}
    return read_definition({**write_definition(now), **head, "texts": texts})


def act_on(text: Text, act: str) -> tuple[Text, int]:
    """The text after a button was pressed, such as "add:button" or "up:2", and which block to go to."""
    verb, _colon, what = act.partition(":")
    blocks = list(text.blocks)
    at = int(what) if what.isascii() and what.isdigit() else -1
    if verb == "add" and what in KINDS and len(blocks) < MOST_BLOCKS:
        blocks.append(read_block({what: _(NEW[what]) if what in NEW else None}))
        at = len(blocks) - 1
    elif not 0 <= at < len(blocks):
        return text, -1
    elif verb == "delete":
        del blocks[at]
        at = min(at, len(blocks) - 1)
    elif verb in {"up", "down"}:
        to = max(0, min(len(blocks) - 1, at + (1 if verb == "down" else -1)))
        blocks.insert(to, blocks.pop(at))
        at = to
    return replace(text, body=tuple(blocks)), at


def without_language(now: TemplateDefinition, language: str) -> TemplateDefinition:
    """The template without one of its languages. Raises ValidationError for the only one."""
    texts = {name: text for name, text in now.texts.items() if name != language}
    if not texts:
        raise ValidationError(_("A template has at least one language."))
    return replace(now, texts=texts)


def text_to_edit(now: TemplateDefinition, language: str) -> Text:
    """The text of a language; of a new one, the first other as a beginning."""
    if language in now.texts:
        return now.texts[language]
    return next(iter(now.texts.values()), Text())


def languages_to_add(now: TemplateDefinition) -> list[tuple[str, str]]:
    return [(code, name) for code, name in LANGUAGES.items() if code not in now.texts]


def has_subject(now: TemplateDefinition) -> bool:
    return now.channel in WITH_SUBJECT


def _text_sent(sent: QueryDict, channel: str) -> dict[str, Any]:
    said = {name: sent.get(name, "") for name in ("subject", "preheader")}
    if channel != TemplateChannel.EMAIL:
        return {**said, "body": sent.get("body", "").replace("\r\n", "\n")}
    count = sent.get("blocks", "0")
    numbers = range(min(int(count), MOST_BLOCKS) if count.isascii() and count.isdigit() else 0)
    return {**said, "body": [_block_sent(sent, number) for number in numbers]}


def _block_sent(sent: QueryDict, number: int) -> dict[str, Any]:
    """A block as it is written down, of the fields that begin with its number."""
    kind = sent.get(f"b{number}-kind", "")
    if kind not in KINDS:
        return {}
    names = field_names(KINDS[kind])
    said = {name: sent.get(f"b{number}-{name}", "").replace("\r\n", "\n") for name in names}
    head = None if names[0] == "when" else said.pop(names[0])
    given = {name: value for name, value in said.items() if value or name not in BOUNDS}
    return {kind: head, **given}


def _fields(number: int, block: Block) -> list[EditorField]:
    values = {field.name: getattr(block, field.name) for field in fields(block)}
    return [
        EditorField(
            f"b{number}-{name}", _(LABELS[name]), str(values[name]),
            name in LONG and block.kind == "text", BOUNDS.get(name),
        )
        for name in values
    ]  # fmt: skip
