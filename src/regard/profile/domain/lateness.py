"""When a delivery is late: after the end of the day that it was promised for, in the store's time zone.

The one place that says so; `is_late` and `late_sql` are the same rule for Python and for queries.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


def is_late(came: datetime, promised: datetime, zone: ZoneInfo) -> bool:
    """Whether what came then was late; of what is still out, `came` is now."""
    return came.astimezone(zone).date() > promised.astimezone(zone).date()


def late_sql(came: str, promised: str) -> str:
    """The same in SQL, over two expressions of timestamptz; %(zone)s is the store's time zone, by its name.

    Null where one of them is null.
    """
    return f"(({came}) AT TIME ZONE %(zone)s)::date > (({promised}) AT TIME ZONE %(zone)s)::date"
