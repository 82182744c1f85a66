"""Which fields each part of a journey has in the editor: its start, its rules, its exits, every kind of step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from regard.core.registry import ActionParameter, actions
from regard.journey.domain.alert_starts import KINDS
from regard.journey.domain.definition.editing import kind_of
from regard.journey.domain.definition.parts import CHOSEN_FROM, INSTANCES
from regard.journey.domain.words import CHANNELS, channel_in_words
from regard.score.domain.kinds import score_kinds
from regard.ui.value_fields import Field, FieldKind

EVENTS, TEMPLATES, DAYS, THINGS, AGAIN, MOMENTS = (
    "known-events", "known-templates", "known-days", "known-things", "known-agains", "known-moments",
)  # fmt: skip
STARTS: Mapping[str, dict[str, Any]] = {
    "event": {"event": ""},
    "score": {"score": "health", "into": []},
    "alert": {"alert": [], "segment": ""},  # before the segment, whose field it has too
    "segment": {"segment": ""},
    "day": {"day": ""},
    "by_hand": {"by_hand": True},
}
KINDS_OF_FIELD: Mapping[str, FieldKind] = {
    "words": "area",
    "whole": "whole",
    "truth": "truth",
    "choice": "choice",
}


def start_kind(start: Any) -> str:
    return next((kind for kind in STARTS if isinstance(start, dict) and kind in start), "by_hand")


def start_fields(start: Any) -> list[Field]:
    """Without the choice of the kind, which the editor reads by itself."""
    kind = start_kind(start)
    return {
        "event": _event_start, "score": lambda: _score_start(start), "segment": _segment_start, "day": _day_start,
        "alert": _alert_start, "by_hand": list,
    }[kind]()  # fmt: skip


def start_choices() -> list[tuple[str, str]]:
    return [
        ("event", _("something happens")),
        ("score", _("a score moves")),
        ("segment", _("a customer enters or leaves a segment")),
        ("day", _("a day of the customer comes")),
        ("alert", _("something in the whole store alerts people")),
        ("by_hand", _("somebody sends it to a segment")),
    ]


def rule_fields() -> list[Field]:
    return [
        Field(("name",), _("Name"), keeps_empty=True),
        Field(("description",), _("What it is for"), "area"),
        Field(("who",), _("Only for customers among these"), "area", _filter_hint(), placeholder="orders >= 2"),
        Field(("only_while",), _("Ends for whom this does not hold any more"), "area", _filter_hint()),
        Field(("instance",), _("What it is about"), hint=_thing_hint(), options=THINGS, placeholder="customer"),
        Field(
            ("again",), _("The same customer again"), options=AGAIN, placeholder="after 14 days",
            hint=_("never, always, or after a time such as: after 14 days."),
        ),
        Field(
            ("holdout",), _("Held out, percent"), "whole", _("Of those who would enter; they get nothing."),
            placeholder="10",
        ),
        Field(("priority",), _("Priority among messages, 0 to 100"), "whole", placeholder="50"),
        Field(("topic",), _("Topic of its messages"), hint=_("By which customers choose what they are sent.")),
    ]  # fmt: skip


def exit_fields(number: int) -> list[Field]:
    """Of the exit at this place, from 0."""
    path = ("exits", number)
    return [
        _events((*path, "event"), _("Ends when this happens")),
        Field((*path, "where"), _("and this holds of it"), "area", _filter_hint()),
        Field((*path, "same"), _("Only if it is about the same thing"), "truth"),
        Field((*path, "goal"), _("It is the goal of the journey"), "truth"),
    ]


def step_fields(step: Mapping[str, Any]) -> list[Field]:
    name = Field(("name",), _("Name of the step"), placeholder=_("says what it does by itself"))
    return [*OF_KIND[kind_of(step)](step), name]


def _send(step: Mapping[str, Any]) -> list[Field]:
    channels = [(name, channel_in_words(name)) for name in CHANNELS]
    return [
        Field(
            ("send",), _("Template"), options=TEMPLATES, keeps_empty=True, hint=_("Its key, as on Templates.")
        ),
        Field(
            ("channel",),
            _("Sent by"),
            "choice",
            choices=[("", channel_in_words("email")), *channels[1:]],
            turns=True,
        ),
        *_other_templates(step),
        Field(("outdated",), _("Dropped if it could not leave for"), placeholder="3 days"),
    ]


def _other_templates(step: Mapping[str, Any]) -> list[Field]:
    own = step.get("channel") or "email"
    others = [name for name in CHOSEN_FROM if name != own] if own in CHOSEN_FROM else []
    hint = _("With one, each customer gets it by the channel that they wish, or else read most.")
    return [
        Field(
            ("others", name),
            _("or by %s with") % channel_in_words(name),
            options=TEMPLATES,
            hint=hint if name == others[-1] else "",
        )
        for name in others
    ]


def _wait(_step: Mapping[str, Any]) -> list[Field]:
    return [Field(("wait",), _("How long"), hint=_span_hint(), keeps_empty=True)]


def _until(_step: Mapping[str, Any]) -> list[Field]:
    hint = _("A day (2026-12-01), “good hour” for when this customer reads, or event.delivery_date.")
    return [
        Field(("until",), _("Until"), hint=hint, options=MOMENTS, keeps_empty=True),
        Field(
            ("offset",), _("So long after it"), hint=_("With a minus before it: -2 days."), placeholder="0"
        ),
    ]


def _wait_for(_step: Mapping[str, Any]) -> list[Field]:
    return [
        _events(("wait_for", "event"), _("What is waited for")),
        Field(("wait_for", "where"), _("and this holds of it"), "area", _filter_hint()),
        Field(("wait_for", "same"), _("Only if it is about the same thing"), "truth"),
        Field(("most",), _("At the longest"), hint=_span_hint(), placeholder="30 days"),
    ]


def _if(_step: Mapping[str, Any]) -> list[Field]:
    return [
        Field(
            ("if",), _("Does this hold?"), "area", _filter_hint(), keeps_empty=True, placeholder="spent > 300"
        )
    ]


def _split(step: Mapping[str, Any]) -> list[Field]:
    fields: list[Field] = []
    for place in range(len(step["split"])):
        number = {"number": place + 1}
        share = Field(
            ("split", place, "share"), _("Way %(number)d, percent") % number, "whole", keeps_empty=True
        )
        fields += [share, Field(("split", place, "name"), _("Name of way %(number)d") % number)]
    return fields


def _do(step: Mapping[str, Any]) -> list[Field]:
    labels = [(action.name, _(action.label)) for action in actions]
    choices = [("", _("choose")), *sorted(labels, key=lambda pair: pair[1])]
    chosen = str(step.get("do") or "")
    first = Field(("do",), _("What is done"), "choice", choices=choices, keeps_empty=True, turns=True)
    parameters = actions.get(chosen).parameters if chosen in actions else ()
    return [first, *map(_parameter, parameters)]


def _parameter(one: ActionParameter) -> Field:
    choices = [(value, _(label)) for value, label in one.choices.items()]
    return Field(
        ("with", one.name),
        _(one.label),
        KINDS_OF_FIELD.get(one.type, "text"),
        _(one.help) if one.help else "",
        choices=choices if one.required else [("", "–"), *choices],
    )


def _leave(_step: Mapping[str, Any]) -> list[Field]:
    return [
        Field(("leave",), _("Why it ends"), hint=_("Stands in the log of each customer."), keeps_empty=True)
    ]


OF_KIND: Mapping[str, Callable[[Mapping[str, Any]], list[Field]]] = {
    "send": _send, "wait": _wait, "until": _until, "wait_for": _wait_for, "if": _if, "split": _split, "do": _do,
    "leave": _leave,
}  # fmt: skip


def _event_start() -> list[Field]:
    where = Field(
        ("where",), _("and this holds of it"), "area", _filter_hint(), placeholder="event.total > 100"
    )
    return [_events(("event",), _("What happens")), where]


def _score_start(start: Mapping[str, Any]) -> list[Field]:
    score = str(start.get("score") or "")
    bands: Sequence[tuple[str, str]] = []
    if score in score_kinds:
        bands = [(str(value), str(label)) for value, label in score_kinds.get(score).bands.choices]
    scores = [(kind.name, str(kind.label)) for kind in score_kinds]
    return [
        Field(("score",), _("Which score"), "choice", choices=scores, keeps_empty=True, turns=True),
        Field(("into",), _("moves to"), "several", choices=bands, keeps_empty=True),
        Field(("before",), _("from (any if none is chosen)"), "several", choices=bands),
    ]


def _segment_start() -> list[Field]:
    whens = [("", _("enters it")), ("leaves", _("leaves it"))]
    return [
        Field(
            ("segment",), _("Segment"), "area", _filter_hint(), keeps_empty=True, placeholder="health < 40"
        ),
        Field(("when",), _("The customer"), "choice", choices=whens),
    ]


def _alert_start() -> list[Field]:
    kinds = [(str(kind), str(kind.label)) for kind in KINDS]
    hint = _("The name of a saved segment, whose customers enter.")
    return [
        Field(("alert",), _("Which alert"), "several", choices=kinds, keeps_empty=True),
        Field(("segment",), _("Segment"), hint=hint, keeps_empty=True),
    ]


def _day_start() -> list[Field]:
    return [
        Field(
            ("day",), _("Which day"), options=DAYS, keeps_empty=True, hint=_("attr.NAME for an attribute.")
        ),
        Field(
            ("offset",),
            _("So many days after it"),
            "whole",
            _("Before it with a minus: -3."),
            placeholder="0",
        ),
        Field(("yearly",), _("Every year again"), "truth"),
    ]


def _events(path: tuple[str | int, ...], label: str) -> Field:
    return Field(path, label, "texts", _("Several with commas between."), options=EVENTS, keeps_empty=True)


def _filter_hint() -> str:
    return _("A filter as in the list of customers; what the event says as event.NAME.")


def _thing_hint() -> str:
    things = ", ".join(name for name in INSTANCES if name != "customer")
    return _("customer, or one of %s: the same customer may then be inside for several.") % things


def _span_hint() -> str:
    return _("Such as 4 hours, 14 days or 2 weeks.")
