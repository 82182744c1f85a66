"""Customers and segments in the command palette."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_noop

from regard.core.models import Store
from regard.core.registry import Found, PaletteFinder, palette_finders
from regard.profile.domain.segments.ask import customers_in_segment
from regard.profile.domain.segments.saved import ready_made_segments, segments_of


def find_customers(store: Store, text: str, limit: int) -> Sequence[Found]:
    """As the list of customers finds them: by name, e-mail, phone, customer or order number."""
    page = customers_in_segment(store=store, text="", search=text, limit=limit)
    return [
        Found(
            customer.called,
            reverse("customer", args=[store.slug, customer.pk]),
            "user",
            customer.email if customer.name else "",
        )
        for customer in page.rows
    ]


def find_segments(store: Store, text: str, limit: int) -> Sequence[Found]:
    """Those whose names hold what was typed."""
    address = reverse("customers", args=[store.slug])
    saved = segments_of(store).filter(name__icontains=text)[:limit]
    ready = [made for made in ready_made_segments() if text.lower() in str(made.name).lower()]
    named = [(str(made.name), made.text) for made in ready]
    named += [(segment.name, segment.text) for segment in saved]
    return [
        Found(name, f"{address}?{urlencode({'segment': asked})}", "funnel") for name, asked in named[:limit]
    ]


def register_finders() -> None:
    """Announce them; once, at start-up."""
    for finder in (
        PaletteFinder("customers", gettext_noop("Customers"), 10, "customers.read", find_customers),
        PaletteFinder("segments", gettext_noop("Segments"), 20, "customers.read", find_segments),
    ):
        palette_finders.add(finder.name, finder)
