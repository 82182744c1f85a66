"""What customers say in reviews, texts and public."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from regard.measure.domain.metric import Metric, Variant

METRICS = (
    Metric(
        id="sentiment_share",
        name=_("Sentiment mix"),
        formula=_(
            "texts whose writer is positive ÷ texts × 100, of those in a language that is understood; "
            "the negative and the neutral ones are variants"
        ),
        unit="percent",
        direction="up",
        sphere="heart",
        row=18,
        counts="texts",
        benchmark=_('alert on sudden rise of "frustrated" wording'),
        splits=("source", "language", "intent"),
        variants={
            "negative": Variant(
                _("texts whose writer is negative ÷ texts × 100, of those in a language that is understood"),
                direction="down",
            ),
            "neutral": Variant(
                _(
                    "texts whose writer is neither positive nor negative ÷ texts × 100, of those in a "
                    "language that is understood"
                ),
                direction="none",
            ),
        },
        change="points",
    ),
    Metric(
        id="theme_freq",
        name=_("Theme frequency"),
        formula=_("texts mentioning theme ÷ texts"),
        unit="percent",
        direction="none",
        sphere="heart",
        row=19,
        benchmark=_('case: 47% named "sensitive skin"'),
        needs=_("which themes a text speaks of, kept as facts; the page Feedback counts them"),
    ),
    Metric(
        id="review_rating",
        name=_("Product/shop rating"),
        formula=_("mean stars of the reviews in the period"),
        unit="stars",
        direction="up",
        sphere="heart",
        row=20,
        counts="reviews",
        splits=("product_id", "product", "product_category", "product_brand", "country", "delivery"),
        variants={
            "five_stars": Variant(_("reviews with five stars ÷ reviews × 100"), unit="percent"),
        },
        sampled=True,
        change="points",
    ),
    Metric(
        id="review_rate",
        name=_("Review rate"),
        formula=_("customers (or delivered orders) leaving a review ÷ asked or total"),
        unit="percent",
        direction="up",
        sphere="heart",
        row=21,
        benchmark=_("case: 60% ignored plain request"),
        needs=_("requests for reviews: who was asked"),
    ),
    Metric(
        id="review_rating_change",
        name=_("Review score improvement"),
        formula=_("period change of review_rating, all platforms"),
        unit="points",
        direction="up",
        sphere="heart",
        row=22,
        needs=_("a value of its own: ask for review_rating compared with the period before"),
    ),
    Metric(
        id="social_sentiment",
        name=_("Social sentiment and mentions"),
        formula=_("counts and sentiment of brand mentions"),
        unit="count",
        direction="up",
        sphere="heart",
        row=23,
        needs=_("mentions in social networks"),
    ),
    Metric(
        id="social_engagement",
        name=_("Social engagement"),
        formula=_("likes+comments+shares (period)"),
        unit="count",
        direction="up",
        sphere="heart",
        row=24,
        benchmark=_("case +156%"),
        needs=_("likes, comments and shares of social networks"),
    ),
    Metric(
        id="survey_response_rate",
        name=_("Survey response rate"),
        formula=_("answered ÷ delivered invitations"),
        unit="percent",
        direction="up",
        sphere="heart",
        row=25,
        needs=_("invitations to surveys"),
    ),
    Metric(
        id="pre_purchase_hesitation",
        name=_("Exit-intent reasons"),
        formula=_("answers per reason ÷ answers"),
        unit="percent",
        direction="none",
        sphere="heart",
        row=26,
        needs=_("answers of those about to leave a page"),
    ),
)
