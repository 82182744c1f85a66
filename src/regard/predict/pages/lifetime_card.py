"""The card of a model of lifetime value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from regard.core.money import money_text, to_major
from regard.predict.models import FittedModel
from regard.predict.pages.card import CardChart, CardPart
from regard.ui.charts.chart import Chart, Drawing, Series
from regard.ui.templatetags.figures import rounded, whole

RULES = {
    "model": gettext_noop("The model"),
    "mean": gettext_noop("The mean of everybody"),
    "pace": gettext_noop("Everybody as so far"),
}


def _purpose(_model: FittedModel | None) -> str:
    return _(
        "How often and for how much each customer will buy in the next twelve months, by how often and how long "
        "ago they bought so far."
    )


def _accuracy(model: FittedModel) -> str:
    held = model.card["held_out"]
    said = _("In %(days)s days held out it expected %(expected)s purchases; there were %(actual)s.") % {
        "days": held["days"],
        "expected": whole(held["expected"]["model"]["purchases"]),
        "actual": whole(held["actual"]["purchases"]),
    }
    if not model.card["did_better"]:
        verdict = _("It did no better than the mean of everybody, so nothing is predicted with it.")
        return f"{said} {verdict}"
    ours, theirs = (held["errors"][name]["purchases_rms"] for name in ("model", "mean"))
    less = rounded(100 * (1 - (ours / theirs) ** 2), 0)
    return (
        said
        + " "
        + _("Its squared error is %(less)s%% less than that of the mean of everybody.") % {"less": less}
    )


def _facts(model: FittedModel) -> Sequence[tuple[str, str]]:
    card, buying, spending = model.card, model.parameters["buying"], model.parameters["spending"]
    people = {"all": whole(card["customers"]), "repeating": whole(card["repeating"])}
    told = {name: rounded(value, 3) for name, value in buying.items()}
    often = _("r %(r)s, alpha %(alpha)s weeks, a %(a)s, b %(b)s") % told
    told = {name: rounded(value, 3) for name, value in spending.items()}
    told["gamma"] = money_text(round(spending["gamma"]), model.store.currency)
    much = _("p %(p)s, q %(q)s, gamma %(gamma)s") % told
    return (
        (_("Customers"), _("%(all)s, of whom %(repeating)s came back") % people),
        (_("Purchases"), whole(card["purchases"])),
        (_("From"), _day(card["first_on"])),
        (_("To"), _day(card["until"])),
        (_("How often they buy (BG/NBD)"), often),
        (_("For how much (Gamma-Gamma)"), much),
        (_("Log-likelihood of how often"), rounded(card["buying_log_likelihood"])),
        (_("Log-likelihood of how much"), rounded(card["spending_log_likelihood"])),
    )


def _rules(model: FittedModel) -> dict[str, Any]:
    """The model beside plain rules, for the table of errors: a row each."""
    held, currency = model.card["held_out"], model.store.currency
    rows = [
        (
            _(label),
            whole(held["expected"][name]["purchases"]),
            rounded(held["errors"][name]["purchases_rms"], 3),
            rounded(held["errors"][name]["purchases_mean"], 3),
            _money(held["expected"][name]["worth"], currency),
            _money(held["errors"][name]["worth_rms"], currency),
        )
        for name, label in RULES.items()
    ]
    actual = held["actual"]
    happened = (
        _("What happened"), whole(actual["purchases"]), "", "", money_text(round(actual["worth"]), currency), "",
    )  # fmt: skip
    return {"rules": [*rows, happened], "held_out_from": _day(held["from"]), "held_out": held}


def _charts(_model: FittedModel) -> Mapping[str, CardChart]:
    caption = gettext_noop(
        "Of a customer in the days held out, by tenths: those of whom the most was expected first"
    )
    return {
        "purchases": CardChart(gettext_noop("Purchases expected and made"), caption, _purchases),
        "worth": CardChart(gettext_noop("Worth expected and spent"), caption, _worth),
    }


def _purchases(model: FittedModel) -> Chart:
    return _compared(model, "purchases", gettext_noop("Purchases expected and made"), "", 1.0)


def _worth(model: FittedModel) -> Chart:
    currency = model.store.currency
    return _compared(
        model, "worth", gettext_noop("Worth expected and spent"), currency, float(to_major(1, currency))
    )


def _compared(model: FittedModel, what: str, title: str, unit: str, size: float) -> Chart:
    held = model.card["held_out"]
    expected, actual = (
        tuple(_sized(part[f"{when}_{what}"], size) for part in held["parts"])
        for when in ("expected", "actual")
    )
    places = tuple(str(number) for number in range(1, len(held["parts"]) + 1))
    first = {"expected": rounded(expected[0], 2), "actual": rounded(actual[0], 2)}
    return Chart(
        title=_(title),
        summary=_("Of the first tenth %(expected)s was expected of each, and %(actual)s came.") % first,
        n=_("n = %s customers.") % whole(held["customers"]),
        definition=_(
            "A model fitted on what came before the days held out says what each customer is expected to do in "
            "them. Customers are put in the order of what is expected, and cut into ten equal parts; the lines "
            "are the means of each part. The nearer they are, the better."
        ),
        headings=(_("Tenth"), _("Expected"), _("Happened")),
        rows=tuple(
            (place, rounded(foreseen, 2), rounded(seen, 2))
            for place, foreseen, seen in zip(places, expected, actual, strict=True)
        ),
        drawing=Drawing(
            kind="line",
            places=places,
            series=(Series(_("Expected"), expected), Series(_("Happened"), actual)),
            unit=unit,
            lowest=0,
        ),
    )


def _day(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "DATE_FORMAT")


def _sized(value: float | None, size: float) -> float | None:
    """Null in a card: it was not finite."""
    return None if value is None else value * size


def _money(minor: float | None, currency: str) -> str:
    return "–" if minor is None else money_text(round(minor), currency)


LIFETIME_CARD = CardPart(
    purpose=_purpose,
    accuracy=_accuracy,
    facts=_facts,
    charts=_charts,
    template="predict/lifetime_card.html",
    context=_rules,
)
