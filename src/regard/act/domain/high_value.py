"""Who is a customer of high value: in the top quarter of those who bought, by what they have spent.

What somebody has spent is what is kept of them with their score: purchases in the store's currency, after
refunds; orders that were called off and returns are none.
"""

from __future__ import annotations

from django.db import connection

from regard.act.domain.thresholds import HIGH_VALUE_SHARE
from regard.act.models import HighValueLine
from regard.core import clock
from regard.core.models import Store

COMPUTE_LINE = """
    SELECT percentile_disc(%(share)s) WITHIN GROUP (ORDER BY net_spent_minor DESC)
    FROM score_customerfeatures WHERE store_id = %(store)s AND net_spent_minor > 0
"""


def high_value_line(store: Store) -> int | None:
    """What the top quarter has spent at least, in minor units of the store's currency; None without orders.

    It is worked out anew every morning, see `make_due_digests`, since that reads all customers; until then the
    last one holds, however old. Only a store that has none yet gets its first here.
    """
    held = HighValueLine.objects.filter(store=store, spent_minor__isnull=False).first()
    return held.spent_minor if held else compute_high_value_line(store)


def compute_high_value_line(store: Store) -> int | None:
    """Work the line out anew and keep it; see `high_value_line`."""
    with connection.cursor() as cursor:
        cursor.execute(COMPUTE_LINE, {"share": HIGH_VALUE_SHARE, "store": store.pk})
        line: int | None = cursor.fetchone()[0]
    HighValueLine.objects.update_or_create(
        store=store, defaults={"spent_minor": line, "computed_at": clock.now()}
    )
    return line
