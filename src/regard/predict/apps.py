from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from regard.core.registry import NavigationEntry, navigation


class PredictConfig(AppConfig):
    name = "regard.predict"
    label = "predict"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        entry = NavigationEntry(
            "models", _("Models"), "model_list", "metrics.read", 65, "presentation-chart-line"
        )
        navigation.add(entry.name, entry)
