from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from regard.core.registry import (
    NavigationEntry,
    PaletteEntry,
    TodayCard,
    first_steps,
    navigation,
    palette_entries,
    today_cards,
)


class WebConfig(AppConfig):
    name = "regard.web"
    label = "web"

    def ready(self) -> None:
        from regard.listen.domain.segment_fields import register_segment_fields  # noqa: PLC0415
        from regard.web.pages.first_steps import STEPS  # noqa: PLC0415 - needs the models
        from regard.web.pages.overnight import load_overnight  # noqa: PLC0415 - the same

        register_segment_fields()  # by now all rooms have announced their texts
        entries = (
            NavigationEntry("today", _("Today"), "store_home", "store.read", 0, "sun", key="t"),
            NavigationEntry(
                "settings", _("Settings"), "store_settings", "store.read", 90, "cog-6-tooth", key="s"
            ),
            NavigationEntry("store", _("Store"), "store_settings", "store.read", 10, "cog", "settings"),
            NavigationEntry("members", _("Members"), "members", "members.read", 20, "users", "settings"),
            NavigationEntry("keys", _("API keys"), "keys", "keys.manage", 30, "key", "settings"),
            NavigationEntry("audit", _("Audit log"), "audit", "audit.read", 90, "list-bullet", "settings"),
        )
        for entry in entries:
            navigation.add(entry.name, entry)
        card = TodayCard(
            "overnight",
            _("What the system did"),
            90,
            "imports.read",
            "web/today_overnight.html",
            load_overnight,
            5,
        )
        today_cards.add(card.name, card)
        for step in STEPS:
            first_steps.add(step.name, step)
        for act in (
            PaletteEntry(
                "invite",
                _("Invite a colleague"),
                "member_invite",
                "members.manage",
                "user-plus",
                "member add",
            ),
            PaletteEntry("key", _("Make an API key"), "key_new", "keys.manage", "key", "token"),
        ):
            palette_entries.add(act.name, act)
