"""What is wrong with a journey that can be read: conditions, templates, actions and names that there are not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from django.utils.translation import gettext as _

from regard.act.domain.topics import topics_of
from regard.core.domain.written.reading import Problem
from regard.core.models import Store
from regard.core.registry import actions
from regard.journey.domain.alert_starts import KINDS
from regard.journey.domain.dates import check_day
from regard.journey.domain.definition.parts import (
    AlertStart,
    Branch,
    DateStart,
    Definition,
    Do,
    EventStart,
    ScoreStart,
    SegmentStart,
    Send,
    Wait,
    WaitFor,
)
from regard.journey.domain.definition.program import all_steps
from regard.journey.domain.score_bands import check_score
from regard.journey.facts import JourneyEnded, JourneyEntered
from regard.message.domain.templates import template_named
from regard.profile.domain.segments.ast import Node
from regard.profile.domain.segments.parse import SegmentInvalid, parse_condition, parse_segment
from regard.profile.domain.segments.saved import segments_of

OWN_FACTS = {JourneyEntered.__name__, JourneyEnded.__name__}
SHORTEST_TURN = timedelta(hours=1)


def check_definition(store: Store, definition: Definition) -> list[Problem]:
    """Everything that keeps this journey from being switched on, with its place; [] for nothing."""
    problems = [*_conditions(definition), *_start(store, definition), *_topic(store, definition)]
    if not definition.steps:
        problems.append(Problem("steps", _("There is no step yet: add one.")))
    for step in all_steps(definition.steps):
        place = _("step %s") % step.id
        match step:
            case Send(_, template, channel):
                wanted = {channel: template, **step.others}
                problems += [
                    Problem(place, said) for by, key in wanted.items() for said in _template(store, key, by)
                ]
                problems += [Problem(place, said) for said in _purposes(store, list(wanted.values()))]
            case Do(_, action, parameters):
                problems += [Problem(place, said) for said in _action(store, action, dict(parameters))]
    return problems


def _topic(store: Store, definition: Definition) -> Iterator[Problem]:
    known = [topic.key for topic in topics_of(store)]
    if definition.topic and definition.topic not in known:
        said = _("There is no topic “%(topic)s”; there are: %(known)s.")
        yield Problem("topic", said % {"topic": definition.topic, "known": ", ".join(known)})


def _conditions(definition: Definition) -> Iterator[Problem]:
    start = definition.start
    if isinstance(start, EventStart):
        yield from _unread("start.where", start.where, parse_condition)
    if isinstance(start, SegmentStart):
        yield from _unread("start.segment", start.segment, parse_segment)
    yield from _unread("who", definition.who, parse_segment)
    yield from _unread("only_while", definition.only_while, parse_condition)
    for number, each in enumerate(definition.exits, 1):
        yield from _unread(f"exits.{number}.where", each.on.where, parse_condition)
    for step in all_steps(definition.steps):
        place = _("step %s") % step.id
        match step:
            case Branch(_, when):
                yield from _unread(place, when, parse_condition)
            case WaitFor(_, on):
                yield from _unread(place, on.where, parse_condition)


def _unread(place: str, text: str, parse: Callable[[str], Node]) -> Iterator[Problem]:
    try:
        parse(text)
    except SegmentInvalid as error:
        yield Problem(place, error.told)


def _start(store: Store, definition: Definition) -> Iterator[Problem]:
    start = definition.start
    match start:
        case EventStart(events) if OWN_FACTS & set(events) and _turns(definition):
            said = _("Journeys that start each other without a pause never end; say again: after 1 day.")
            yield Problem("again", said)
        case ScoreStart(score, into, before):
            yield from (Problem("start", said) for said in check_score(score, [*into, *before]))
        case AlertStart(kinds, segment):
            for kind in sorted(set(kinds) - set(KINDS)):
                told = {"kind": kind, "known": ", ".join(KINDS)}
                said = _("There is no alert %(kind)s about the store; there are: %(known)s.") % told
                yield Problem("start.alert", said)
            if not segments_of(store).filter(name=segment).exists():
                yield Problem("start.segment", _("There is no saved segment “%s”.") % segment)
        case DateStart(day):
            yield from (Problem("start.day", said) for said in check_day(day))


def _turns(definition: Definition) -> bool:
    """Whether the same customer may come around again and again within an hour."""
    if definition.again == "always":
        return not any(isinstance(step, Wait) and step.time >= SHORTEST_TURN for step in definition.steps)
    return isinstance(definition.again, timedelta) and definition.again < SHORTEST_TURN


def _template(store: Store, key: str, channel: str) -> Iterator[str]:
    found = template_named(store, key)
    if found is None:
        yield _("There is no template “%s”; write it first, or choose another.") % key
    elif found.channel != channel:
        told = {"key": key, "has": found.get_channel_display(), "wanted": channel}
        yield _("The template “%(key)s” is for %(has)s and not for %(wanted)s.") % told


def _purposes(store: Store, keys: Sequence[str]) -> Iterator[str]:
    """One message is marketing by each channel, or by none."""
    found = [template for key in keys if (template := template_named(store, key)) is not None]
    if len({template.purpose for template in found}) > 1:
        said = ", ".join(f"{template.key}: {template.get_purpose_display()}" for template in found)
        yield _("The templates for its channels differ in what they are for (%s): make them alike.") % said


def _action(store: Store, name: str, parameters: dict[str, object]) -> list[str]:
    if name not in actions:
        known = ", ".join(actions.names())
        return [_("There is no action %(name)s; there are: %(known)s.") % {"name": name, "known": known}]
    action = actions.get(name)
    wanted = {parameter.name: parameter for parameter in action.parameters}
    missing = [one.name for one in wanted.values() if one.required and not parameters.get(one.name)]
    unknown = sorted(set(parameters) - set(wanted))
    said = [_("%(action)s needs %(name)s.") % {"action": name, "name": one} for one in missing]
    said += [_("%(action)s has no %(name)s.") % {"action": name, "name": one} for one in unknown]
    return said or action.check(store, parameters)
