"""Two lists that are not to be confused: what Regard's own words are in, and what a store's customers speak."""

from __future__ import annotations

from django.conf import settings

# Of a store: what its customers mostly write and read.
STORE_LANGUAGES = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("es", "Español"),
    ("fr", "Français"),
    ("it", "Italiano"),
    ("nl", "Nederlands"),
    ("pt", "Português"),
]


def page_language(*wanted: str) -> str:
    """The first of the wanted languages, as codes such as de, that pages and messages are written in; else the
    installation's own."""
    spoken = dict(settings.LANGUAGES)
    return next((code for code in wanted if code in spoken), settings.LANGUAGE_CODE)
