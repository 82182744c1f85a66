"""The link at the end of a plain text, which short messages make a button or a tap of."""

from __future__ import annotations

import re
from dataclasses import dataclass

# As templates write `[Words](https://…)` in plain text, or the address alone.
LAST_LINE = re.compile(r"(?:(?P<words>[^\n]{1,60}): )?(?P<url>https?://\S+)")


@dataclass(frozen=True)
class LastLink:
    """words: "" where only the address stands there."""

    words: str
    url: str


def without_last_link(text: str) -> tuple[str, LastLink | None]:
    """The text without its last line, and that line, where it is nothing but a link; else the text as it is.

    >>> without_last_link("Your parcel is late.\\n\\nFollow it: https://shop.example/p/1")
    ('Your parcel is late.', LastLink(words='Follow it', url='https://shop.example/p/1'))
    """
    before, _break, last = text.rstrip().rpartition("\n")
    found = LAST_LINE.fullmatch(last.strip())
    if found is None:
        return text, None
    return before.rstrip(), LastLink(found["words"] or "", found["url"])
