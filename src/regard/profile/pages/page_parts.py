"""The panels of a customer's page: those at its top come with it, the others in parts that it fetches itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from regard.core.edges.pages import StoreRequest
from regard.core.registry import CustomerPanel, customer_panels

BEFORE_TIMELINE = 11  # panels of a lower order stand above the timeline
BEFORE_ORDERS = 25
WHOLE = "whole"  # in the query of a page that is to have all of its panels at once, as without scripts


@dataclass(frozen=True)
class ShownPanel:
    """A panel with its content, "" for none. anchor: its place on the page."""

    anchor: str
    label: str
    content: str

    @property
    def is_place(self) -> bool:
        """Whether the page leads to it."""
        return bool(self.label and self.content.strip())


@dataclass(frozen=True)
class Part:
    """Panels that stand together. url: where they are fetched; "" where they are here already."""

    name: str
    url: str
    panels: list[ShownPanel]


def stands_at_top(panel: CustomerPanel) -> bool:
    return not panel.beside and panel.order < BEFORE_TIMELINE


# By the name of the part, which ends the name of its route; in the order in which a phone shows them.
PARTS: Mapping[str, Callable[[CustomerPanel], bool]] = {
    "scores": lambda panel: not panel.beside and BEFORE_TIMELINE <= panel.order < BEFORE_ORDERS,
    "orders": lambda panel: not panel.beside and panel.order >= BEFORE_ORDERS,
    "beside": lambda panel: panel.beside,
}


def drawn(request: StoreRequest, customer_id: int, panels: Iterable[CustomerPanel]) -> list[ShownPanel]:
    return [
        ShownPanel(
            panel.name,
            _(panel.label) if panel.label else "",
            panel.render(request, request.store, customer_id),
        )
        for panel in sorted(panels, key=lambda panel: panel.order)
    ]


def places_at_top(panels: Iterable[ShownPanel]) -> list[ShownPanel]:
    """Where the page leads to before its parts, as it is read from top to bottom on a phone."""
    return [*panels, ShownPanel("timeline", _("Timeline"), "-")]


def shown_parts(request: StoreRequest, customer_id: int) -> dict[str, Part]:
    """By name; with their panels where the whole page is asked for."""
    if WHOLE in request.GET:
        return {
            name: Part(name, "", drawn(request, customer_id, filter(belongs, customer_panels)))
            for name, belongs in PARTS.items()
        }
    arguments = [request.store.slug, customer_id]
    return {name: Part(name, reverse(f"customer_{name}", args=arguments), []) for name in PARTS}
