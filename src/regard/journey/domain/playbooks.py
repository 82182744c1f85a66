"""The journeys that ship with Regard, ready to be switched on: a file each in `journey/playbooks/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from regard.core.models import Store
from regard.journey.domain.definition.parts import Definition
from regard.journey.domain.definition.reading import read_yaml
from regard.journey.domain.journeys import save_journey
from regard.journey.models import Journey

AVAILABLE = "available"  # the state of one that the store has not got yet


@dataclass(frozen=True)
class Playbook:
    """journey: the store's own, None while it has not got it."""

    definition: Definition
    journey: Journey | None

    @property
    def state(self) -> str:
        return self.journey.state if self.journey else AVAILABLE


@cache
def shipped_playbooks() -> Mapping[str, Definition]:
    """By key, in the order of their files."""
    found = (each for each in files("regard.journey").joinpath("playbooks").iterdir())
    texts = sorted((each.name, each.read_text("utf-8")) for each in found if each.name.endswith(".yaml"))
    definitions = (read_yaml(text) for _name, text in texts)
    return {definition.key: definition for definition in definitions}


def playbooks_of(store: Store) -> list[Playbook]:
    """All that ship, as the store has them. One query."""
    shipped = shipped_playbooks()
    own = {journey.key: journey for journey in Journey.objects.filter(store=store, key__in=shipped)}
    return [Playbook(definition, own.get(key)) for key, definition in shipped.items()]


def add_playbook(store: Store, key: str, *, actor: str) -> Journey:
    """The store's own copy, as a draft; one that it has stays as it is. Raises KeyError for no playbook."""
    definition = shipped_playbooks()[key]
    known = Journey.objects.filter(store=store, key=key).first()
    return known or save_journey(store, definition, actor=actor)
