"""Purchase intent, held against what people bought after past visits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.models import Store
from regard.predict.domain.judging_rules import Judged, percent_or_dash
from regard.score.domain.rules.browsing import past_intents
from regard.score.domain.rules.intent import INTENT, READY
from regard.score.domain.rules.keeping import Figures

DAYS = 7  # within which an intent has to become an order
WEEKS = 4  # of visits that are judged
MOST = 5_000  # visits
LEAST = 30  # visits, with fewer no share is told


@dataclass(frozen=True)
class IntentQuality:
    """precision: of those ready to buy, who did; recall: of those who bought, who were ready; None of nobody.
    bought: the share of all. visits: that were judged."""

    visits: int
    precision: float | None
    recall: float | None
    accuracy: float
    bought: float


def intent_quality(store: Store) -> IntentQuality | None:
    """Of visits that ended long enough ago; None with too few of them. One query."""
    until = clock.now() - timedelta(days=DAYS + 1)
    judged = past_intents(store, since=until - timedelta(weeks=WEEKS), until=until, days=DAYS, most=MOST)
    return _judge(judged) if len(judged) >= LEAST else None


def judged_intent(store: Store) -> Judged | None:
    """The same as the list of predictions tells it."""
    found = intent_quality(store)
    if found is None:
        return None
    shares = {name: getattr(found, name) for name in ("precision", "recall", "accuracy", "bought")}
    told = {name: percent_or_dash(share) for name, share in shares.items()}
    said = _(
        "Of visits that ended ready to buy, %(precision)s %% were followed by an order; it found %(recall)s %% of "
        "those that were."
    )
    return Judged(found.visits, shares, said % told + " " + _("Of all visits %(bought)s %%.") % told)


def _judge(judged: Sequence[tuple[bool, Figures]]) -> IntentQuality:
    outcomes = [(INTENT.value(figures) >= READY, bought) for bought, figures in judged]
    right = sum(ready and bought for ready, bought in outcomes)
    ready, bought = sum(each[0] for each in outcomes), sum(each[1] for each in outcomes)
    return IntentQuality(
        visits=len(outcomes),
        precision=right / ready if ready else None,
        recall=right / bought if bought else None,
        accuracy=sum(flagged == came for flagged, came in outcomes) / len(outcomes),
        bought=bought / len(outcomes),
    )
