"""What somebody wrote in an answer: without what they answer to, and without their signature.

Line by line, in one pass: expressions over a whole text can be made to run for hours by whoever writes it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser

MOST_LINES = 2_000
MOST_LINE = 500  # characters of a line that are compared
INTRODUCTION_LINES = 3  # over which mail programs break "On Monday, Ada wrote:"
# How mail programs introduce what they quote, by the languages that Regard understands.
BEGINS = ("on ", "am ", "le ", "el ", "il ", "op ", "em ", "w dniu ")
ENDS = re.compile(
    r"((wrote|a écrit|escribió|ha scritto|escreveu|napisał\(?a?\)?) ?|"
    r"(schrieb|geschrieben|schreef|geschreven)[^:]{0,120}):$"
)
PARTING = re.compile(
    r"(-{2,} ?(original message|ursprüngliche nachricht|forwarded message|message d'origine|mensaje original|"
    r"messaggio originale|oorspronkelijk bericht|mensagem original) ?-{2,}|_{20,})$"
)
HEADER = re.compile(r"\*?(from|von|de|da|van|od)\*?: ?\*?\S")
NEXT_HEADER = re.compile(
    r"\*?(sent|date|to|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|para|asunto|inviato|a|oggetto|"
    r"verzonden|aan|onderwerp|assunto|do|temat)\*?:"
)
SIGNATURE = re.compile(
    r"(-- ?|—|(sent from|get outlook for|von meinem|gesendet mit|envoyé depuis|envoyé de|enviado desde|inviato da|"
    r"verzonden met|verstuurd vanaf|enviado do) .{0,60})$"
)
BREAKS = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "blockquote", "table", "hr"}
UNSEEN = {"script", "style", "head", "title"}


def own_words(text: str) -> str:
    """ "" when nothing is left."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").split("\n")[:MOST_LINES]]
    kept: list[str] = []
    for number, line in enumerate(lines):
        if _begins_rest(lines, number):
            break
        if not line.startswith(">") and (line or (kept and kept[-1])):
            kept.append(line)
    return "\n".join(kept).strip()


def _begins_rest(lines: Sequence[str], number: int) -> bool:
    """Whether from this line on stands what is answered to, or a signature."""
    line = lines[number][:MOST_LINE].lower()
    if PARTING.fullmatch(line) or SIGNATURE.fullmatch(line) or _introduces(lines, number):
        return True
    following = next((each for each in lines[number + 1 : number + 4] if each), "")
    return bool(HEADER.match(line) and NEXT_HEADER.match(following[:MOST_LINE].lower()))


def _introduces(lines: Sequence[str], number: int) -> bool:
    said = lines[number][:MOST_LINE].lower()
    if not said.startswith(BEGINS) and "@" not in said:
        return False
    for following in lines[number + 1 : number + 1 + INTRODUCTION_LINES]:
        if said.endswith(":"):
            break
        said = f"{said} {following[:MOST_LINE].lower()}"
    is_dated = "@" in said or any(character.isdigit() for character in said)
    return is_dated and ENDS.search(said[-250:]) is not None


class _Words(HTMLParser):
    """The text of HTML as it would be read, without what is quoted in it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._unseen = 0
        self._is_over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = " ".join(value or "" for name, value in attrs if name in {"class", "id", "type"})
        if tag == "blockquote" or "gmail_quote" in told or "divRplyFwdMsg" in told:
            self._is_over = self._is_over or bool("".join(self.words).strip())
        if tag in UNSEEN:
            self._unseen += 1
        if tag in BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        if tag in {"p", "div", "tr"}:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen and not self._is_over:
            self.words.append(" ".join(data.split()) if data.strip() else " ")


def text_of_html(html: str) -> str:
    parser = _Words()
    parser.feed(html)
    return "".join(parser.words)
