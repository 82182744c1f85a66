"""How well churn risks did, drawn: by how sure they were, and by the line above which somebody is flagged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from regard.ui.charts.chart import Chart, Drawing, Series
from regard.ui.templatetags.figures import rounded, whole


def calibration_chart(judged: Mapping[str, Any]) -> Chart:
    """judged: a kept `Judged`. A line for what was foreseen and one for what happened: the nearer, the better."""
    parts = judged["parts"]
    places = tuple(f"{part['first']}–{part['last']}" for part in parts)
    foreseen = tuple(round(100 * part["predicted"], 1) for part in parts)
    happened = tuple(round(100 * part["happened"], 1) for part in parts)
    rows = tuple(
        (place, rounded(told, 1), rounded(left, 1), whole(part["n"]))
        for place, told, left, part in zip(places, foreseen, happened, parts, strict=True)
    )
    return Chart(
        title=_("Foreseen and happened"),
        summary=_("The mean distance of risk and outcome is %(error)s points.")
        % {"error": rounded(100 * judged["ece"], 1)},
        n=_("n = %s customers.") % whole(judged["n"]),
        definition=_(
            "Customers are put together by the risk that was told, in steps of ten percent. Of each step the "
            "lines show the mean risk, and the share that did not buy in time."
        ),
        headings=(_("Risk in percent"), _("Foreseen"), _("Happened"), _("n")),
        rows=rows,
        drawing=Drawing(
            kind="line",
            places=places,
            series=(Series(_("Foreseen"), foreseen), Series(_("Happened"), happened)),
            unit="%",
            lowest=0,
            highest=100,
        ),
    )


def threshold_chart(judged: Mapping[str, Any]) -> Chart:
    """judged: a kept `Judged`. How many of those over each risk left, and how many who left were over it."""
    lines = judged["thresholds"]
    places = tuple(str(line["above"]) for line in lines)
    precision, recall = (tuple(_percent(line[what]) for line in lines) for what in ("precision", "recall"))
    rows = tuple(
        (place, _told(right), _told(found), whole(line["n"]))
        for place, right, found, line in zip(places, precision, recall, lines, strict=True)
    )
    return Chart(
        title=_("Precision and recall"),
        summary=_("Over 70 percent: %(n)s customers, of whom %(left)s percent left.")
        % {"n": whole(judged["flagged"]["n"]), "left": _told(_percent(judged["flagged"]["precision"]))},
        n=_("n = %s customers.") % whole(judged["n"]),
        definition=_(
            "Precision is the share of those over a risk who did not buy in time, recall the share of those who "
            "did not buy in time that was over it."
        ),
        headings=(_("Over, in percent"), _("Precision"), _("Recall"), _("n")),
        rows=rows,
        drawing=Drawing(
            kind="line",
            places=places,
            series=(Series(_("Precision"), precision), Series(_("Recall"), recall)),
            unit="%",
            lowest=0,
            highest=100,
        ),
    )


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)


def _told(percent: float | None) -> str:
    return "–" if percent is None else rounded(percent, 1)
