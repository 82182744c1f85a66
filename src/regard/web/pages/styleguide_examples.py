"""What the examples of the style guide show. English only: it is for people who write templates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms

from regard.core import clock
from regard.ui.charts.chart import Chart, Drawing, Series
from regard.ui.date_range import COMPARISONS, SPANS, date_range_of
from regard.ui.forms import ColourInput

ORDERS = (31, 36, 33, 41, 38, 44, 52, 49, 47, 55, 61, 58, 22)
PEOPLE = (
    ("Lara Bakker", 88, "good", "Thriving"),
    ("Jule Petrov", 59, "warning", "At risk"),
    ("Sofia Novak", 7, "bad", "Lost"),
)
CONTROLS: dict[str, Any] = {
    "zones": [
        (zone, zone.replace("_", " "))
        for zone in ("Europe/Berlin", "Europe/Lisbon", "America/New_York", "Asia/Tokyo")
    ],
    "menu_items": [
        {"label": "Export", "url": "#menu"},
        {"label": "Erase", "url": "#menu", "item_icon": "trash", "post": True, "danger": True},
    ],
    "tabs": [
        {"label": "Open", "url": "#tabs", "current": True, "count": 2},
        {"label": "Handled", "url": "#tabs"},
    ],
    "acts": [
        {"label": "Assign to me", "url": "#table"},
        {"label": "Delete", "url": "#table", "danger": True, "act_icon": "trash"},
    ],
    "filters": [
        {"name": "kind", "label": "Kind", "choices": [("a", "Critical"), ("b", "Warning")], "value": "a"}
    ],
    "chosen": [{"label": "Kind: Critical", "url": "#filter_bar"}],
    "spans": SPANS,
    "comparisons": COMPARISONS,
    "steps": [
        {"title": "Name the store", "done": True},
        {
            "title": "Bring in the past",
            "text": "A file of orders is enough.",
            "url": "#stepper",
            "action": "Import",
            "current": True,
        },
        {
            "title": "Invite a colleague",
            "text": "Each with a role of their own.",
            "url": "#stepper",
            "action": "Invite",
        },
    ],
}
TABLE: dict[str, Any] = {
    "headings": [
        {"label": "Customer"},
        {"label": "Health", "url": "#table"},
        {
            "label": "Orders",
            "url": "#table",
            "direction": "descending",
            "css": "number",
            "column": "orders",
        },
        {"label": "Spent", "css": "number", "column": "spent"},
    ],
    "columns": [("orders", "Orders", False), ("spent", "Spent", False)],
    "people": [
        {
            "name": name,
            "health": health,
            "tone": tone,
            "band": band,
            "orders": 3 * n + 2,
            "spent_minor": 14_990 * n,
        }
        for n, (name, health, tone, band) in enumerate(PEOPLE, 1)
    ],
    "example_changes": [
        {"field": "role", "before": "agent", "after": "manager"},
        {"field": "country", "before": "–", "after": "DE"},
    ],
}
FIGURES: dict[str, Any] = {
    "rising": [40, 44, 43, 52, 58, 66, 71, 81, 88],
    "falling": [72, 70, 71, 66, 60, 55, 51],
    "gaps": [3, 4, None, 6, 5],
    "shares": [
        {
            "label": "Thriving",
            "value": "120",
            "share": 0.4,
            "tone": "good",
            "now": 120,
            "before": 112,
            "good": "up",
            "url": "#shares",
        },
        {
            "label": "At risk",
            "value": "60",
            "share": 0.2,
            "tone": "warning",
            "now": 60,
            "before": 51,
            "good": "down",
        },
        {
            "label": "Not enough data",
            "value": "9",
            "share": 0.03,
            "tone": "none",
            "now": 9,
            "before": 9,
            "good": "",
        },
    ],
}
OTHERS: dict[str, Any] = {
    "example_stores": [
        {"name": "Acme", "colour": "#b3261e"},
        {"name": "Globex", "colour": "#ffd54a"},
        {"name": "Regard's own", "colour": ""},
    ],
    "code": "regard import orders.csv --store acme",
}


class Told(str):
    """A message as templates see Django's."""

    __slots__ = ()
    level_tag = "success"
    extra_tags = "#toast"


class ExampleForm(forms.Form):
    name = forms.CharField(label="Name", initial="Lapsed regulars", help_text="How it is called in lists.")
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    kind = forms.ChoiceField(label="Kind", choices=[("a", "Everybody"), ("b", "Customers")])
    agree = forms.BooleanField(label="Tell me by e-mail", required=False)
    colour = forms.CharField(label="Colour", required=False, widget=ColourInput)
    wrong = forms.EmailField(label="With an error")


def example_values() -> dict[str, Any]:
    """What the examples show, by the names of their variables."""
    now = clock.now()
    return {
        **CONTROLS,
        **TABLE,
        **FIGURES,
        **OTHERS,
        "form": _example_form(),
        "range": date_range_of({}, today=now.date()),
        "chart": example_chart(),
        "message": Told("2 alerts are handled."),
        "moment": now - timedelta(hours=3),
    }


def example_chart() -> Chart:
    """Bars of thirteen weeks, of which the last is not over."""
    weeks = tuple(
        f"{week:%-d} {week:%b}" for week in (date(2026, 8, 31) + timedelta(weeks=n) for n in range(13))
    )
    return Chart(
        title="Orders a week",
        summary="Orders a week rose from 31 to 58 in thirteen weeks.",
        n=f"n = {sum(ORDERS)}.",
        definition="Orders placed and not called off, by week; the last week is not over.",
        headings=("Week from", "Orders"),
        rows=tuple((week, str(orders)) for week, orders in zip(weeks, ORDERS, strict=True)),
        drawing=Drawing(
            kind="bars", places=weeks, series=(Series("Orders", ORDERS),), unit="orders", open_end=True
        ),
    )


def _example_form() -> ExampleForm:
    form = ExampleForm({"name": "Lapsed regulars", "kind": "b", "wrong": "ana@"})
    form.is_valid()
    return form
