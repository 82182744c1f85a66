"""What a segment may ask of orders, deliveries, statements and health."""

from __future__ import annotations

from typing import cast

from django.utils.translation import gettext_noop as _

from regard.core.money import minor_units_sql
from regard.core.registry import SegmentField, SegmentSource, segment_fields, segment_sources
from regard.score.domain.rhythm import LEAST_GAPS
from regard.score.models import HealthBand

FEATURES = SegmentSource(
    "features",
    """LEFT JOIN score_customerfeatures AS features
        ON features.store_id = customer.store_id AND features.customer_id = customer.id
    LEFT JOIN core_store AS features_store ON features_store.id = customer.store_id""",
)
HEALTH = SegmentSource(
    "health",
    """LEFT JOIN score_score AS health
        ON health.store_id = customer.store_id AND health.name = 'health'
        AND health.subject_type = 'customer' AND health.subject_id = customer.id
        AND health.coverage >= 50""",
)
# The health that held thirty days ago: the last change up to then. Null where too little was known at that moment,
# whatever had been known before.
HEALTH_BEFORE = """health.value - (
    SELECT CASE WHEN change.coverage >= 50 THEN change.value END FROM score_scorechange AS change
    WHERE change.store_id = customer.store_id AND change.name = 'health'
        AND change.subject_type = 'customer' AND change.subject_id = customer.id
        AND change.changed_at <= %(now)s - INTERVAL '30 days'
    ORDER BY change.changed_at DESC, change.id DESC LIMIT 1)"""
# The band as segments ask for it, and as it is counted: without enough data it is that, whatever the value.
BAND = "COALESCE(substr(health.band, 8), 'not_enough_data')"
# By the customer's own rhythm once it is known, else by the store's.
NEXT_ORDER = f"""features.last_ordered_at + INTERVAL '1 day' * COALESCE(features.own_gap_days, (
    SELECT CASE WHEN rhythm.gaps >= {LEAST_GAPS} THEN rhythm.median_gap_days ELSE rhythm.default_gap_days END
    FROM score_purchaserhythm AS rhythm WHERE rhythm.store_id = customer.store_id))"""
CSAT_UNIT = _("of 100")


def register_segment_fields() -> None:
    for source in (FEATURES, HEALTH):
        segment_sources.add(source.name, source)
    for field in (*_order_fields(), *_delivery_fields(), *_statement_fields(), *_health_fields()):
        segment_fields.add(field.name, field)


def _order_fields() -> list[SegmentField]:
    return [
        _number("orders", _("Orders"), "COALESCE(features.orders, 0)", sorts="orders"),
        _number("cancelled_orders", _("Cancelled orders"), "COALESCE(features.cancelled_orders, 0)"),
        _days("first_order_days", _("Days since the first order"), "features.first_ordered_at"),
        _days("last_order_days", _("Days since the last order"), "features.last_ordered_at"),
        _time("first_order", _("First order"), "features.first_ordered_at"),
        _time("last_order", _("Last order"), "features.last_ordered_at"),
        _time("next_order", _("Next order, as expected"), NEXT_ORDER),
        _money("spent", _("Spent"), "features.net_spent_minor", sorts="net_spent_minor"),
        _money("spent_before_refunds", _("Spent, before refunds"), "features.spent_minor"),
        _money(
            "average_order",
            _("Average order"),
            "features.spent_minor::numeric / NULLIF(features.priced_orders, 0)",
        ),
        _number("refunds", _("Refunds"), "COALESCE(features.refunds, 0)"),
        _money("refunded", _("Paid back of what was spent"), "features.refunded_minor"),
    ]


def _delivery_fields() -> list[SegmentField]:
    return [
        _number("deliveries", _("Deliveries"), "COALESCE(features.deliveries, 0)"),
        _number("late_deliveries", _("Late deliveries"), "COALESCE(features.late_deliveries, 0)"),
    ]


def _statement_fields() -> list[SegmentField]:
    return [
        _number("reviews", _("Reviews"), "COALESCE(features.reviews, 0)"),
        _number("rating", _("Stars of the last review"), "features.last_rating"),
        _days("review_days", _("Days since the last review"), "features.last_reviewed_at"),
        _number("answers", _("Answers to surveys"), "COALESCE(features.answers, 0)"),
        _number("nps", _("Last NPS rating, 0 to 10"), "features.last_nps"),
        _number("nps_previous", _("NPS rating before the last"), "features.previous_nps"),
        _days("nps_days", _("Days since the last NPS rating"), "features.last_nps_at"),
        _number("csat", _("Last satisfaction, 0 to 100"), "features.last_csat"),
        _days("csat_days", _("Days since the last satisfaction"), "features.last_csat_at"),
    ]


def _health_fields() -> list[SegmentField]:
    bands = {band.value.removeprefix("health:"): cast("str", band.label) for band in HealthBand}
    return [
        SegmentField(
            "health",
            "number",
            _("Health, 0 to 100"),
            "health.value",
            "health",
            sorts=("health.value", "health.subject_id"),
        ),
        SegmentField("health_band", "choice", _("Health band"), BAND, "health", choices=bands, is_group=True),
        SegmentField(
            "health_change_30d", "number", _("Change of health in 30 days"), HEALTH_BEFORE, "health"
        ),
    ]


def _number(name: str, label: str, sql: str, *, sorts: str = "") -> SegmentField:
    return SegmentField(
        name, "number", label, sql, FEATURES.name, sorts=_sorts(sorts), unknown_is_least=bool(sorts)
    )


def _days(name: str, label: str, moment: str) -> SegmentField:
    sql = f"FLOOR(EXTRACT(EPOCH FROM %(now)s - {moment}) / 86400)"
    return SegmentField(name, "days", label, sql, FEATURES.name)


def _time(name: str, label: str, sql: str) -> SegmentField:
    return SegmentField(name, "time", label, sql, FEATURES.name)


def _money(name: str, label: str, minor: str, *, sorts: str = "") -> SegmentField:
    major = f"({minor}) / {minor_units_sql('features_store.currency')}"
    return SegmentField(name, "number", label, major, FEATURES.name, sorts=_sorts(sorts), is_money=True)


def _sorts(column: str) -> tuple[str, str] | None:
    return (f"features.{column}", "features.customer_id") if column else None
