"""When an alert is raised, and how much may be sent: every number of this room, with its source."""

from __future__ import annotations

from datetime import timedelta

# Specification, act, section 3: the "negative review from repeat customer" has at most 2 stars, its author at
# least 2 orders.
NEGATIVE_STARS = 2
REPEAT_ORDERS = 2
# The same place: "NPS 0-6 after previous 9-10", and "NPS 9-10" as the opportunity.
DETRACTOR_HIGHEST = 6
PROMOTER_LOWEST = 9
# The same place: a high-value customer is in the top 25 % by lifetime spend among those who bought.
HIGH_VALUE_SHARE = 0.25
# Proposal: the spend that this takes is worked out anew after a day.
HIGH_VALUE_KEPT = timedelta(days=1)
# The same place: a "social complaint with high engagement" has so many interactions, or so many follow its author.
LOUD_INTERACTIONS = 50
LOUD_FOLLOWERS = 10_000
# Proposal: how long one can see what was checked and what came of it.
EVALUATIONS_KEPT = timedelta(days=90)
# The same place: duplicates collapse for a day.
COLLAPSE = timedelta(hours=24)
# Proposal: an order or a merge that we hear of up to a day after the review still counts.
LATE_FACTS = timedelta(hours=24)

# Proposal: messages of one store an hour, counted apart for the team and for everybody else, so that a
# runaway campaign cannot hold up the alerts about it.
BLAST_CAP = 1_000
# Proposal: waits between attempts, in minutes, together a day; ten attempts in all.
RETRY_MINUTES = (1, 3, 10, 30, 60, 120, 240, 420, 540)
# How long a sender has for one attempt; longer than any channel's own time-outs together.
LEASE = timedelta(minutes=10)
