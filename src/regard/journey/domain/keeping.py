"""How long is kept what journeys note of customers."""

from __future__ import annotations

from regard.core import clock
from regard.journey.domain.thresholds import CHECKS_KEPT
from regard.journey.models import Check


def forget_old_checks() -> None:
    """Why somebody did not enter is of no use when it is long ago; ways that were gone stay, as messages do."""
    Check.objects.filter(at__lt=clock.now() - CHECKS_KEPT).delete()
