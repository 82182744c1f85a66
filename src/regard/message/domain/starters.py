"""The templates that come along: written once for every store, which makes them its own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml

from regard.core.models import Store
from regard.message.domain.templates import (
    TemplateDefinition,
    add_templates,
    read_definition,
    template_named,
)
from regard.message.models import Template


@cache
def starters() -> Mapping[str, TemplateDefinition]:
    """All that come along, by key."""
    folder = resources.files("regard.message") / "starters"
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name
    )
    written = [template for file in files for template in yaml.safe_load(file.read_text("utf-8"))]
    found = [read_definition(template) for template in written]
    return {definition.key: definition for definition in found}


def ensure_template(store: Store, key: str, actor: str) -> Template | None:
    """The store's template of this key; if it has none but one comes along, that is added; else None."""
    template = template_named(store, key)
    if template is None and key in starters():
        add_templates(store, [starters()[key]], actor=actor)
        template = template_named(store, key)
    return template


def add_starters(store: Store, actor: str) -> int:
    """Add all that come along and that the store has not; gives how many. What is there stays as it is."""
    return add_templates(store, missing_starters(store), actor=actor)


def missing_starters(store: Store) -> list[TemplateDefinition]:
    """Those that come along and that the store has not. One query."""
    held = Template.objects.filter(store=store, key__in=starters())
    known = set(held.values_list("key", flat=True))
    return [definition for key, definition in starters().items() if key not in known]
