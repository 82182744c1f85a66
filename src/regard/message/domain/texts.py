"""What a template says in one language, as values and as it is written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from regard.core.languages import STORE_LANGUAGES
from regard.message.domain.blocks import Block, BlockInvalid, read_block, write_block
from regard.message.models import TemplateChannel

LANGUAGES = dict(STORE_LANGUAGES)
LONGEST_LINE = 500
LONGEST_BODY = 4_000  # of what is no e-mail
MOST_BLOCKS = 60
# Channels whose messages have a line above their text.
WITH_SUBJECT = frozenset({TemplateChannel.EMAIL, TemplateChannel.IN_PAGE, TemplateChannel.PUSH})


@dataclass(frozen=True)
class Text:
    """body: of an e-mail its blocks, else a text. preheader: mail programs show it beside the subject."""

    subject: str = ""
    preheader: str = ""
    body: tuple[Block, ...] | str = ""

    @property
    def blocks(self) -> tuple[Block, ...]:
        return self.body if isinstance(self.body, tuple) else ()


def read_texts(channel: str, written: Any) -> dict[str, Text]:
    """Texts by language as they were written down. Raises ValidationError that names language and field."""
    if not isinstance(written, Mapping) or not written:
        raise ValidationError({"texts": _("Write the text in at least one language, such as {en: …}.")})
    unknown = [str(language) for language in written if language not in LANGUAGES]
    if unknown:
        said = _("“%(unknown)s” is no language; there are: %(known)s.")
        known = ", ".join(LANGUAGES)
        raise ValidationError({"texts": said % {"unknown": ", ".join(unknown), "known": known}})
    return {language: _read_text(channel, language, text) for language, text in written.items()}


def write_texts(texts: Mapping[str, Text]) -> dict[str, Any]:
    """Texts as they are written down and kept, without what is empty."""
    return {language: _write_text(text) for language, text in texts.items()}


def _read_text(channel: str, language: str, written: Any) -> Text:
    if not isinstance(written, Mapping):
        raise ValidationError({language: _("A text is a mapping with subject and body.")})
    if unknown := sorted(str(name) for name in written if name not in {"subject", "preheader", "body"}):
        raise ValidationError({language: _("A text has no “%s”.") % ", ".join(unknown)})
    subject, preheader = (_line(language, name, written.get(name)) for name in ("subject", "preheader"))
    body = written.get("body")
    if channel != TemplateChannel.EMAIL:
        kept = subject if channel in WITH_SUBJECT else ""
        return Text(kept, "", _plain_body(language, body))
    return Text(subject, preheader, _blocks(language, body))


def _line(language: str, name: str, written: Any) -> str:
    said = " ".join(str(written if written is not None else "").replace("\0", "").split())
    if len(said) > LONGEST_LINE:
        raise ValidationError({f"{language}.{name}": _("Write at most %d characters.") % LONGEST_LINE})
    return said


def _plain_body(language: str, written: Any) -> str:
    if written is not None and not isinstance(written, str | int | float):
        raise ValidationError({f"{language}.body": _("Only e-mails have blocks: write a text.")})
    said = str(written if written is not None else "").replace("\0", "").strip()
    if len(said) > LONGEST_BODY:
        raise ValidationError({f"{language}.body": _("Write at most %d characters.") % LONGEST_BODY})
    return said


def _blocks(language: str, written: Any) -> tuple[Block, ...]:
    if isinstance(written, str):
        written = [{"text": written}] if written.strip() else []
    if not isinstance(written, list | tuple | None):
        raise ValidationError({f"{language}.body": _("The body of an e-mail is a list of blocks.")})
    if len(written or ()) > MOST_BLOCKS:
        raise ValidationError({f"{language}.body": _("An e-mail has at most %d blocks.") % MOST_BLOCKS})
    blocks = []
    for number, block in enumerate(written or (), start=1):
        try:
            blocks.append(read_block(block))
        except BlockInvalid as error:
            raise ValidationError({f"{language}.body[{number}]": str(error)}) from error
    return tuple(blocks)


def _write_text(text: Text) -> dict[str, Any]:
    body = text.body if isinstance(text.body, str) else [write_block(block) for block in text.body]
    said = {"subject": text.subject, "preheader": text.preheader}
    return {name: value for name, value in said.items() if value} | {"body": body}
