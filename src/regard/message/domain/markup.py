"""From what people write to HTML and plain text: Liquid passes through, the rest is escaped and marked up."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

_LIQUID = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
_LINK = re.compile(r"\[([^\]\n]+)\]\(([^()\s]+)\)")
_STRONG = re.compile(r"\*\*([^*\n]+)\*\*")
# Marks stand for pieces of Liquid, and for whole fields, while what is around them is worked on. They are letters
# and digits alone, since mrml spells others out in attributes.
_PLACE = re.compile("q7regard([0-9]+)q7")


class Pieces:
    """Texts put aside under a mark that no step on the way changes, and put back at the end."""

    def __init__(self) -> None:
        self._kept: list[str] = []

    def keep(self, text: str) -> str:
        """A mark that stands for the text."""
        self._kept.append(text)
        return f"q7regard{len(self._kept) - 1}q7"

    def put_back(self, text: str) -> str:
        """The text with what its marks stand for."""
        return _PLACE.sub(lambda place: self._kept[int(place[1])], text)


def _worked_on(source: str, work: Callable[[str], str]) -> str:
    """What `work` makes of a text in which every piece of Liquid is a mark."""
    pieces = Pieces()
    bare = _PLACE.sub("", source)
    return pieces.put_back(work(_LIQUID.sub(lambda piece: pieces.keep(piece[0]), bare)))


def escaped(source: str) -> str:
    """For a single line of HTML or an attribute."""
    return _worked_on(source, html.escape)


def link_html(source: str) -> str:
    """An address for an attribute."""
    return escaped(checked_link(source))


def checked_link(source: str) -> str:
    """Liquid that gives the address, or stops the message when it leads nowhere."""
    return "{% capture _link %}" + source.strip() + "{% endcapture %}{{ _link | web_address }}"


def paragraphs_html(source: str) -> str:
    """Paragraphs and lists, with strong words and links."""
    return _worked_on(source, lambda text: "".join(_paragraph(part) for part in _parts(text)))


def inline_html(source: str) -> str:
    """One line with strong words and links."""
    return _worked_on(source, _inline)


def plain(source: str) -> str:
    """The same to be read as it is: links behind their words, nothing marked."""
    return _worked_on(source, lambda text: _STRONG.sub(r"\1", _LINK.sub(_plain_link, text)))


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]


def _paragraph(part: str) -> str:
    lines = part.split("\n")
    items = [line[2:] for line in lines if line.startswith("- ")]
    if len(items) < len(lines):
        return f'<p style="margin:0 0 12px">{_inline(part).replace(chr(10), "<br>")}</p>'
    inside = "".join(f'<li style="margin:0 0 4px">{_inline(item)}</li>' for item in items)
    return f'<ul style="margin:0 0 12px;padding-left:20px">{inside}</ul>'


def _inline(text: str) -> str:
    said = _STRONG.sub(r"<strong>\1</strong>", html.escape(text))
    return _LINK.sub(lambda link: f'<a href="{checked_link(link[2])}" class="link">{link[1]}</a>', said)


def _plain_link(link: re.Match[str]) -> str:
    return f"{link[1]}: {checked_link(link[2])}"
