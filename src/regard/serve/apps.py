from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from regard.core.registry import NavigationEntry, PaletteEntry, navigation, palette_entries


class ServeConfig(AppConfig):
    name = "regard.serve"
    label = "serve"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.serve.domain.event_words import register_event_words  # noqa: PLC0415 - needs the models
        from regard.serve.domain.framing import sites_showing  # noqa: PLC0415
        from regard.survey.domain.framing import framers  # noqa: PLC0415

        register_event_words()
        framers.add("prompts", sites_showing)
        entry = NavigationEntry("prompts", _("Prompts"), "prompts", "surveys.read", 42, "window")
        navigation.add(entry.name, entry)
        act = PaletteEntry(
            "prompt", _("Show something in the shop"), "prompt_new", "surveys.manage", "window",
            "prompt popup banner exit intent survey",
        )  # fmt: skip
        palette_entries.add(act.name, act)
