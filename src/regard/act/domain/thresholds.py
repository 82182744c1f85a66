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
# The same place: "or CSI crosses 80", which is the least of its highest band.
REFERRAL_CSI = 80
# The same place: a high-value customer is in the top 25 % by lifetime spend among those who bought.
HIGH_VALUE_SHARE = 0.25
# The same place: a "social complaint with high engagement" has so many interactions, or so many follow its author.
LOUD_INTERACTIONS = 50
LOUD_FOLLOWERS = 10_000
# The same place: the "7-day mean 5 % below the 28-day mean, n >= 20"; and the "28-day mean up 5 %", where
# the number of answers that it takes is a proposal.
TREND_RECENT = timedelta(days=7)
TREND_BASELINE = timedelta(days=28)
TREND_SHARE = 0.05
TREND_ANSWERS = 20
# The same place: "-0.3 on 1-5". Proposal: in 28 days with 10 ratings, against 20 of the year before.
PRODUCT_FALL_STARS = 0.3
PRODUCT_RECENT = timedelta(days=28)
PRODUCT_BASELINE = timedelta(days=365)
PRODUCT_RATINGS, PRODUCT_RATINGS_BEFORE = 10, 20
# The same place: "on-time -5 points". Proposal: of 20 deliveries in 7 days, against the 28 days before.
LATE_POINTS = 5
LATE_DELIVERIES = 20
# The same place: "+25 % week on week and >= 10 tickets".
VOLUME_SHARE = 0.25
VOLUME_LEAST = 10
# The same place: health of 60, and an average order value or a frequency of orders that rises. Proposal: the
# value by 5 %, after two orders; or at least three orders in 90 days, half as many again as in the 90 before,
# after two. Of a week the hundred who have spent most.
EXPANSION_HEALTH = 60
EXPANSION_SHARE = 0.05
EXPANSION_ORDERS = 2
EXPANSION_SPAN = timedelta(days=90)
EXPANSION_OFTEN, EXPANSION_OFTEN_RISE = 3, 1.5
EXPANSION_MOST = 100
# Proposal: what goes on is news again after a week for warnings, after four for opportunities.
WARNING_COLLAPSE = timedelta(days=7)
OPPORTUNITY_COLLAPSE = timedelta(days=28)
# Proposal: the hour, in the store's time zone, from which digests are made; the weekly one on Mondays.
DIGEST_HOUR = 8
DIGEST_LINES = 10  # of each kind; the rest is counted, and on the page
# Proposal: of a store's critical alerts within so long, so many are told each by itself; those on top together.
BURST_SPAN = timedelta(minutes=10)
BURST_ALONE = 5
# Specification, act, section 6: a detractor is called within four hours. Proposal: every critical alert is handled
# within these; the others, of which digests tell, have no such time.
CRITICAL_WITHIN = timedelta(hours=4)
# Proposal: how long one can see what was checked and what came of it.
EVALUATIONS_KEPT = timedelta(days=90)
# The same place: duplicates collapse for a day.
COLLAPSE = timedelta(hours=24)
# Proposal: an order or a merge that we hear of up to a day after the review still counts.
LATE_FACTS = timedelta(hours=24)
# Proposal: what is told by the way, as by a phone that was offline, is news for a week; older things are history.
NEWS_AGE = timedelta(days=7)

# Proposal: messages of one store an hour that are no marketing, counted apart for each purpose, so that none holds
# up the alerts about it. What marketing may leave in an hour is a store's setting, see domain/holding.py.
BLAST_CAP = 1_000
BLAST_SPAN = timedelta(hours=1)
# Proposal: waits between attempts, in minutes, together a day; ten attempts in all.
RETRY_MINUTES = (1, 3, 10, 30, 60, 120, 240, 420, 540)
# Proposal: how long a sender leaves a channel alone that is down; each time twice as long, up to the longest.
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=1)
# How long a sender has for one attempt; longer than any channel's own time-outs together.
LEASE = timedelta(minutes=10)

# Specification, act, section 10: a cap of so many promotional messages a week, which is a store's setting; halved,
# as the same number in two weeks, after 90 days without an opening.
CAP_SPAN = timedelta(days=7)
DISENGAGED_AFTER = timedelta(days=90)
# How soon a message asks again that lets others go first.
LOOK_AGAIN = timedelta(minutes=1)

# At what hour a customer is written to, spec act §10 [P].
USUAL_HOUR = 10  # while too little was sent to know better
LEAST_SENDS = 5
