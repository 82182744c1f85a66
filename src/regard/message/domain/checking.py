"""What is wrong with a template, found before it is used: in words, by language and field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from django.utils.translation import gettext as _
from liquid import BoundTemplate

from regard.act.models import Purpose
from regard.core.models import Store
from regard.core.registry import template_variables
from regard.message.domain.blocks import Button, Image, OfferCode, Paragraphs
from regard.message.domain.brand import brand_of
from regard.message.domain.compiling import Compiled, compile_text
from regard.message.domain.liquid import NotKnown, TemplateBroken, compiled_text, path_text
from regard.message.domain.liquid_filters import FILTERS
from regard.message.domain.rendering import fill
from regard.message.domain.templates import TemplateDefinition
from regard.message.domain.texts import WITH_SUBJECT, Text
from regard.message.domain.variables import GIVEN, LINKS, NOW, OF_STORE, example_values, loaded_values
from regard.message.models import TemplateChannel

LONGEST_SUBJECT = 70  # characters that most mail programs show
LONGEST_SMS = 459  # characters of three parts
MOST_UNKNOWN = 25  # variables whose absence is tried one after the other
_WRITTEN_LINK = re.compile(r"\[[^\]\n]+\]\(([^()\s]*)\)")
_STOP = re.compile(r"\bstop(p)?\b", re.IGNORECASE)


@dataclass(frozen=True)
class Finding:
    """level: an "error" keeps messages from leaving, or must not be sent; a "warning" should be looked at."""

    level: Literal["error", "warning"]
    language: str
    field: str
    said: str


def check_template(store: Store, definition: TemplateDefinition) -> list[Finding]:
    """All findings, errors first."""
    found = list(_of_all(store, definition))
    for language, text in definition.texts.items():
        found += _of_text(store, definition, language, text)
    return sorted(found, key=lambda finding: (finding.level != "error", finding.language))


def _of_all(store: Store, definition: TemplateDefinition) -> Iterator[Finding]:
    if store.language not in definition.texts:
        said = _("There is no text in the store's own language; others get the first there is.")
        yield Finding("warning", "", "texts", said)
    if definition.purpose != Purpose.MARKETING or definition.channel != TemplateChannel.EMAIL:
        return
    if not brand_of(store).postal_address:
        said = _("Marketing should tell the store's postal address; it is set with the brand.")
        yield Finding("warning", "", "footer", said)


def _of_text(store: Store, definition: TemplateDefinition, language: str, text: Text) -> Iterator[Finding]:
    led = [*_links(text), *_images(text)]
    for level, field, said in (*_subject(definition, text), *_body(definition, text), *led):
        yield Finding(level, language, field, said)
    try:
        compiled = compile_text(
            text, channel=definition.channel, purpose=definition.purpose, language=language
        )
    except TemplateBroken:
        yield from _broken(definition, language, text)
        return
    named = [*_unknown_names(compiled)]
    if all(level != "error" for level, _field, _said in led):  # else it is stopped by what is said already
        named += _filled(store, compiled, language)
    for level, said in dict.fromkeys(named):
        yield Finding(level, language, "variables", said)


def _broken(definition: TemplateDefinition, language: str, text: Text) -> Iterator[Finding]:
    """What cannot be read as Liquid, part by part."""
    try:
        compiled_text(text.subject, html=False)
    except TemplateBroken as broken:
        yield Finding("error", language, "subject", str(broken))
    try:
        compile_text(
            replace(text, subject=""),
            channel=definition.channel,
            purpose=definition.purpose,
            language=language,
        )
    except TemplateBroken as broken:
        yield Finding("error", language, "body", str(broken))


Found = tuple[Literal["error", "warning"], str, str]


def _subject(definition: TemplateDefinition, text: Text) -> Iterator[Found]:
    if definition.channel not in WITH_SUBJECT:
        return
    if not text.subject:
        yield "error", "subject", _("The subject is empty.")
    if len(text.subject) > LONGEST_SUBJECT and "{" not in text.subject:
        said = _("The subject has %(length)d characters; mail programs show about %(most)d.")
        yield "warning", "subject", said % {"length": len(text.subject), "most": LONGEST_SUBJECT}
    if definition.channel == TemplateChannel.EMAIL and not text.preheader:
        yield (
            "warning",
            "preheader",
            _("Without a line beside the subject, mail programs show the beginning."),
        )


def _body(definition: TemplateDefinition, text: Text) -> Iterator[Found]:
    if not text.body:
        yield "error", "body", _("The text is empty.")
    elif isinstance(text.body, str) and definition.channel == TemplateChannel.SMS:
        if len(text.body) > LONGEST_SMS:
            yield (
                "warning",
                "body",
                _("It has %d characters: an SMS of more than three parts.") % len(text.body),
            )
        if definition.purpose == Purpose.MARKETING and not _STOP.search(text.body):
            yield "warning", "body", _("Marketing by SMS should say how to end it, such as “Reply STOP”.")


def _links(text: Text) -> Iterator[Found]:
    for where, address in _addresses(text):
        if not address:
            yield "error", where, _("A link leads nowhere: its address is empty.")
        elif address.startswith("http://"):
            yield "warning", where, _("Use https:// for “%s”.") % address
        elif not address.startswith(("https://", "mailto:", "tel:", "{{", "{%")):
            yield "error", where, _("“%s” is no address that begins with https://.") % address


def _addresses(text: Text) -> Iterator[tuple[str, str]]:
    """Every address that a reader can follow, and the block where it stands."""
    for number, block in enumerate(text.blocks, start=1):
        where = f"body[{number}]"
        if isinstance(block, Button):
            yield where, block.url
        if isinstance(block, Image) and block.url:
            yield where, block.url
        written = {Paragraphs: "text", OfferCode: "note"}.get(type(block))
        for address in _WRITTEN_LINK.findall(getattr(block, written) if written else ""):
            yield where, address
    for address in _WRITTEN_LINK.findall(text.body if isinstance(text.body, str) else ""):
        yield "body", address


def _images(text: Text) -> Iterator[Found]:
    for number, block in enumerate(text.blocks, start=1):
        if not isinstance(block, Image):
            continue
        if not block.image.startswith(("https://", "{{", "{%")):
            yield "error", f"body[{number}]", _("An image needs an address that begins with https://.")
        if not block.alt:
            yield "error", f"body[{number}]", _("Say what the image shows, for those who do not see it.")


def _unknown_names(compiled: Compiled) -> Iterator[tuple[Literal["error", "warning"], str]]:
    """Names that no room announces, and parts that a variable has not."""
    examples = {variable.name: variable.example for variable in template_variables}
    for unknown in sorted(_filters(compiled) - set(FILTERS)):
        yield "error", _("There is no filter of this name: %s.") % unknown
    for path in sorted(_paths(compiled), key=path_text):
        name, part = path[0], path[1] if len(path) > 1 else None
        if name in GIVEN or name in LINKS or name == NOW:
            continue
        if name not in examples:
            said = _("There is no variable “%(name)s”; there are: %(known)s.")
            known = ", ".join(sorted({*examples, *GIVEN}))
            yield "error", said % {"name": name, "known": known}
        elif isinstance(part, str) and isinstance(examples[name], Mapping) and part not in examples[name]:
            said = _("“%(name)s” has no “%(part)s”; it has: %(known)s.")
            known = ", ".join(sorted(examples[name]))
            yield "error", said % {"name": name, "part": part, "known": known}


def _paths(compiled: Compiled) -> set[tuple[object, ...]]:
    parts: Sequence[BoundTemplate | None] = (compiled.subject, compiled.plain, compiled.html)
    return {
        tuple(variable.segments)
        for part in parts
        if part is not None
        for variables in part.analyze().globals.values()
        for variable in variables
    }


def _filters(compiled: Compiled) -> set[str]:
    parts = (compiled.subject, compiled.plain, compiled.html)
    return {name for part in parts if part is not None for name in part.analyze().filters}


def _filled(
    store: Store, compiled: Compiled, language: str
) -> Iterator[tuple[Literal["error", "warning"], str]]:
    """Filled in with nothing but what everybody has: what it then lacks is what stops messages to some."""
    full = example_values()
    values = {variable.name: full[variable.name] for variable in template_variables if variable.known}
    values |= LINKS | loaded_values(store, compiled.variables & OF_STORE, [0])[0]
    for _attempt in range(MOST_UNKNOWN):
        try:
            fill(store, compiled, values, language)
        except NotKnown as missing:
            values = with_value(values, missing.path, example_at(full, missing.path))
            said = _("Who has no %s does not get it; write “| default: …” behind it if they should.")
            yield "warning", said % missing.path
        except TemplateBroken as broken:
            yield "error", str(broken)
            return
        else:
            return


def example_at(values: Mapping[str, Any], path: str) -> Any:
    """What stands there in the examples, or some text."""
    found: Any = values
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return "1" if found is None else found


def with_value(values: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The values with one more at a path such as "event.url"."""
    first, _dot, rest = path.partition(".")
    if not rest:
        return {**values, first: value}
    inside = values.get(first)
    return {**values, first: with_value(inside if isinstance(inside, Mapping) else {}, rest, value)}
