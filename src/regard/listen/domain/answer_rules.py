"""What makes an answer usable: its measure, scale, value and topic. The same for events and for files."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from regard.listen.domain.scale import DEFAULT_SCALES, Scale
from regard.listen.domain.unusable import Unusable, unusable
from regard.listen.models import Measure, Topic

DEFAULT_TOPICS = {Measure.NPS: Topic.RELATIONSHIP, Measure.CES: Topic.SUPPORT}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A checked answer. value and scale are None together: then it is words only."""

    measure: Measure
    topic: Topic
    value: float | None
    scale: Scale | None

    @property
    def score(self) -> float | None:
        """0 to 100, high is good; None for words only."""
        return None if self.value is None or self.scale is None else self.scale.score(self.value)


def check_answer(
    *,
    measure: str,
    topic: str,
    value: float | None,
    text: str,
    lowest: float | None = None,
    highest: float | None = None,
    low_is_good: bool | None = None,
    about_product: bool = False,
    about_order: bool = False,
) -> Answer:
    """What an answer comes to; "" and None are for what is not told, for which the measure has a default.

    Raises Unusable for a measure or topic that there is not, a scale that is none, and a value beyond it.
    """
    kind = _measure(measure)
    subject = _topic(topic) or _usual_topic(kind, about_product=about_product, about_order=about_order)
    if kind is Measure.TEXT:
        if not text:
            raise Unusable("text", _("it is empty; an answer needs a value or words."))
        return Answer(measure=kind, topic=subject, value=None, scale=None)
    scale = _scale(kind, lowest, highest, low_is_good)
    return Answer(measure=kind, topic=subject, value=_value(kind, value, scale), scale=scale)


def _measure(name: str) -> Measure:
    if name.lower() not in Measure.values:
        raise unusable("measure", name, _("one of %(names)s") % {"names": ", ".join(Measure.values)})
    return Measure(name.lower())


def _topic(name: str) -> Topic | None:
    if name and name.lower() not in Topic.values:
        raise unusable("topic", name, _("one of %(names)s") % {"names": ", ".join(Topic.values)})
    return Topic(name.lower()) if name else None


def _usual_topic(measure: Measure, *, about_product: bool, about_order: bool) -> Topic:
    if measure in DEFAULT_TOPICS:
        return DEFAULT_TOPICS[measure]
    if about_product:
        return Topic.PRODUCT
    return Topic.PURCHASE if about_order else Topic.RELATIONSHIP


def _scale(measure: Measure, lowest: float | None, highest: float | None, low_is_good: bool | None) -> Scale:
    usual = DEFAULT_SCALES[measure]
    scale = Scale(
        usual.lowest if lowest is None else lowest,
        usual.highest if highest is None else highest,
        usual.low_is_good if low_is_good is None else low_is_good,
    )
    if measure is Measure.NPS and scale != usual:
        raise unusable("scale", _span(scale), _("0 to 10 for a recommendation"))
    if scale.lowest >= scale.highest:
        raise unusable("scale", _span(scale), _("a lowest and a higher highest answer"))
    return scale


def _span(scale: Scale) -> str:
    return _("%(lowest)s to %(highest)s") % {"lowest": f"{scale.lowest:g}", "highest": f"{scale.highest:g}"}


def _value(measure: Measure, value: float | None, scale: Scale) -> float:
    if value is None or not scale.lowest <= value <= scale.highest:
        bounds = {"lowest": f"{scale.lowest:g}", "highest": f"{scale.highest:g}"}
        raise unusable("value", value, _("a number from %(lowest)s to %(highest)s") % bounds)
    if measure is Measure.NPS and not value.is_integer():
        raise unusable("value", value, _("a whole number from 0 to 10"))
    return value
