from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from regard.core.registry import NavigationEntry, navigation


class WebConfig(AppConfig):
    name = "regard.web"
    label = "web"

    def ready(self) -> None:
        entries = (
            NavigationEntry("settings", _("Settings"), "store_settings", "store.read", 90, "cog-6-tooth"),
            NavigationEntry("store", _("Store"), "store_settings", "store.read", 10, "cog", "settings"),
            NavigationEntry("members", _("Members"), "members", "members.read", 20, "users", "settings"),
            NavigationEntry("keys", _("API keys"), "keys", "keys.manage", 30, "key", "settings"),
            NavigationEntry("audit", _("Audit log"), "audit", "audit.read", 90, "list-bullet", "settings"),
        )
        for entry in entries:
            navigation.add(entry.name, entry)
