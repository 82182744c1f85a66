from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from regard.core.registry import NavigationEntry, navigation


class MeasureConfig(AppConfig):
    name = "regard.measure"
    label = "measure"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.measure.domain.lake_rows import register_cost_rows  # noqa: PLC0415 - needs the registry of apps

        register_cost_rows()
        for entry in (
            NavigationEntry(
                "products", _("Products"), "products", "metrics.read", 50, "shopping-bag", key="p"
            ),
            NavigationEntry("metrics", _("Metrics"), "metric_list", "metrics.read", 60, "chart-bar", key="m"),
            NavigationEntry(
                "relationships", _("Relationships"), "relationships", "metrics.read", 62, "arrows-right-left"
            ),
            NavigationEntry(
                "definitions", _("Definitions"), "definitions", "store.read", 70, "chart-bar", "settings"
            ),
            NavigationEntry("costs", _("Costs"), "costs", "metrics.read", 75, "banknotes", "settings"),
        ):
            navigation.add(entry.name, entry)
