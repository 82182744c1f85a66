from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from regard.core.registry import NavigationEntry, navigation


class CaptureConfig(AppConfig):
    name = "regard.capture"
    label = "capture"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        entries = (
            NavigationEntry("events", _("Events"), "events", "events.read", 70, "bolt"),
            NavigationEntry("imports", _("Imports"), "imports", "imports.read", 75, "arrow-up-tray"),
            NavigationEntry("sources", _("Sources"), "sources", "sources.read", 40, "signal", "settings"),
        )
        for entry in entries:
            navigation.add(entry.name, entry)
