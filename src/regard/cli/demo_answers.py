"""How made-up people answer a survey: as they feel, through the door that everybody answers by."""

from __future__ import annotations

from typing import Any

from regard.cli.demo_lots import Lots
from regard.cli.demo_words import words_for
from regard.survey.domain.answering.giving import Circumstances, give_answer
from regard.survey.domain.answering.visits import Visit, closed_because
from regard.survey.domain.definition.parts import Option, Question, bounds_of

WRITE = 0.6  # of those who come by a question that may be passed over, and wants words or a tick
BREAK_OFF = 0.05  # at each question after the first
CHOOSE_SECOND = 0.3


def answer_survey(visit: Visit, *, mood: float, lots: Lots, language: str, was_late: bool = False) -> int:
    """Go the way of a survey from where somebody is; gives how many questions were asked. What is closed stays so.

    mood: from 0, furious, to 1. Some break off.
    """
    asked = 0
    if closed_because(visit) is not None:
        return asked
    how = Circumstances(language=language)
    while (question := visit.path.open) is not None:
        if visit.submission is not None and lots.share() < BREAK_OFF:
            break
        answer = _answer(question, mood, lots, language, was_late=was_late)
        visit = give_answer(visit, question, answer, how)
        asked += 1
    return asked


def _answer(question: Question, mood: float, lots: Lots, language: str, *, was_late: bool) -> Any:
    kind = question.kind
    if kind in {"nps", "csat", "ces", "stars"}:
        return _on_scale(question, mood + lots.between(-0.12, 0.12))
    if kind == "matrix":
        return {row.value: _option(question.options, mood, lots).value for row in question.rows}
    if kind == "single":
        return _option(question.options, mood, lots).value
    if kind == "multiple":
        return _some(question.options, lots, was_late=was_late)
    if question.required or lots.share() < WRITE:
        return True if kind == "consent" else words_for(question.id, language, mood, lots) or None
    return None


def _on_scale(question: Question, mood: float) -> int:
    least, most = bounds_of(question)
    assert least is not None and most is not None  # noqa: S101, PT018 - every scale has both
    return round(least + (most - least) * min(1.0, max(0.0, mood)))


def _option(options: tuple[Option, ...], mood: float, lots: Lots) -> Option:
    """By mood where the choices are a scale or say how far a matter is settled, else any."""
    by_value = {option.value: option for option in options}
    if {"yes", "no"} <= set(by_value):
        settled = mood + lots.between(-0.2, 0.2)
        told = "yes" if settled > 0.45 else "partly" if settled > 0.3 and "partly" in by_value else "no"
        return by_value[told]
    return lots.one_of(options)


def _some(options: tuple[Option, ...], lots: Lots, *, was_late: bool) -> list[str]:
    values = [option.value for option in options]
    first = next((each for each in values if was_late and each in {"late", "delivery"}), lots.one_of(values))
    return [first, lots.one_of(values)] if lots.share() < CHOOSE_SECOND else [first]
