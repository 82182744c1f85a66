"""Mappings that Regard knows, a TOML file each, in the format that people write their own in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from django.utils.translation import gettext as _

from regard.capture.domain.imports.mapping import Mapping, read_mapping
from regard.capture.domain.imports.problem import ImportProblem

GENERIC = "generic"  # says: guess by the column names, whatever they look like


@cache
def presets() -> dict[str, Mapping]:
    """By name, such as shopify-orders."""
    found = files("regard.capture.domain.imports") / "presets"
    return {
        file.name.removesuffix(".toml"): read_mapping(file.read_text("utf-8"), file.name)
        for file in sorted(found.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".toml")
    }


def preset_named(name: str) -> Mapping:
    """Raises ImportProblem for a name that there is not."""
    try:
        return presets()[name]
    except KeyError:
        reason = _("There is no preset %(name)s; there are: %(names)s.")
        told = {"name": name, "names": ", ".join([GENERIC, *presets()])}
        raise ImportProblem("preset", reason % told) from None


def recognise(header: Sequence[str], kind: str = "") -> str:
    """The preset that a file with these columns is after, for who asks for this kind, if any; "" for none."""
    columns = set(header)
    fitting = {
        name: len(preset.recognised_by)
        for name, preset in presets().items()
        if columns.issuperset(preset.recognised_by)
        and (not kind or any(section.kind == kind for section in preset.imports))
    }
    return max(fitting, key=lambda name: fitting[name], default="")
