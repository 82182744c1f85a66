"""Every page in German: it opens, and says nothing in English that has a translation."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client
from django.urls import reverse
from tools.messages import read_catalogue

from regard.core.models import Store, User
from tests.web.routes import OWN_PAGES, STORE_PAGES
from tests.web.rows import one_of_each
from tests.web.test_access import address, request

SHOWN = re.compile(r">([^<>]+)<|(?:title|aria-label|placeholder|alt)=\"([^\"]+)\"")
# Words that pages quote rather than say: names of roles, fields and files are the program's or the store's own.
QUOTED = re.compile(r"<(script|style|code|pre|textarea)\b.*?</\1>", re.DOTALL)
# What a store keeps in its own language, and the footer of a template in the language of its text.
KEPT = {
    "journey_new": {"Cart abandonment"},
    "template_shown": {"Choose what you receive"},
    # In the language of the store, as its customers see it.
    "improvement_page_preview": {"You asked, we did", "Nothing stands here yet."},
}
LONG = 12  # characters; shorter ones may be the same word in both languages, or part of what somebody wrote


@pytest.fixture(scope="module")
def english() -> set[str]:
    """What the catalogue translates into something else, without what is filled in."""
    return {
        message.id
        for message in read_catalogue("de")
        if isinstance(message.id, str) and len(message.id) >= LONG
        if message.string not in {"", message.id} and not re.search(r"%\(|%[sd]", message.id)
    }


def shown(page: bytes) -> set[str]:
    found = SHOWN.findall(QUOTED.sub("", page.decode()))
    return {html.unescape(" ".join(text.split())) for pair in found for text in pair}


def test_pages_of_a_store(store: Store, owner: Client, english: set[str]) -> None:
    rows = one_of_each(store)
    User.objects.update(language="de")
    left = {}
    for name, page in STORE_PAGES.items():
        if page.get:
            answer = request(owner, "get", address(name, page, store, rows), page, rows)
            assert answer.status_code in {200, 302}, name
            if answer.headers["Content-Type"].startswith("text/html"):
                left[name] = (shown(answer.content) & english) - KEPT.get(name, set())
    assert {name: words for name, words in left.items() if words} == {}


def test_pages_outside_of_stores(owner: Client, client: Client, english: set[str]) -> None:
    User.objects.update(language="de")
    asked = {"Accept-Language": "de"}
    for name in [
        name for name, status in OWN_PAGES.items() if status == 200 and not name.startswith("styleguide")
    ]:
        assert shown(owner.get(reverse(name)).content) & english == set(), name
    for name in ("account_login", "account_reset_password"):
        assert shown(client.get(reverse(name), headers=asked).content) & english == set(), name


def test_numbers_and_days_are_written_as_germans_do(store: Store, base: str, owner: Client) -> None:
    one_of_each(store)
    User.objects.update(language="de")
    page = owner.get(f"{base}/customers/").content.decode()
    assert re.search(r"\d,\d\d EUR", page)
    assert not re.search(r"\d\.\d\d EUR", page)
