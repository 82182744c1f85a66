"""The link at the end of a plain text."""

from __future__ import annotations

import pytest

from regard.core.last_link import LastLink, without_last_link

URL = "https://shop.example/p?a=1"


@pytest.mark.parametrize(
    ("text", "left", "link"),
    [
        (f"It left.\n\nFollow it: {URL}\n", "It left.", LastLink("Follow it", URL)),
        (f"It left.\n{URL}", "It left.", LastLink("", URL)),
        (URL, "", LastLink("", URL)),
        (f"At: 8: {URL}", "", LastLink("At: 8", URL)),
        (f"See {URL} for more.", f"See {URL} for more.", None),
        (f"See it: {URL}\nBye", f"See it: {URL}\nBye", None),
        ("It: javascript:alert(1)", "It: javascript:alert(1)", None),
        ("", "", None),
        (f"{'w' * 61}: {URL}", f"{'w' * 61}: {URL}", None),
    ],
)
def test_the_last_line_is_a_link_or_stays(text: str, left: str, link: LastLink | None) -> None:
    assert without_last_link(text) == (left, link)
