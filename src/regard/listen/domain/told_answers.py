"""What an event says of an answer to a survey. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from regard.capture.domain.logged import LoggedEvent
from regard.capture.domain.property_values import number_of, read_title
from regard.listen.domain.answer_import import MAX_RESPONSE_ID, MAX_SURVEY
from regard.listen.domain.answer_rules import Answer, check_answer
from regard.listen.domain.review_import import MAX_PRODUCT_ID
from regard.listen.domain.scale import Scale
from regard.listen.domain.unusable import Unusable, identifier, unusable
from regard.listen.facts import AnswerGiven, AnswerImported
from regard.listen.models import Measure, Topic
from regard.profile.domain.naming import FACT
from regard.profile.domain.order_descriptions import MAX_ORDER_ID

# Event -> the measure that it speaks of when its properties name none.
CALLS = {
    "Survey Answered": "",
    "Survey Submitted": "",
    "NPS Survey Submitted": Measure.NPS.value,
    "CSAT Survey Submitted": Measure.CSAT.value,
    "CES Survey Submitted": Measure.CES.value,
}
VALUE_FIELDS = ("value", "score", "rating")


@dataclass(frozen=True, kw_only=True)
class ToldAnswer:
    """An answer as one event tells it. may_follow_order: without a customer it is by whoever placed its order."""

    event: LoggedEvent
    response_id: str
    answer: Answer
    said_at: datetime
    survey: str
    text: str
    order_id: str
    product_id: str
    may_follow_order: bool = True


def tells_of_answer(event: LoggedEvent) -> bool:
    """Whether the event is of a kind that tells of an answer."""
    return event.name in CALLS if event.type == "track" else _is_import(event) or _is_measured(event)


def told_answer(event: LoggedEvent) -> ToldAnswer:
    """What `event` (see `tells_of_answer`) says. Raises Unusable."""
    if event.type == FACT:
        return _of_fact(event, AnswerImported if _is_import(event) else AnswerGiven)
    return _of_call(event)


def _is_import(event: LoggedEvent) -> bool:
    return event.type == FACT and event.name == AnswerImported.__name__


def _is_measured(event: LoggedEvent) -> bool:
    """Whether a figure or a text is to be kept of an answer to one of the store's own surveys."""
    return event.type == FACT and event.name == AnswerGiven.__name__ and bool(event.body.get("measure"))


def _of_fact(event: LoggedEvent, kind: type[AnswerImported | AnswerGiven]) -> ToldAnswer:
    fact = msgspec.convert(event.body, kind)
    scale = None
    if fact.lowest is not None and fact.highest is not None:
        scale = Scale(fact.lowest, fact.highest, fact.low_is_good)
    return ToldAnswer(
        event=event,
        response_id=fact.response_id,
        answer=Answer(measure=Measure(fact.measure), topic=Topic(fact.topic), value=fact.value, scale=scale),
        said_at=fact.answered_at,
        survey=fact.survey,
        text=fact.text,
        order_id=fact.order_id,
        product_id=fact.product_id,
        # Who answered without a name shall not be found by what they answered about.
        may_follow_order=kind is AnswerImported,
    )


def _of_call(event: LoggedEvent) -> ToldAnswer:
    properties = event.body.get("properties") or {}
    order_id = identifier(properties, "order_id", MAX_ORDER_ID)
    product_id = identifier(properties, "product_id", MAX_PRODUCT_ID)
    text = read_title(properties, "text", "comment", "feedback")
    value, lowest, highest = _value(properties), *_bounds(properties)
    return ToldAnswer(
        event=event,
        # A survey tool that gives its answers no id tells each of them once.
        response_id=identifier(properties, "response_id", MAX_RESPONSE_ID) or str(event.key),
        answer=check_answer(
            measure=_measure(event, properties, has_value=value is not None),
            topic=read_title(properties, "topic"),
            value=value,
            text=text,
            lowest=lowest,
            highest=highest,
            low_is_good=_low_is_good(properties),
            about_product=bool(product_id),
            about_order=bool(order_id),
        ),
        said_at=event.occurred_at,
        survey=read_title(properties, "survey", "survey_name", most=MAX_SURVEY),
        text=text,
        order_id=order_id,
        product_id=product_id,
    )


def _measure(event: LoggedEvent, properties: Mapping[str, Any], *, has_value: bool) -> str:
    named = properties.get("measure") or CALLS[event.name]
    if not named:
        return "" if has_value else Measure.TEXT.value
    return named if isinstance(named, str) else repr(named)


def _value(properties: Mapping[str, Any]) -> float | None:
    name = next((name for name in VALUE_FIELDS if properties.get(name) not in (None, "")), None)
    if name is None:
        return None
    value = number_of(properties[name])
    if value is None:
        raise unusable(name, properties[name], _("a number"))
    return float(value)


def _bounds(properties: Mapping[str, Any]) -> tuple[float | None, float | None]:
    scale = properties.get("scale")
    if scale is None:
        return None, None
    if isinstance(scale, list) and len(scale) == 2:
        low, high = number_of(scale[0]), number_of(scale[1])
        if low is not None and high is not None:
            return float(low), float(high)
    raise unusable("scale", scale, _("the lowest and the highest answer, like [1, 5]"))


def _low_is_good(properties: Mapping[str, Any]) -> bool | None:
    value = properties.get("low_is_good")
    if value is None or isinstance(value, bool):
        return value
    raise unusable("low_is_good", value, _("true or false"))


def why_unusable(wrong: Unusable) -> str:
    """What the timeline says of an event that tells of no answer."""
    return _("No answer was kept: %(why)s") % {"why": wrong}
