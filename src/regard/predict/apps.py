from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from regard.core.registry import (
    CustomerColumn,
    CustomerPanel,
    NavigationEntry,
    customer_columns,
    customer_panels,
    data_holders,
    navigation,
)


class PredictConfig(AppConfig):
    name = "regard.predict"
    label = "predict"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.predict.domain.churn.event_words import (  # noqa: PLC0415 - models are loaded only by now
            register_event_words,
        )
        from regard.predict.domain.churn.in_use import register_risk_in_use  # noqa: PLC0415
        from regard.predict.domain.churn.personal_data import CHURN_DATA  # noqa: PLC0415
        from regard.predict.domain.intent_quality import judged_intent  # noqa: PLC0415
        from regard.predict.domain.judging_rules import rule_judges  # noqa: PLC0415
        from regard.predict.domain.lake_rows import register_lake_rows  # noqa: PLC0415
        from regard.predict.domain.personal_data import LIFETIME_DATA  # noqa: PLC0415
        from regard.predict.domain.segment_fields import register_segment_fields  # noqa: PLC0415
        from regard.predict.pages.churn_panel import churn_cells, render_churn  # noqa: PLC0415
        from regard.predict.pages.panel import expected_cells, render_lifetime_value  # noqa: PLC0415

        rule_judges.add("P10", judged_intent)
        register_lake_rows()
        register_segment_fields()
        register_risk_in_use()
        register_event_words()
        for holder in (LIFETIME_DATA, CHURN_DATA):
            data_holders.add(holder.name, holder)
        for panel in (
            CustomerPanel("churn_risk", 13, render_churn, label=_("Churn risk")),
            CustomerPanel("lifetime_value", 15, render_lifetime_value, label=_("Lifetime value")),
        ):
            customer_panels.add(panel.name, panel)
        wide = "wide-only"  # what narrow screens leave out
        for column in (
            CustomerColumn("churn", _("Churn risk"), 13, churn_cells, wide, further=True),
            CustomerColumn(
                "expected_value",
                _("Expected in 12 months"),
                20,
                expected_cells,
                f"number {wide}",
                further=True,
            ),
        ):
            customer_columns.add(column.name, column)
        entry = NavigationEntry(
            "models", _("Models"), "model_list", "metrics.read", 65, "presentation-chart-line"
        )
        navigation.add(entry.name, entry)
