"""Figures and shares of a question as the page of results shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from regard.survey.domain.definition.parts import Definition, Question, bounds_of, text_in
from regard.survey.domain.figures import Figure
from regard.survey.domain.results import QuestionResult
from regard.survey.domain.words import LOOKS, Look, title_of

FORMULAS: Mapping[str, str] = {
    "nps": gettext_noop(
        "Percent who give 9 or 10, less percent who give 0 to 6. The interval is that of a mean."
    ),
    "mean": gettext_noop("The mean of the answers, with the interval in which it lies in 95 of 100 cases."),
    "satisfied": gettext_noop(
        "Percent in the upper quarter of the scale, 4 or 5 of 5; interval after Wilson."
    ),
}

LABELS: Mapping[str, str] = {
    "nps": gettext_noop("NPS"), "mean": gettext_noop("Mean"), "satisfied": gettext_noop("Satisfied"),
}  # fmt: skip


@dataclass(frozen=True)
class ShownFigure:
    label: str
    value: float
    unit: str
    low: float | None
    high: float | None
    formula: str
    digits: int


@dataclass(frozen=True)
class Share:
    """A row of the component ui/shares.html."""

    label: str
    value: str
    share: float
    tone: str = ""
    url: str = ""
    before: float | None = None


@dataclass(frozen=True)
class Shown:
    result: QuestionResult
    look: Look
    title: str
    figures: Sequence[ShownFigure]
    shares: Sequence[Share]


def shown_result(result: QuestionResult, definition: Definition) -> Shown:
    language = definition.languages[0]
    return Shown(
        result=result,
        look=LOOKS[result.question.kind],
        title=title_of(result.question, definition, language),
        figures=[shown_figure(figure) for figure in result.figures],
        shares=() if result.apart else _shares(result, definition, language),
    )


def shown_figure(figure: Figure) -> ShownFigure:
    unit, digits = ("%", 0) if figure.name == "satisfied" else ("", 0 if figure.name == "nps" else 2)
    return ShownFigure(
        _(LABELS[figure.name]), figure.value, unit, figure.low, figure.high, _(FORMULAS[figure.name]), digits
    )


def _shares(result: QuestionResult, definition: Definition, language: str) -> list[Share]:
    """What was chosen, in the order in which it is offered."""
    named = list(_offered(result.question, definition, language))
    return [
        Share(
            label,
            f"{result.counts.get(name, 0):n}",
            result.counts.get(name, 0) / result.n if result.n else 0.0,
            _tone(result.question, name),
        )
        for name, label in named
    ]


def _offered(question: Question, definition: Definition, language: str) -> Sequence[tuple[str, str]]:
    def said(one: Any) -> str:
        return text_in(one.text, language, definition.languages) or one.value

    if question.kind == "matrix":
        return [
            (f"{row.value}|{option.value}", f"{said(row)}: {said(option)}")
            for row in question.rows
            for option in question.options
        ]
    if question.options:
        return [(option.value, said(option)) for option in question.options]
    if question.kind == "consent":
        return [("yes", _("Yes")), ("no", _("No"))]
    lowest, highest = bounds_of(question)
    if question.kind in {"nps", "csat", "ces", "stars"} and lowest is not None and highest is not None:
        return [(str(step), str(step)) for step in range(int(highest), int(lowest) - 1, -1)]
    return []


def _tone(question: Question, name: str) -> str:
    if question.kind != "nps":
        return ""
    return "good" if int(name) >= 9 else "bad" if int(name) <= 6 else "none"
