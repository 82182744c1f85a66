"""How many have come to each step, kept as they come, so that a page with a million enrolments counts nothing."""

from __future__ import annotations

from collections import Counter

from django.db import connection

# What is counted of a step; "" is the journey itself. Waiting are those who wait there now.
ENTERED, HELD_OUT, ENDED, GOAL, CAME, SENT, HELD_BACK, WAITING = (
    "entered", "held_out", "ended", "goal", "came", "sent", "held_back", "waiting",
)  # fmt: skip
Counted = Counter[tuple[int, str, str]]  # by journey id, step and what

ADD = """
    INSERT INTO journey_steptotal AS total (journey_id, step, what, count)
    SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[])
    ON CONFLICT (journey_id, step, what) DO UPDATE SET count = total.count + EXCLUDED.count
"""


def add_totals(counted: Counted) -> None:
    """In the caller's transaction, its last statement if it can be: others wait for these rows until it ends."""
    rows = sorted((*key, count) for key, count in counted.items() if count)  # in one order: no deadlocks
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(ADD, [list(column) for column in zip(*rows, strict=True)])
