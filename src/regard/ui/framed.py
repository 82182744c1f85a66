"""Pages that shops put into a frame: no script, no cookie, nothing from elsewhere, in the store's colour."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string

from regard.ui.legible import DARK, LIGHT, OUR_COLOUR, legible

THEMES = ("auto", "light", "dark")


def theme_asked(wanted: str) -> str:
    """One of THEMES: as the visitor's device has it, unless the shop says otherwise."""
    return wanted if wanted in THEMES else "auto"


def framed_page(
    template: str,
    context: Mapping[str, Any],
    *,
    colour: str,
    theme: str,
    language: str,
    styles: tuple[str, ...],
    ancestors: str,
) -> HttpResponse:
    """colour: of the store, "" for ours. styles: templates of style sheets. ancestors: which pages may frame
    it, as `frame-ancestors` of a policy. The style is let in by what it is, and not by a word that differs each
    time: caches keep the page.
    """
    brand = colour or OUR_COLOUR
    look = {"theme": theme, "on_light": legible(brand, LIGHT), "on_dark": legible(brand, DARK)}
    style = "".join(render_to_string(each, look) for each in styles)
    response = HttpResponse(render_to_string(template, {**context, "language": language, "style": style}))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    response["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors {ancestors}"
    )
    response["Content-Language"] = language
    response["Referrer-Policy"] = "no-referrer"
    return response
