"""Reading what people write down in YAML or JSON: everything that is wrong is told at once, with its place."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from regard.core.domain.written.durations import read_duration

LONGEST_TEXT = 200_000  # characters of a whole text


@dataclass(frozen=True)
class Problem:
    """where: a place such as "steps.2.then.1.wait"; said: what is wrong there and what to do about it."""

    where: str
    said: str

    def __str__(self) -> str:
        return f"{self.where}: {self.said}"


class DefinitionInvalid(ValidationError):
    """Something written down that cannot be kept; `problems` has everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__({"definition": [str(problem) for problem in self.problems]})


def read_plain(text: str) -> Any:
    """The plain values that a text in YAML holds. Raises DefinitionInvalid."""
    if len(text) > LONGEST_TEXT:
        said = _("A text has %d characters at the most.") % LONGEST_TEXT
        raise DefinitionInvalid([Problem(_("the text"), said)])
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = _("line %d") % (mark.line + 1) if mark else _("the text")
        raise DefinitionInvalid(
            [Problem(line, _("This is no YAML: %s.") % getattr(error, "problem", error))]
        ) from None


class ValuesReader:
    """Reads on after what it cannot read, so that everything wrong is told at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def finish(self) -> None:
        """Raises DefinitionInvalid if anything was wrong."""
        if self.problems:
            raise DefinitionInvalid(self.problems)

    def say(self, where: str, said: str) -> None:
        self.problems.append(Problem(where, said))

    def span(self, value: Any, where: str) -> timedelta:
        try:
            return read_duration(str(value))
        except ValueError:
            self.say(where, _("Write a time such as 4 hours, 14 days or 2 weeks, up to three years."))
            return timedelta()

    def text(self, told: Mapping[str, Any], name: str, where: str, *, required: bool = False) -> str:
        value = told.get(name, "")
        place = f"{where}.{name}" if where else name
        if not isinstance(value, str) or len(value) > 10_000 or "\0" in value:
            self.say(place, _("A text is wanted."))
            return ""
        if required and not value.strip():
            self.say(place, _("This is missing."))
        return value.strip()

    def texts(
        self, told: Mapping[str, Any], name: str, where: str, *, required: bool = False
    ) -> tuple[str, ...]:
        value = told.get(name, [])
        place = f"{where}.{name}" if where else name
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or not all(isinstance(each, str) and each.strip() for each in texts):
            self.say(place, _("A text is wanted, or a list of them."))
            return ()
        if required and not texts:
            self.say(place, _("This is missing."))
        return tuple(each.strip() for each in texts)

    def whole(
        self, told: Mapping[str, Any], name: str, where: str, *, usual: int, most: int, least: int = 0
    ) -> int:
        value = told.get(name, usual)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            place = f"{where}.{name}" if where else name
            self.say(
                place,
                _("A whole number from %(least)d to %(most)d is wanted.") % {"least": least, "most": most},
            )
            return usual
        return value

    def items(self, told: Mapping[str, Any], name: str, where: str) -> list[Any]:
        value = told.get(name) or []
        if not isinstance(value, list):
            self.say(f"{where}.{name}".lstrip("."), _("A list is wanted."))
            return []
        return value

    def mapping(self, values: Any, where: str, fields: Collection[str] | None) -> dict[str, Any]:
        """fields: that there are; None for any."""
        if not isinstance(values, dict):
            self.say(where, _("Fields with values are wanted here."))
            return {}
        told = {str(name): value for name, value in values.items()}
        for name in [] if fields is None else sorted(set(told) - set(fields)):
            close = difflib.get_close_matches(name, fields or (), n=1)
            known = _("There are: %s.") % ", ".join(sorted(fields or ()))
            hint = _("Did you mean %s?") % close[0] if close else known
            self.say(where, _("There is no field %s.") % name + " " + hint)
        return told
