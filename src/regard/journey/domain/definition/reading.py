"""A journey from the plain values that YAML and JSON hold. All that is wrong is told at once, with its place."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from regard.journey.domain.definition.durations import read_duration
from regard.journey.domain.definition.parts import (
    INSTANCES,
    Again,
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
    "send": {"channel", "outdated"}, "wait": set(), "until": {"offset"}, "wait_for": {"most", "then", "else"},
    "if": {"then", "else"}, "split": set(), "do": {"with"}, "leave": set(),
}  # fmt: skip
MOST_STEPS = 500
LONGEST_TEXT = 200_000
DEEPEST = 20


@dataclass(frozen=True)
class Problem:
    """where: a place such as "steps.2.then.1.wait"; said: what is wrong there and what to do about it."""

    where: str
    said: str

    def __str__(self) -> str:
        return f"{self.where}: {self.said}"


class DefinitionInvalid(ValidationError):
    """A journey that cannot be kept; `problems` has everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__({"definition": [str(problem) for problem in self.problems]})


def read_yaml(text: str) -> Definition:
    """The journey that a text in YAML holds. Raises DefinitionInvalid."""
    if len(text) > LONGEST_TEXT:
        said = _("A journey's text has %d characters at the most.") % LONGEST_TEXT
        raise DefinitionInvalid([Problem(_("the text"), said)])
    try:
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = _("line %d") % (mark.line + 1) if mark else _("the text")
        raise DefinitionInvalid(
            [Problem(line, _("This is no YAML: %s.") % getattr(error, "problem", error))]
        ) from None
    return read_definition(values)


def read_definition(values: Any) -> Definition:
    """The journey that plain values hold. Steps without an id get one. Raises DefinitionInvalid."""
    reader = _Reader()
    definition = reader.definition(values)
    reader.check_size()
    if reader.problems:
        raise DefinitionInvalid(reader.problems)
    return definition


class _Reader:
    """Reads on after what it cannot read, so that everything wrong is told at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._taken: set[str] = set()  # ids that stand somewhere in the text
        self._seen: set[str] = set()  # those that were read
        self._steps_read = 0

    def definition(self, values: Any) -> Definition:
        told = self._mapping(values, "journey", FIELDS)
        self._taken = {str(step["id"]) for step in _all_steps(told.get("steps")) if "id" in step}
        key = self._text(told, "journey", "", required=True)
        if key and not KEY.fullmatch(key):
            self._say("journey", _("Use small letters, digits and hyphens, 60 at the most."))
        return Definition(
            key=key,
            name=self._text(told, "name", "", required=True),
            description=self._text(told, "description", ""),
            start=self._start(told.get("start")),
            who=self._text(told, "who", ""),
            only_while=self._text(told, "only_while", ""),
            instance=self._instance(told),
            holdout=self._whole(told, "holdout", "", usual=10, most=90),
            priority=self._whole(told, "priority", "", usual=50, most=100),
            topic=self._text(told, "topic", ""),
            again=self._again(told.get("again")),
            is_playbook=told.get("playbook") is True,
            exits=tuple(
                self._exit(each, f"exits.{place}")
                for place, each in enumerate(self._list(told, "exits", ""), 1)
            ),
            steps=self._steps(told.get("steps"), "steps", 0),
        )

    def check_size(self) -> None:
        if self._steps_read > MOST_STEPS:
            self._say("steps", _("A journey has %d steps at the most; make two of it.") % MOST_STEPS)

    def _start(self, values: Any) -> Start:
        fields = {
            "event", "where", "score", "into", "before", "segment", "when", "day", "offset", "yearly", "by_hand",
        }  # fmt: skip
        told = self._mapping(values, "start", fields)
        match told:
            case {"event": _event}:
                listen = self._listen(told, "start")
                return EventStart(listen.events, listen.where)
            case {"score": _score}:
                into = self._texts(told, "into", "start", required=True)
                return ScoreStart(
                    self._text(told, "score", "start"), into, self._texts(told, "before", "start")
                )
            case {"segment": _segment}:
                if told.get("when", "enters") not in {"enters", "leaves"}:
                    self._say("start.when", _("Write enters or leaves."))
                return SegmentStart(self._text(told, "segment", "start"), told.get("when") == "leaves")
            case {"day": _day}:
                offset = self._whole(told, "offset", "start", usual=0, least=-365, most=365)
                return DateStart(self._text(told, "day", "start"), offset, told.get("yearly") is True)
            case {"by_hand": True}:
                return HandStart()
        self._say("start", _("Say what it starts with: event, score, segment, day, or by_hand: true."))
        return HandStart()

    def _listen(self, told: Mapping[str, Any], where: str) -> Listen:
        return Listen(
            self._texts(told, "event", where, required=True),
            self._text(told, "where", where),
            told.get("same") is True,
        )

    def _exit(self, values: Any, where: str) -> Exit:
        told = self._mapping(values, where, {"event", "where", "same", "goal"})
        return Exit(self._listen(told, where), told.get("goal") is True)

    def _instance(self, told: Mapping[str, Any]) -> str:
        name = self._text(told, "instance", "") or "customer"
        if name not in INSTANCES and not re.fullmatch(r"event\.\w+(\.\w+)*", name):
            choices = ", ".join(INSTANCES)
            self._say("instance", _("Use one of %s, or a path such as event.subscription_id.") % choices)
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
                return self._span(value.removeprefix("after "), "again")
        self._say("again", _("Write never, always, or after and a time, such as after 14 days."))
        return "never"

    def _steps(self, values: Any, where: str, depth: int) -> tuple[Step, ...]:
        if values is None:
            return ()
        if not isinstance(values, list):
            self._say(where, _("A list of steps is wanted."))
            return ()
        if depth > DEEPEST:
            self._say(where, _("Steps are nested too deeply; make two journeys of it."))
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
            self._say(where, _("A step says one of: %s.") % ", ".join(KINDS))
            return None
        told = self._mapping(values, where, {"id", "name", kinds[0], *BESIDE[kinds[0]]})
        return self._step_of(kinds[0], told, self._id(told, where), where, depth)

    def _step_of(self, kind: str, told: Mapping[str, Any], step_id: str, where: str, depth: int) -> Step:  # noqa: PLR0911 - a table
        name = self._text(told, "name", where)
        then, otherwise = (
            self._steps(told.get(way), f"{where}.{way}", depth + 1) for way in ("then", "else")
        )
        match kind:
            case "send":
                outdated = self._span(told.get("outdated", "3 days"), f"{where}.outdated")
                channel = self._text(told, "channel", where) or "email"
                return Send(step_id, self._text(told, "send", where, required=True), channel, outdated, name)
            case "wait":
                return Wait(step_id, self._span(told["wait"], f"{where}.wait"), name)
            case "until":
                return self._until(told, step_id, where, name)
            case "wait_for":
                inner = self._mapping(told["wait_for"], f"{where}.wait_for", {"event", "where", "same"})
                most = self._span(told.get("most", "30 days"), f"{where}.most")
                return WaitFor(step_id, self._listen(inner, f"{where}.wait_for"), most, then, otherwise, name)
            case "if":
                return Branch(step_id, self._text(told, "if", where, required=True), then, otherwise, name)
            case "split":
                return Split(step_id, self._ways(told["split"], f"{where}.split", depth), name)
            case "do":
                given = self._mapping(told.get("with") or {}, f"{where}.with", None)
                return Do(step_id, self._text(told, "do", where, required=True), given, name)
            case _:
                reason = told["leave"] if isinstance(told["leave"], str) else ""
                return Leave(step_id, reason, name)

    def _until(self, told: Mapping[str, Any], step_id: str, where: str, name: str) -> Step:
        offset = self._span(told["offset"], f"{where}.offset") if "offset" in told else timedelta()
        moment = told["until"]
        if isinstance(moment, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", moment):
            try:
                moment = date.fromisoformat(moment)
            except ValueError:
                self._say(f"{where}.until", _("There is no such day; write it as 2026-01-31."))
        if not (isinstance(moment, date) or moment == "good hour" or str(moment).startswith("event.")):
            said = _("Write a day (2026-12-01), “good hour”, or what the event tells (event.delivery_date).")
            self._say(f"{where}.until", said)
        return WaitUntil(step_id, moment, offset, name)

    def _ways(self, values: Any, where: str, depth: int) -> tuple[Way, ...]:
        ways = []
        for place, each in enumerate(values if isinstance(values, list) else [], 1):
            told = self._mapping(each, f"{where}.{place}", {"share", "name", "steps"})
            share = self._whole(told, "share", f"{where}.{place}", usual=0, most=100)
            steps = self._steps(told.get("steps"), f"{where}.{place}.steps", depth + 1)
            ways.append(Way(share, steps, self._text(told, "name", f"{where}.{place}")))
        if sum(way.share for way in ways) != 100 or len(ways) < 2:
            self._say(where, _("Give two or more ways whose shares add up to 100 percent."))
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
            self._say(f"{where}.id", _("Use letters, digits, hyphens and underscores, 40 at the most."))
        if given in self._seen:
            self._say(f"{where}.id", _("Another step has the id %s; ids are given once.") % given)
        self._seen.add(given)
        return given

    def _span(self, value: Any, where: str) -> timedelta:
        try:
            return read_duration(str(value))
        except ValueError:
            self._say(where, _("Write a time such as 4 hours, 14 days or 2 weeks, up to three years."))
            return timedelta()

    def _text(self, told: Mapping[str, Any], name: str, where: str, *, required: bool = False) -> str:
        value = told.get(name, "")
        place = f"{where}.{name}" if where else name
        if not isinstance(value, str) or len(value) > 10_000 or "\0" in value:
            self._say(place, _("A text is wanted."))
            return ""
        if required and not value.strip():
            self._say(place, _("This is missing."))
        return value.strip()

    def _texts(
        self, told: Mapping[str, Any], name: str, where: str, *, required: bool = False
    ) -> tuple[str, ...]:
        value = told.get(name, [])
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or not all(isinstance(each, str) and each.strip() for each in texts):
            self._say(f"{where}.{name}", _("A text is wanted, or a list of them."))
            return ()
        if required and not texts:
            self._say(f"{where}.{name}", _("This is missing."))
        return tuple(each.strip() for each in texts)

    def _whole(
        self, told: Mapping[str, Any], name: str, where: str, *, usual: int, most: int, least: int = 0
    ) -> int:
        value = told.get(name, usual)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            place = f"{where}.{name}" if where else name
            self._say(
                place,
                _("A whole number from %(least)d to %(most)d is wanted.") % {"least": least, "most": most},
            )
            return usual
        return value

    def _list(self, told: Mapping[str, Any], name: str, where: str) -> list[Any]:
        value = told.get(name) or []
        if not isinstance(value, list):
            self._say(f"{where}.{name}".lstrip("."), _("A list is wanted."))
            return []
        return value

    def _mapping(self, values: Any, where: str, fields: Collection[str] | None) -> dict[str, Any]:
        """fields: that there are; None for any."""
        if not isinstance(values, dict):
            self._say(where, _("Fields with values are wanted here."))
            return {}
        told = {str(name): value for name, value in values.items()}
        for name in [] if fields is None else sorted(set(told) - set(fields)):
            close = difflib.get_close_matches(name, fields or (), n=1)
            known = _("There are: %s.") % ", ".join(sorted(fields or ()))
            hint = _("Did you mean %s?") % close[0] if close else known
            self._say(where, _("There is no field %s.") % name + " " + hint)
        return told

    def _say(self, where: str, said: str) -> None:
        self.problems.append(Problem(where, said))


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
