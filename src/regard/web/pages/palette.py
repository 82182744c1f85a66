"""The command palette: every page, thing and act that the member may reach, found by typing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from regard.core.domain.permissions import OF_ROLE
from regard.core.edges.pages import StoreRequest, asked_for, store_page
from regard.core.registry import Found, navigation, palette_entries, palette_finders

EACH = 6  # of a kind of thing
LEAST_LETTERS = 2  # before the store's things are looked through
LONGEST = 200


@dataclass(frozen=True)
class Group:
    title: str
    found: list[Found]


@store_page("store.read")
def palette(request: StoreRequest) -> HttpResponse:
    """The options that match `q`, in groups: a part of a page."""
    text = asked_for(request, "q").strip()[:LONGEST]
    groups = [
        Group(_("Pages"), list(_pages(request, text))),
        Group(_("Do"), list(_acts(request, text))),
        *_things(request, text),
    ]
    return render(request, "ui/palette_options.html", {"groups": [group for group in groups if group.found]})


def _pages(request: StoreRequest, text: str) -> Iterator[Found]:
    allowed = OF_ROLE[request.member.role]
    for entry in sorted(navigation, key=lambda entry: (entry.group, entry.order)):
        label = _(entry.label)
        if entry.permission in allowed and _matches(text, label, entry.label):
            detail = _("Settings") if entry.group == "settings" else f"g {entry.key}" if entry.key else ""
            yield Found(label, reverse(entry.url_name, args=[request.store.slug]), entry.icon, detail)


def _acts(request: StoreRequest, text: str) -> Iterator[Found]:
    allowed = OF_ROLE[request.member.role]
    for entry in palette_entries:
        label = _(entry.label)
        if entry.permission in allowed and _matches(text, label, entry.label, entry.words):
            yield Found(label, reverse(entry.url_name, args=[request.store.slug]), entry.icon)
    own = (
        Found(_("Your account"), reverse("account"), "user-circle"),
        Found(_("Two-step sign-in"), reverse("mfa_index"), "lock-closed"),
        Found(_("Shortcuts of this page"), "#shortcuts", "question-mark-circle", "?"),
        Found(_("Style guide"), reverse("styleguide"), "swatch"),
    )
    yield from (each for each in own if text and _matches(text, each.label))


def _things(request: StoreRequest, text: str) -> Iterator[Group]:
    if len(text) < LEAST_LETTERS:
        return
    allowed = OF_ROLE[request.member.role]
    for finder in sorted(palette_finders, key=lambda finder: finder.order):
        if finder.permission in allowed:
            yield Group(_(finder.title), list(finder.find(request.store, text, EACH)))


def _matches(text: str, *names: str) -> bool:
    """Whether every word that was typed begins a word of a name."""
    words = [word for name in names for word in _plain(name).split()]
    return all(any(word.startswith(typed) for word in words) for typed in _plain(text).split())


def _plain(text: str) -> str:
    """In small letters and without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
