from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from regard.core.registry import (
    NavigationEntry,
    TodayCard,
    data_holders,
    import_kinds,
    navigation,
    today_cards,
)


class ReviewConfig(AppConfig):
    name = "regard.review"
    label = "review"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.listen.domain.text_sources import text_sources  # noqa: PLC0415 - needs the models
        from regard.review import facts  # noqa: F401, PLC0415 - importing them announces them
        from regard.review.domain.event_words import register_event_words  # noqa: PLC0415 - needs the models
        from regard.review.domain.impersonal_events import register_impersonal_fields  # noqa: PLC0415
        from regard.review.domain.mention_data import MENTIONS  # noqa: PLC0415
        from regard.review.domain.mention_import import MENTIONS as MENTION_ROWS  # noqa: PLC0415
        from regard.review.domain.mentions import TEXTS  # noqa: PLC0415
        from regard.review.domain.personal_data import STANDINGS  # noqa: PLC0415
        from regard.review.pages.today import load_mentions  # noqa: PLC0415

        data_holders.add(STANDINGS.name, STANDINGS)
        data_holders.add(MENTIONS.name, MENTIONS)
        import_kinds.add(MENTION_ROWS.name, MENTION_ROWS)
        text_sources.add(TEXTS.name, TEXTS)
        register_event_words()
        register_impersonal_fields()
        entry = NavigationEntry("reviews", _("Reviews"), "reviews", "customers.read", 41, "star", key="r")
        navigation.add(entry.name, entry)
        entry = NavigationEntry(
            "mentions", _("Mentions"), "mentions", "customers.read", 43, "megaphone", key="n"
        )
        navigation.add(entry.name, entry)
        shown = NavigationEntry(
            "review_display", _("Shop reviews"), "review_display", "store.read", 18, "star", "settings"
        )
        navigation.add(shown.name, shown)
        card = TodayCard(
            "mentions", _("Mentions to go through"), 13, "customers.read", "review/today_mentions.html",
            load_mentions, 7,
        )  # fmt: skip
        today_cards.add(card.name, card)
