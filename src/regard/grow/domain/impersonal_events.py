"""What stays of this room's facts when the person that they are about is erased."""

from __future__ import annotations

from regard.capture.domain.impersonal import one_of, thing
from regard.core.registry import impersonal_fields
from regard.grow.domain.event_words import SENTENCES
from regard.grow.models import ProgrammeKind


def register_impersonal_fields() -> None:
    """Fill the registry; once, at start-up."""
    kept = {"programme": thing, "kind": one_of(frozenset(ProgrammeKind.values))}
    for fact in SENTENCES:
        impersonal_fields.add(fact.__name__, kept)
