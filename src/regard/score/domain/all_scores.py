"""The scores of customers, in the order in which they are computed: a score may read those before it."""

from __future__ import annotations

from regard.score.domain.churn.risk import CHURN
from regard.score.domain.csi.index import CSI
from regard.score.domain.health import HEALTH
from regard.score.domain.kinds import register_score
from regard.score.domain.outlook.early_value import EARLY_VALUE
from regard.score.domain.outlook.referral import REFERRAL
from regard.score.domain.outlook.trajectory import TRAJECTORY
from regard.score.domain.rules.intent import INTENT
from regard.score.domain.rules.kinds import register_rule
from regard.score.domain.rules.late_risk import LATE_RISK
from regard.score.domain.rules.quality_issue import QUALITY_ISSUE

ALL = (HEALTH, CSI, CHURN, REFERRAL, TRAJECTORY, EARLY_VALUE)
RULES = (INTENT, LATE_RISK, QUALITY_ISSUE)


def register_scores() -> None:
    """Fill the registry; once, at start-up."""
    for kind in ALL:
        register_score(kind)
    for rule in RULES:
        register_rule(rule)
