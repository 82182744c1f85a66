"""Conversion and sales."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from regard.measure.domain.metric import Metric, Variant

METRICS = (
    Metric(
        id="aov",
        name=_("Average order value"),
        formula=_(
            "mean value of the purchases in the period that have one, before refunds; the median beside it"
        ),
        unit="money",
        direction="up",
        sphere="hands",
        row=73,
        counts="orders",
        benchmark=_("stores came from 87 to 94, and from 67 to 89"),
        splits=("purchase", "country", "delivery"),
    ),
    Metric(
        id="post_support_cvr",
        name=_("Post-support conversion"),
        formula=_(
            "tickets opened in the period whose customer bought within 5 days after ÷ tickets"
            " of known customers × 100"
        ),
        settles_in=5,
        unit="percent",
        direction="up",
        sphere="hands",
        row=77,
        counts="tickets",
        splits=(
            "category",
            "channel",
            "priority",
            "agent",
        ),
    ),
    Metric(
        id="support_revenue",
        name=_("Revenue from support (agents, AI)"),
        formula=_("Σ attributed orders"),
        unit="money",
        direction="up",
        sphere="hands",
        row=78,
        needs=_("orders credited to support"),
    ),
    Metric(
        id="ai_chat_cvr",
        name=_("AI-assisted chat conversion"),
        formula=_("purchases ÷ AI-assisted chats"),
        unit="percent",
        direction="up",
        sphere="hands",
        row=79,
        benchmark=_("cases 19%, 25%; AI vs human +75%"),
        needs=_("chats of the assistant"),
    ),
    Metric(
        id="campaign_revenue_share",
        name=_("Revenue influenced by chat campaigns"),
        formula=_("influenced revenue ÷ revenue"),
        unit="percent",
        direction="up",
        sphere="hands",
        row=80,
        benchmark=_("case 25%"),
        needs=_("chat campaigns"),
    ),
    Metric(
        id="upsell_rate",
        name=_("Upsell / cross-sell success"),
        formula=_("accepted ÷ offered"),
        unit="percent",
        direction="up",
        sphere="hands",
        row=81,
        needs=_("offers that agents made"),
    ),
    Metric(
        id="bundle_attach",
        name=_("Bundle attachment"),
        formula=_("orders (or e-mail conversions) with bundle ÷ orders"),
        unit="percent",
        direction="up",
        sphere="hands",
        row=82,
        benchmark=_("case 31% in post-purchase mail"),
        needs=_("bundles"),
    ),
    Metric(
        id="email_engagement",
        name=_("Open, click, conversion, unsubscribe rates"),
        formula=_("each ÷ delivered"),
        unit="percent",
        direction="up",
        sphere="hands",
        row=83,
        benchmark=_("case open 73% vs 22% industry; click +73%"),
        needs=_("opened, clicked and converted messages"),
    ),
    Metric(
        id="refund_return_rate",
        name=_("Refund and return rate"),
        formula=_(
            "purchases placed in the period of which money was given back by now ÷ purchases × 100; "
            "exchanges are not told apart from returns"
        ),
        unit="percent",
        direction="down",
        sphere="hands",
        row=84,
        counts="orders",
        benchmark=_("one store came from 4.2% to 2.8%"),
        splits=("purchase", "country", "delivery"),
        variants={
            "refund": Variant(
                _("purchases in the period with a refund that is not for returned goods ÷ purchases × 100")
            ),
            "return": Variant(_("purchases in the period of which goods were returned ÷ purchases × 100")),
        },
    ),
    Metric(
        id="flow_roi",
        name=_("Return on a message flow"),
        formula=_("revenue ÷ flow cost"),
        unit="ratio",
        direction="up",
        sphere="hands",
        row=85,
        benchmark=_("cases 130×, 300×"),
        needs=_("message flows with their cost"),
    ),
    Metric(
        id="quiz_completion",
        name=_("Quiz/compatibility completion and conversion"),
        formula=_("finished ÷ started; buyers ÷ finished"),
        unit="percent",
        direction="up",
        sphere="hands",
        row=86,
        needs=_("quizzes"),
    ),
)
