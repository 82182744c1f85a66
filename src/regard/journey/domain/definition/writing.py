"""A journey as plain values, which YAML and JSON hold: `read_definition` gives it back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import yaml

from regard.core.domain.written.durations import duration_text
from regard.journey.domain.definition.parts import (
    AlertStart,
    Branch,
    DateStart,
    Definition,
    Do,
    EventStart,
    HandStart,
    Leave,
    Listen,
    ScoreStart,
    SegmentStart,
    Send,
    Split,
    Start,
    Step,
    Wait,
    WaitFor,
    WaitUntil,
)


def definition_values(definition: Definition) -> dict[str, Any]:
    """What is as it is by default is left out."""
    usual = Definition(definition.key, definition.name, definition.start, definition.steps)
    written: dict[str, Any] = {"journey": definition.key, "name": definition.name}
    if definition.description:
        written["description"] = definition.description
    written["start"] = _start(definition.start)
    for name in ("who", "only_while", "instance", "holdout", "priority", "topic"):
        if getattr(definition, name) != getattr(usual, name):
            written[name] = getattr(definition, name)
    if definition.again != usual.again:
        again = definition.again
        written["again"] = f"after {duration_text(again)}" if isinstance(again, timedelta) else again
    if definition.is_playbook:
        written["playbook"] = True
    if definition.exits:
        written["exits"] = [
            _listen(each.on) | ({"goal": True} if each.goal else {}) for each in definition.exits
        ]
    return written | {"steps": _steps(definition.steps)}


def definition_yaml(definition: Definition) -> str:
    """The text form, for people and git."""
    values = definition_values(definition)
    return str(yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=110))


def _start(start: Start) -> dict[str, Any]:
    match start:
        case EventStart(events, where):
            return _listen(Listen(events, where))
        case ScoreStart(score, into, before):
            return {"score": score, "into": list(into)} | ({"before": list(before)} if before else {})
        case SegmentStart(segment, leaves):
            return {"segment": segment} | ({"when": "leaves"} if leaves else {})
        case DateStart(day, offset, yearly):
            told: dict[str, Any] = {"day": day}
            return told | ({"offset": offset} if offset else {}) | ({"yearly": True} if yearly else {})
        case AlertStart(kinds, segment):
            return {"alert": list(kinds), "segment": segment}
        case HandStart():
            return {"by_hand": True}


def _listen(listen: Listen) -> dict[str, Any]:
    events = listen.events
    told: dict[str, Any] = {"event": events[0] if len(events) == 1 else list(events)}
    return told | ({"where": listen.where} if listen.where else {}) | ({"same": True} if listen.same else {})


def _steps(steps: Iterable[Step]) -> list[dict[str, Any]]:
    return [{"id": step.id} | ({"name": step.name} if step.name else {}) | _step(step) for step in steps]


def _step(step: Step) -> dict[str, Any]:  # noqa: PLR0911 - a table
    match step:
        case Send(_, template, channel, outdated, _, others):
            told: dict[str, Any] = {"send": template}
            told |= {} if channel == "email" else {"channel": channel}
            told |= {"others": dict(others)} if others else {}
            return told | ({} if outdated == timedelta(days=3) else {"outdated": duration_text(outdated)})
        case Wait(_, time):
            return {"wait": duration_text(time)}
        case WaitUntil(_, moment, offset):
            until = moment.isoformat() if isinstance(moment, date) else moment
            return {"until": until} | ({"offset": duration_text(offset)} if offset else {})
        case WaitFor(_, on, most, came, missed):
            told = {"wait_for": _listen(on), "most": duration_text(most)}
            return told | _ways(came, missed)
        case Branch(_, when, then, otherwise):
            return {"if": when} | _ways(then, otherwise)
        case Split(_, ways):
            return {
                "split": [
                    {"share": way.share}
                    | ({"name": way.name} if way.name else {})
                    | {"steps": _steps(way.steps)}
                    for way in ways
                ]
            }
        case Do(_, action, parameters):
            return {"do": action} | ({"with": dict(parameters)} if parameters else {})
        case Leave(_, reason):
            return {"leave": reason or True}


def _ways(then: tuple[Step, ...], otherwise: tuple[Step, ...]) -> dict[str, Any]:
    return ({"then": _steps(then)} if then else {}) | ({"else": _steps(otherwise)} if otherwise else {})
