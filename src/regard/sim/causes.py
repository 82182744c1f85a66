"""What causes what in the made-up store: every number that a test may try to find again.

Satisfaction is told from 0 to 1; a difference of 0.1 is a point of recommendation (0 to 10), and four tenths of a
star. Chances are additive: a late parcel adds LATE_LEAVES to the chance that a customer of middling patience
never orders again. Answers to surveys are given whatever was felt, so that they can be taken at face value;
reviews are not: who is angry or delighted writes more.
"""

from __future__ import annotations

# What an order does to the satisfaction with it.
CONTENT = 0.80  # of somebody to whom nothing bad happens
LENIENCY = 0.08  # people differ by up to this, both ways
LATE_HURTS = 0.28
POOR_HURTS = 0.26  # the product is faulty or worse than it looked
SMALL_HURTS = 0.30  # it is smaller than its size says
LINGERS = 0.25  # of what was felt about the order before
SPREAD = 5.0  # concentration of the beta distribution that an answer is drawn from

# Whether they come back. Harm is multiplied by impatience, which is 1 on average.
LEAVES = 0.10  # the chance to never order again after an order
CORE_LEAVES = 0.04  # of the loyal core
LATE_LEAVES = 0.16
POOR_LEAVES = 0.14
SMALL_LEAVES = 0.12

# The recovery trial: of orders that went wrong a random half gets an apology with a voucher.
RECOVERY_SHARE = 0.5
RECOVERY_LIFTS = 0.15  # satisfaction afterwards
RECOVERY_KEEPS = 0.07  # taken off the chance to leave

# Tickets, and what their handling does to satisfaction afterwards.
TICKET_PLAIN, TICKET_LATE, TICKET_POOR, TICKET_SMALL = 0.03, 0.34, 0.28, 0.22
HANDLED_LIFTS = 0.06  # that somebody answered at all
SLOW_HURTS = 0.06  # a day until it was solved
LONGEST_HANDLING = 72.0  # hours
EFFORT = 0.18  # of a ticket that is solved at once, from 0 to 1
EFFORT_A_DAY = 0.20

# Returns of the first product of an order.
RETURN_PLAIN, RETURN_POOR, RETURN_SMALL = 0.04, 0.40, 0.62

# Prices: units sold fall with (new price / old price) to the power of minus this, for a middling sensitivity.
ELASTICITY = 1.6
PRICE_RISE = 1.18

# Parcels.
CARRIER_FAILS = 0.72  # share of late parcels of the failing carrier, where and when it fails
PEAK_LATENESS = 0.06  # added in the week after Black Friday
SMALL_IN_BATCH = 0.62
SMALL_ELSEWHERE = 0.03

# Demand.
PEAK = 5.0  # orders from Black Friday to the Monday after, as a multiple of other days
PEAK_WEEK = 1.8  # in the days before
PEAK_DISCOUNT = 0.20
LOYAL_CORE = 0.08  # share of the customers
CORE_ORDERS, OTHER_ORDERS = 8.0, 1.5  # orders a year
