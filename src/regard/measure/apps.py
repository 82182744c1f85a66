from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from regard.core.registry import NavigationEntry, navigation


class MeasureConfig(AppConfig):
    name = "regard.measure"
    label = "measure"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        entry = NavigationEntry(
            "metrics", _("Metrics"), "metric_list", "metrics.read", 60, "chart-bar", key="m"
        )
        navigation.add(entry.name, entry)
        entry = NavigationEntry(
            "definitions", _("Definitions"), "definitions", "store.read", 70, "chart-bar", "settings"
        )
        navigation.add(entry.name, entry)
