from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from regard.core.registry import NavigationEntry, PaletteEntry, navigation, palette_entries


class CaptureConfig(AppConfig):
    name = "regard.capture"
    label = "capture"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        entries = (
            NavigationEntry("events", _("Events"), "events", "events.read", 70, "bolt", key="e"),
            NavigationEntry("imports", _("Imports"), "imports", "imports.read", 75, "arrow-up-tray", key="i"),
            NavigationEntry(
                "retention", _("Retention"), "retention", "store.read", 80, "archive-box", "settings"
            ),
            NavigationEntry("sources", _("Sources"), "sources", "sources.read", 40, "signal", "settings"),
        )
        for entry in entries:
            navigation.add(entry.name, entry)
        for act in (
            PaletteEntry(
                "import", _("Import a file"), "import_new", "imports.run", "arrow-up-tray", "upload csv"
            ),
            PaletteEntry(
                "source", _("Connect a source"), "source_new", "sources.manage", "signal", "write key new"
            ),
            PaletteEntry(
                "rejected", _("Mend rejected events"), "rejected_events", "events.read", "wrench", "repair"
            ),
        ):
            palette_entries.add(act.name, act)
