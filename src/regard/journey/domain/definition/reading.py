"""A journey from the plain values that YAML and JSON hold. All that is wrong is told at once, with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from regard.core.domain.written.reading import ValuesReader, read_plain
from regard.journey.domain.definition.parts import (
    CHOSEN_FROM,
    GOOD_HOUR,
    INSTANCES,
    Again,
    AlertStart,
    Branch,
    DateStart,
    Definition,
    Do,
    EventStart,
    Exit,
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
    Way,
)

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
STEP_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
FIELDS = {
    "journey", "name", "description", "start", "who", "only_while", "instance", "holdout", "priority", "topic",
    "again", "playbook", "exits", "steps",
}  # fmt: skip
KINDS = ("send", "wait", "until", "wait_for", "if", "split", "do", "leave")
BESIDE: Mapping[str, set[str]] = {
    "send": {"channel", "outdated", "others"}, "wait": set(), "until": {"offset"},
    "wait_for": {"most", "then", "else"},
    "if": {"then", "else"}, "split": set(), "do": {"with"}, "leave": set(),
}  # fmt: skip
MOST_STEPS = 500
DEEPEST = 20


def read_yaml(text: str) -> Definition:
    """The journey that a text in YAML holds. Raises DefinitionInvalid."""
    return read_definition(read_plain(text))


def read_definition(values: Any) -> Definition:
    """The journey that plain values hold. Steps without an id get one. Raises DefinitionInvalid."""
    reader = _Reader()
    definition = reader.definition(values)
    reader.check_size()
    reader.finish()
    return definition


class _Reader(ValuesReader):
    def __init__(self) -> None:
        super().__init__()
        self._taken: set[str] = set()  # ids that stand somewhere in the text
        self._seen: set[str] = set()  # those that were read
        self._steps_read = 0

    def definition(self, values: Any) -> Definition:
        told = self.mapping(values, "journey", FIELDS)
        self._taken = {str(step["id"]) for step in _all_steps(told.get("steps")) if "id" in step}
        key = self.text(told, "journey", "", required=True)
        if key and not KEY.fullmatch(key):
            self.say("journey", _("Use small letters, digits and hyphens, 60 at the most."))
        return Definition(
            key=key,
            name=self.text(told, "name", "", required=True),
            description=self.text(told, "description", ""),
            start=self._start(told.get("start")),
            who=self.text(told, "who", ""),
            only_while=self.text(told, "only_while", ""),
            instance=self._instance(told),
            holdout=self.whole(told, "holdout", "", usual=10, most=90),
            priority=self.whole(told, "priority", "", usual=50, most=100),
            topic=self.text(told, "topic", ""),
            again=self._again(told.get("again")),
            is_playbook=told.get("playbook") is True,
            exits=tuple(
                self._exit(each, f"exits.{place}")
                for place, each in enumerate(self.items(told, "exits", ""), 1)
            ),
            steps=self._steps(told.get("steps"), "steps", 0),
        )

    def check_size(self) -> None:
        if self._steps_read > MOST_STEPS:
            self.say("steps", _("A journey has %d steps at the most; make two of it.") % MOST_STEPS)

    def _start(self, values: Any) -> Start:  # noqa: PLR0911 - a table
        fields = {
            "event", "where", "score", "into", "before", "segment", "when", "day", "offset", "yearly", "by_hand",
            "alert",
        }  # fmt: skip
        told = self.mapping(values, "start", fields)
        match told:
            case {"event": _event}:
                listen = self._listen(told, "start")
                return EventStart(listen.events, listen.where)
            case {"score": _score}:
                into = self.texts(told, "into", "start", required=True)
                return ScoreStart(
                    self.text(told, "score", "start"), into, self.texts(told, "before", "start")
                )
            case {"alert": _alert}:
                kinds = self.texts(told, "alert", "start", required=True)
                segment = self.text(told, "segment", "start")
                if not segment:
                    self.say("start.segment", _("Name the saved segment whose customers enter."))
                return AlertStart(kinds, segment)
            case {"segment": _segment}:
                if told.get("when", "enters") not in {"enters", "leaves"}:
                    self.say("start.when", _("Write enters or leaves."))
                return SegmentStart(self.text(told, "segment", "start"), told.get("when") == "leaves")
            case {"day": _day}:
                offset = self.whole(told, "offset", "start", usual=0, least=-365, most=365)
                return DateStart(self.text(told, "day", "start"), offset, told.get("yearly") is True)
            case {"by_hand": True}:
                return HandStart()
        self.say("start", _("Say what it starts with: event, score, segment, day, alert, or by_hand: true."))
        return HandStart()

    def _others(self, told: Mapping[str, Any], channel: str, where: str) -> dict[str, str]:
        """The templates for other channels than the step's own, which may have been another before."""
        if not told.get("others"):
            return {}
        if channel not in CHOSEN_FROM:
            self.say(where, _("Only among these channels can be chosen: %s.") % ", ".join(CHOSEN_FROM))
        others = self.mapping(told["others"], where, CHOSEN_FROM)
        names = [name for name in CHOSEN_FROM if name != channel and others.get(name)]
        return {name: self.text(others, name, where) for name in names}

    def _listen(self, told: Mapping[str, Any], where: str) -> Listen:
        return Listen(
            self.texts(told, "event", where, required=True),
            self.text(told, "where", where),
            told.get("same") is True,
        )

    def _exit(self, values: Any, where: str) -> Exit:
        told = self.mapping(values, where, {"event", "where", "same", "goal"})
        return Exit(self._listen(told, where), told.get("goal") is True)

    def _instance(self, told: Mapping[str, Any]) -> str:
        name = self.text(told, "instance", "") or "customer"
        if name not in INSTANCES and not re.fullmatch(r"event\.\w+(\.\w+)*", name):
            choices = ", ".join(INSTANCES)
            self.say("instance", _("Use one of %s, or a path such as event.subscription_id.") % choices)
        return name

    def _again(self, value: Any) -> Again | timedelta:
        match value:
            case None:
                return timedelta(days=14)
            case "never":
                return "never"
            case "always":
                return "always"
            case str() if value.startswith("after "):
                return self.span(value.removeprefix("after "), "again")
        self.say("again", _("Write never, always, or after and a time, such as after 14 days."))
        return "never"

    def _steps(self, values: Any, where: str, depth: int) -> tuple[Step, ...]:
        if values is None:
            return ()
        if not isinstance(values, list):
            self.say(where, _("A list of steps is wanted."))
            return ()
        if depth > DEEPEST:
            self.say(where, _("Steps are nested too deeply; make two journeys of it."))
            return ()
        found = []
        for place, each in enumerate(values, 1):
            self._steps_read += 1
            if self._steps_read > MOST_STEPS:
                break
            found.append(self._step(each, f"{where}.{place}", depth))
        return tuple(step for step in found if step is not None)

    def _step(self, values: Any, where: str, depth: int) -> Step | None:
        kinds = [kind for kind in KINDS if isinstance(values, dict) and kind in values]
        if len(kinds) != 1:
            self.say(where, _("A step says one of: %s.") % ", ".join(KINDS))
            return None
        told = self.mapping(values, where, {"id", "name", kinds[0], *BESIDE[kinds[0]]})
        return self._step_of(kinds[0], told, self._id(told, where), where, depth)

    def _step_of(self, kind: str, told: Mapping[str, Any], step_id: str, where: str, depth: int) -> Step:  # noqa: PLR0911 - a table
        name = self.text(told, "name", where)
        then, otherwise = (
            self._steps(told.get(way), f"{where}.{way}", depth + 1) for way in ("then", "else")
        )
        match kind:
            case "send":
                outdated = self.span(told.get("outdated", "3 days"), f"{where}.outdated")
                channel = self.text(told, "channel", where) or "email"
                template = self.text(told, "send", where, required=True)
                others = self._others(told, channel, f"{where}.others")
                return Send(step_id, template, channel, outdated, name, others)
            case "wait":
                return Wait(step_id, self.span(told["wait"], f"{where}.wait"), name)
            case "until":
                return self._until(told, step_id, where, name)
            case "wait_for":
                inner = self.mapping(told["wait_for"], f"{where}.wait_for", {"event", "where", "same"})
                most = self.span(told.get("most", "30 days"), f"{where}.most")
                return WaitFor(step_id, self._listen(inner, f"{where}.wait_for"), most, then, otherwise, name)
            case "if":
                return Branch(step_id, self.text(told, "if", where, required=True), then, otherwise, name)
            case "split":
                return Split(step_id, self._ways(told["split"], f"{where}.split", depth), name)
            case "do":
                given = self.mapping(told.get("with") or {}, f"{where}.with", None)
                return Do(step_id, self.text(told, "do", where, required=True), given, name)
            case _:
                reason = told["leave"] if isinstance(told["leave"], str) else ""
                return Leave(step_id, reason, name)

    def _until(self, told: Mapping[str, Any], step_id: str, where: str, name: str) -> Step:
        offset = self.span(told["offset"], f"{where}.offset") if "offset" in told else timedelta()
        moment = told["until"]
        if isinstance(moment, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", moment):
            try:
                moment = date.fromisoformat(moment)
            except ValueError:
                self.say(f"{where}.until", _("There is no such day; write it as 2026-01-31."))
        if not (isinstance(moment, date) or moment == GOOD_HOUR or str(moment).startswith("event.")):
            said = _("Write a day (2026-12-01), “good hour”, or what the event tells (event.delivery_date).")
            self.say(f"{where}.until", said)
        return WaitUntil(step_id, moment, offset, name)

    def _ways(self, values: Any, where: str, depth: int) -> tuple[Way, ...]:
        ways = []
        for place, each in enumerate(values if isinstance(values, list) else [], 1):
            told = self.mapping(each, f"{where}.{place}", {"share", "name", "steps"})
            share = self.whole(told, "share", f"{where}.{place}", usual=0, most=100)
            steps = self._steps(told.get("steps"), f"{where}.{place}.steps", depth + 1)
            ways.append(Way(share, steps, self.text(told, "name", f"{where}.{place}")))
        if sum(way.share for way in ways) != 100 or len(ways) < 2:
            self.say(where, _("Give two or more ways whose shares add up to 100 percent."))
        return tuple(ways)

    def _id(self, told: Mapping[str, Any], where: str) -> str:
        """Given ones are unique; others get the next number that is free."""
        if told.get("id") is None:
            free = (f"s{number}" for number in range(1, MOST_STEPS * 2) if f"s{number}" not in self._taken)
            made = next(free)
            self._taken.add(made)
            return made
        given = str(told["id"])
        if not STEP_ID.fullmatch(given):
            self.say(f"{where}.id", _("Use letters, digits, hyphens and underscores, 40 at the most."))
        if given in self._seen:
            self.say(f"{where}.id", _("Another step has the id %s; ids are given once.") % given)
        self._seen.add(given)
        return given


def _all_steps(steps: Any) -> list[dict[str, Any]]:
    """Every step, however deep, of values that nobody has checked."""
    found: list[dict[str, Any]] = []
    waiting = [steps]
    while waiting and len(found) <= MOST_STEPS * 4:
        item = waiting.pop()
        if isinstance(item, list):
            waiting += item
        elif isinstance(item, dict):
            found.append(item)
            waiting += [value for name, value in item.items() if name in {"then", "else", "steps", "split"}]
    return found
