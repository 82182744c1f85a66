"""What stays of this room's facts when the person that they are about is erased."""

from __future__ import annotations

from regard.capture.domain.impersonal import one_of, thing
from regard.core.registry import impersonal_fields
from regard.journey.facts import JourneyEnded, JourneyEntered
from regard.journey.models import EnrolmentState


def register_impersonal_fields() -> None:
    """Fill the registry; once, at start-up."""
    impersonal_fields.add(JourneyEntered.__name__, {"journey": thing})
    impersonal_fields.add(JourneyEnded.__name__, {"journey": thing, "outcome": one_of(EnrolmentState.values)})
