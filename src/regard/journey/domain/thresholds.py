"""Every number of journeys, with its source. [P]: proposed by the specification."""

from __future__ import annotations

from datetime import timedelta

NEWS_AGE = timedelta(days=2)  # what happened longer ago and is told only now starts nothing
CHUNK = 500  # enrolments that a runner takes at a time
RETRIES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
LOOK_EVERY = 1.0  # seconds between looks when nobody calls
CHECKS_KEPT = timedelta(days=90)
HISTORY_ASKED = timedelta(days=90)  # that "who would have entered" looks back
