"""Self-service."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from regard.measure.domain.metric import Metric

METRICS = (
    Metric(
        id="article_views",
        name=_("Article views"),
        formula=_("count"),
        unit="count",
        direction="up",
        sphere="head",
        row=64,
        needs=_("views of help articles, and what followed them"),
    ),
    Metric(
        id="article_time",
        name=_("Time on page"),
        formula=_("mean seconds"),
        unit="count",
        direction="none",
        sphere="head",
        row=65,
        benchmark=_("low = unclear or irrelevant"),
        needs=_("views of help articles, and what followed them"),
    ),
    Metric(
        id="article_bounce",
        name=_("Bounce rate"),
        formula=_("single-page exits ÷ views"),
        unit="percent",
        direction="down",
        sphere="head",
        row=66,
        needs=_("views of help articles, and what followed them"),
    ),
    Metric(
        id="article_helpful",
        name=_("Helpfulness"),
        formula=_('yes ÷ (yes + no) on "was this useful?"'),
        unit="percent",
        direction="up",
        sphere="head",
        row=67,
        needs=_("views of help articles, and what followed them"),
    ),
    Metric(
        id="article_effectiveness",
        name=_("Article effectiveness"),
        formula=_("views not followed by a contact within 24 h ÷ views"),
        unit="percent",
        direction="up",
        sphere="head",
        row=68,
        benchmark=_("case +31%"),
        needs=_("views of help articles, and what followed them"),
    ),
    Metric(
        id="article_contact_ratio",
        name=_("Article use against contacts"),
        formula=_("article views ÷ contacts on the same topic"),
        unit="ratio",
        direction="up",
        sphere="head",
        row=69,
        benchmark=_("passive satisfaction signal"),
        needs=_("views of help articles, and what followed them"),
    ),
    Metric(
        id="self_service_rate",
        name=_("Self-service share"),
        formula=_("issues ended in self-service ÷ all issues"),
        unit="percent",
        direction="up",
        sphere="head",
        row=70,
        needs=_("views of help articles, and what followed them"),
    ),
)
