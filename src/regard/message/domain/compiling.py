"""Texts made ready to be filled in, once for each version of a template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from liquid import BoundTemplate

from regard.message.domain.footer import footer_of
from regard.message.domain.liquid import TemplateBroken, compiled_text
from regard.message.domain.mail_html import mail_source
from regard.message.domain.markup import paragraphs_html, plain
from regard.message.domain.plain_text import plain_source
from regard.message.domain.texts import Text, read_texts
from regard.message.models import TemplateChannel, TemplateVersion


@dataclass(frozen=True)
class Compiled:
    """A text in one language. html: None where the channel has none. variables: the names of what it asks for."""

    subject: BoundTemplate
    plain: BoundTemplate
    html: BoundTemplate | None
    variables: frozenset[str]


# By language; a text that cannot be made ready stands there with the reason.
CompiledTexts = Mapping[str, Compiled | str]


@lru_cache(maxsize=512)
def compiled_version(version: TemplateVersion, channel: str, purpose: str) -> CompiledTexts:
    """The texts of a version, which never change."""
    texts = read_texts(channel, version.texts)
    return {
        language: _compiled_or_broken(text, channel, purpose, language) for language, text in texts.items()
    }


def compile_text(text: Text, *, channel: str, purpose: str, language: str) -> Compiled:
    """A text ready to be filled in. Raises TemplateBroken."""
    footer = footer_of(purpose, language)
    html = None
    if channel == TemplateChannel.EMAIL:
        html = compiled_text(mail_source(text, language=language, footer=footer), html=True)
    elif channel == TemplateChannel.IN_PAGE:
        html = compiled_text(paragraphs_html(str(text.body)), html=True)
    said = plain_source(text, footer) if channel == TemplateChannel.EMAIL else plain(str(text.body))
    subject, body = compiled_text(text.subject, html=False), compiled_text(said, html=False)
    parts = [part for part in (subject, body, html) if part is not None]
    named = frozenset(name for part in parts for name in part.global_variables())
    return Compiled(subject, body, html, named)


def _compiled_or_broken(text: Text, channel: str, purpose: str, language: str) -> Compiled | str:
    try:
        return compile_text(text, channel=channel, purpose=purpose, language=language)
    except TemplateBroken as broken:
        return str(
            broken
        )  # an exception that is raised again keeps every frame of before, and what they hold
