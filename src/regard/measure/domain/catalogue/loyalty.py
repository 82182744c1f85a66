"""Loyalty, referral, community."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from regard.measure.domain.metric import Metric

METRICS = (
    Metric(
        id="loyalty_enrolment",
        name=_("Enrolment"),
        formula=_("members ÷ customers × 100"),
        unit="percent",
        direction="up",
        sphere="heart",
        row=109,
        benchmark=_("dashboard target 75%; industry 45%; cases 68%, 71%"),
        needs=_("the loyalty programme's points and members"),
    ),
    Metric(
        id="loyalty_active",
        name=_("Active members"),
        formula=_("members with any event in window ÷ members"),
        unit="percent",
        direction="up",
        sphere="heart",
        row=110,
        needs=_("the loyalty programme's points and members"),
    ),
    Metric(
        id="redemption_rate",
        name=_("Redemption"),
        formula=_("points redeemed ÷ earned (or redeemers ÷ members)"),
        unit="percent",
        direction="up",
        sphere="heart",
        row=111,
        benchmark=_("SMS members redeem 2×"),
        needs=_("the loyalty programme's points and members"),
    ),
    Metric(
        id="member_ratio",
        name=_("Member vs non-member"),
        formula=_("LTV, RPR, days between"),
        unit="ratio",
        direction="up",
        sphere="heart",
        row=112,
        benchmark=_("267 vs 89; 56% vs 19%"),
        needs=_("the loyalty programme's points and members"),
    ),
    Metric(
        id="loyalty_roi",
        name=_("Programme ROI"),
        formula=_("(revenue − cost) ÷ cost × 100"),
        unit="percent",
        direction="up",
        sphere="heart",
        row=113,
        benchmark=_("3:1 in 12 months; case 427%"),
        needs=_("the loyalty programme's points and members"),
    ),
    Metric(
        id="referral_rate",
        name=_("Referral rate"),
        formula=_("customers who referred ÷ customers"),
        unit="percent",
        direction="up",
        sphere="heart",
        row=114,
        benchmark=_("thriving band 40%+"),
        needs=_("referrals"),
    ),
    Metric(
        id="referral_value",
        name=_("Referral value"),
        formula=_(
            "LTV of referred customers; share of new customers from referral; acquisition cost avoided"
        ),
        unit="money",
        direction="up",
        sphere="heart",
        row=115,
        benchmark=_("cases 23%, 34% of new customers"),
        needs=_("referrals"),
    ),
    Metric(
        id="community_activity",
        name=_("Active members, posts, comments, UGC items"),
        formula=_("counts"),
        unit="count",
        direction="up",
        sphere="heart",
        row=116,
        needs=_("the community's members and posts"),
    ),
)
