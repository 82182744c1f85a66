"""The living style guide: every component in all its states, as the templates themselves show it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.views.decorators.http import require_safe

import regard.ui
from regard.ui.charts.answers import chart_file, chart_page
from regard.web.pages import styleguide_examples as examples

TEMPLATES = Path(regard.ui.__file__).parent / "templates" / "ui"
COMMENT = re.compile(r"\{# (.*?) #\}", re.DOTALL)
COLOURS = (
    "ground",
    "surface",
    "sunken",
    "line",
    "line-strong",
    "text",
    "muted",
    "accent",
    "accent-soft",
    "good",
    "good-soft",
    "warning",
    "warning-soft",
    "bad",
    "bad-soft",
    "info",
    "info-soft",
    "chart-1",
    "chart-2",
    "chart-3",
    "chart-4",
    "chart-5",
    "chart-6",
)


@dataclass(frozen=True)
class Component:
    """A component with what its template says of it, and the template that shows its states."""

    name: str
    says: str
    example: str


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """For whoever writes pages or plug-ins; anybody who is signed in may look."""
    context = {"components": components(), "colours": COLOURS, **examples.example_values()}
    return render(request, "web/styleguide.html", context)


@require_safe
def example_chart(request: HttpRequest, form: str = "") -> HttpResponse:
    shown = examples.example_chart()
    return chart_file(shown, name="example", form=form) if form else chart_page(request, shown)


def components() -> list[Component]:
    """Those that have an example, by name."""
    return [_component(path.stem) for path in sorted((TEMPLATES / "examples").glob("*.html"))]


def _component(name: str) -> Component:
    example = f"ui/examples/{name}.html"
    path = TEMPLATES / f"{name}.html"
    said = COMMENT.match(path.read_text()) if path.exists() else None
    get_template(example)
    return Component(name, said.group(1) if said else "", example)
