"""What reviews and answers say, in words for the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from regard.capture.domain.property_values import first_of, number_of, read_title
from regard.core.registry import event_words
from regard.listen.domain import told_answers, told_reviews
from regard.listen.domain.scale import DEFAULT_SCALES
from regard.listen.facts import AnswerGiven, AnswerImported, AnswerWithdrawn, ReviewImported, ThemeRising
from regard.listen.models import Measure

MOST = 120  # characters of a value that is quoted
FOUND_TITLE = (
    "product_title"  # under which the timeline puts the title that the catalogue has for the product
)


def register_event_words() -> None:
    for name in (*told_reviews.CALLS, ReviewImported.__name__):
        event_words.add(name, _review)
    facts = dict.fromkeys((AnswerImported.__name__, AnswerGiven.__name__), "")
    for name, measure in {**told_answers.CALLS, **facts}.items():
        event_words.add(name, partial(_answer, measure))
    event_words.add(AnswerWithdrawn.__name__, _withdrawn)
    event_words.add(ThemeRising.__name__, _rising)


def _withdrawn(told: Mapping[str, Any]) -> str:
    survey = read_title(told, "survey", "survey_key", most=MOST)
    return _("An answer to the survey “%(survey)s” counts no more") % {"survey": survey}


def _rising(told: Mapping[str, Any]) -> str:
    words = {name: told.get(name, "?") for name in ("theme", "complaints", "before")}
    said = _("More complaints about “%(theme)s”: %(complaints)s in 7 days, %(before)s in the 7 days before")
    return said % words


def _review(told: Mapping[str, Any]) -> str:
    product = read_title(told, FOUND_TITLE, "product_name", "name", "product_id", "sku", most=MOST)
    stars = number_of(told.get("rating"))
    words = {"product": product, "stars": f"{float(stars):g}" if stars is not None else ""}
    if product and stars is not None:
        sentence = _("Reviewed %(product)s with %(stars)s of 5 stars") % words
    elif stars is not None:
        sentence = _("Wrote a review with %(stars)s of 5 stars") % words
    else:
        sentence = _("Reviewed %(product)s") % words if product else _("Wrote a review")
    return _quoting(sentence, read_title(told, "review_title", "title", most=MOST))


def _answer(usual: str, told: Mapping[str, Any]) -> str:
    """usual: the measure that it speaks of when it names none."""
    measure = read_title(told, "measure", most=MOST).lower() or usual
    value = number_of(told.get(first_of(told, *told_answers.VALUE_FIELDS)))
    if value is None or measure not in Measure.values:
        sentence = _("Answered a survey")
    else:
        words = {
            "measure": Measure(measure).label,
            "value": f"{float(value):g}",
            "highest": _highest(measure, told),
        }
        sentence = _("Answered a survey, %(measure)s: %(value)s of %(highest)s") % words
    return _quoting(sentence, read_title(told, "text", "comment", "feedback", most=MOST) or _choices(told))


def _choices(told: Mapping[str, Any]) -> str:
    """What was chosen, of an answer that is no figure."""
    choices = told.get("choices")
    return ", ".join(str(choice) for choice in choices)[:MOST] if isinstance(choices, list) else ""


def _highest(measure: str, told: Mapping[str, Any]) -> str:
    """The top of the scale, as told or usual."""
    scale = told.get("scale")
    highest = number_of(scale[-1]) if isinstance(scale, list) and scale else number_of(told.get("highest"))
    return f"{DEFAULT_SCALES[Measure(measure)].highest if highest is None else float(highest):g}"


def _quoting(sentence: str, words: str) -> str:
    return _("%(sentence)s: “%(words)s”") % {"sentence": sentence, "words": words} if words else sentence
