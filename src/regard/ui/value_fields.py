"""The fields of a form that changes plain values: each says where in them it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from django.http import QueryDict

Path = tuple[str | int, ...]
# texts: several, with commas between, of which one is kept as a text; list: several, always as a list.
FieldKind = Literal["text", "texts", "list", "area", "choice", "several", "truth", "whole"]
PREFIX = "f."  # of the names of inputs


@dataclass(frozen=True)
class Field:
    """path: where its value stands. choices: of a choice, or of several. options: id of a datalist.

    keeps_empty: an empty text stays where it is instead of being taken away, since the step is of its kind by it.
    turns: whether the other fields are others once it is changed. usual: of truth, what holds unsaid.
    """

    path: Path
    label: str
    kind: FieldKind = "text"
    hint: str = ""
    choices: Sequence[tuple[str, str]] = ()
    options: str = ""
    placeholder: str = ""
    keeps_empty: bool = False
    turns: bool = False
    usual: bool = False
    value: Any = ""
    errors: Sequence[str] = ()

    @property
    def name(self) -> str:
        return PREFIX + ".".join(map(str, self.path))

    @property
    def dom(self) -> str:
        """A name that selectors can say."""
        return self.name.replace(".", "-")

    @property
    def place(self) -> str:
        """As problems name it: places in lists from 1."""
        return ".".join(str(part + 1) if isinstance(part, int) else part for part in self.path)


def filled(fields: Iterable[Field], values: Mapping[str, Any]) -> list[Field]:
    """The fields with what stands at their paths, as inputs show it."""
    return [replace(field, value=_shown(field, _at(values, field.path))) for field in fields]


def read_fields(fields: Iterable[Field], values: dict[str, Any], sent: QueryDict) -> None:
    """Put what was sent to where it belongs; a field that was not sent is left as it was."""
    for field in fields:
        if field.name in sent or f"{field.name}.there" in sent:
            _put(values, field.path, _read(field, sent), keeps_empty=field.keeps_empty)


def _shown(field: Field, value: Any) -> Any:
    if field.kind == "several":
        return [str(each) for each in value] if isinstance(value, list) else []
    if field.kind == "truth":
        return field.usual if value is None else value is True
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None or isinstance(value, bool) else str(value)


def _read(field: Field, sent: QueryDict) -> Any:
    text = sent.get(field.name, "").replace("\0", "").replace("\r\n", "\n").strip()
    match field.kind:
        case "truth":
            return None if bool(text) == field.usual else bool(text)
        case "whole":
            # What is no number stays as it is, and the check says so.
            return int(text) if text.lstrip("-").isdecimal() and len(text) < 10 else text
        case "several":
            return [value.replace("\0", "") for value in sent.getlist(field.name) if value]
        case "texts" | "list":
            several = [part.strip() for part in text.split(",") if part.strip()]
            return several if field.kind == "list" or len(several) > 1 else "".join(several)
        case _:
            return text


def _at(values: Any, path: Path) -> Any:
    for part in path:
        try:
            values = values[part]
        except (KeyError, IndexError, TypeError):
            return None
    return values


def _put(values: Any, path: Path, value: Any, *, keeps_empty: bool) -> None:
    for part in path[:-1]:
        if isinstance(values, dict) and not isinstance(values.get(part), dict | list):
            values[part] = {}
        values = values[part]
    if value in ("", None, []) and not keeps_empty:
        values.pop(path[-1], None)
    else:
        values[path[-1]] = value
