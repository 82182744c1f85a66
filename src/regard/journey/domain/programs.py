"""The programs of a store's journeys, read once: a version never changes."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

import msgspec

from regard.core.domain.written.reading import DefinitionInvalid
from regard.journey.domain.definition.parts import Definition
from regard.journey.domain.definition.program import Program, program_of
from regard.journey.domain.definition.reading import read_definition
from regard.journey.models import JourneyState, JourneyVersion

log = logging.getLogger("regard.journeys")

VERSIONS_KEPT = 2_000


@dataclass(frozen=True)
class Running:
    """A version of a journey, ready to be walked."""

    journey_id: int
    key: str
    state: str
    holdout: int
    version_id: int
    number: int
    is_current: bool
    program: Program


def running_journeys(store_id: int) -> list[Running]:
    """Every version of the store's journeys that somebody may be inside of, by journey. One query."""
    return _running(
        JourneyVersion.objects.filter(journey__store_id=store_id)
        .exclude(journey__state=JourneyState.DRAFT)
        .values_list("pk", flat=True)
    )


def running_versions(version_ids: Collection[int]) -> dict[int, Running]:
    """These versions, by id, without those that cannot be read any more. One query."""
    return {running.version_id: running for running in _running(version_ids)}


def running_as_if_on(definition: Definition) -> Running:
    """A definition that nobody has kept, to ask what would happen."""
    return Running(
        journey_id=0, key=definition.key, state="", holdout=definition.holdout, version_id=0, number=0,
        is_current=False, program=program_of(definition),
    )  # fmt: skip


def _running(version_ids: Iterable[int]) -> list[Running]:
    rows = JourneyVersion.objects.filter(pk__in=version_ids).select_related("journey")
    return [
        Running(
            journey_id=version.journey_id,
            key=version.journey.key,
            state=version.journey.state,
            holdout=version.journey.holdout,
            version_id=version.pk,
            number=version.number,
            is_current=version.journey.current_id == version.pk,
            program=program,
        )
        for version in rows.order_by("journey_id", "id")
        if (program := _program_or_none(version))
    ]


def _program_or_none(version: JourneyVersion) -> Program | None:
    """None for one that this release cannot read: it must not hold up the others."""
    try:
        return _program(msgspec.json.encode(version.definition))
    except DefinitionInvalid:
        log.exception("version %d of journey %s cannot be read", version.number, version.journey.key)
        return None


@lru_cache(maxsize=VERSIONS_KEPT)
def _program(definition: bytes) -> Program:
    """By its text and not by an id, which says nothing of what stood there in another database."""
    return program_of(read_definition(msgspec.json.decode(definition)))
