"""By which names of columns a field is known."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files

from regard.core.registry import ImportField


def names_of(field: ImportField) -> tuple[tuple[str, ...], ...]:
    """The field's names, from the surest to the least: its own, the English ones, those of other languages."""
    return (field.name,), field.synonyms, _foreign_names().get(field.name, ())


def is_same_name(column: str, name: str) -> bool:
    """Whether a column is called like this, however its words are joined: OrderID, "Order ID", order_id."""
    return joined(column) == joined(name)


def joined(name: str) -> str:
    """A name as its small letters and digits alone, without accents."""
    plain = unicodedata.normalize("NFKD", name.lower().replace("ß", "ss"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "", letters)


@cache
def _foreign_names() -> dict[str, tuple[str, ...]]:
    table = tomllib.loads((files("regard.capture.domain.imports") / "column_names.toml").read_text("utf-8"))
    found: dict[str, tuple[str, ...]] = {}
    for names_by_field in table.values():
        for field, names in names_by_field.items():
            found[field] = (*found.get(field, ()), *names)
    return found
