from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from regard.core.registry import NavigationEntry, navigation


class MessageConfig(AppConfig):
    name = "regard.message"
    label = "message"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.message.domain.brand import register_brand  # noqa: PLC0415 - models are loaded only by now

        register_brand()
        for entry in (
            NavigationEntry("templates", _("Templates"), "templates", "messages.read", 28, "document-text"),
            NavigationEntry("brand", _("Brand"), "brand", "store.read", 14, "swatch", "settings"),
        ):
            navigation.add(entry.name, entry)
