from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from regard.core.registry import (
    CustomerPanel,
    NavigationEntry,
    PaletteEntry,
    TodayCard,
    customer_panels,
    data_holders,
    navigation,
    palette_entries,
    today_cards,
)


class OfferConfig(AppConfig):
    name = "regard.offer"
    label = "offer"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.offer import facts  # noqa: F401, PLC0415 - importing them announces them
        from regard.offer.domain.actions import register_actions  # noqa: PLC0415 - needs the models
        from regard.offer.domain.event_words import register_event_words  # noqa: PLC0415 - the same
        from regard.offer.domain.impersonal_events import register_impersonal_fields  # noqa: PLC0415
        from regard.offer.domain.personal_data import OFFER_DATA  # noqa: PLC0415
        from regard.offer.pages.panel import load_waiting, render_offers  # noqa: PLC0415

        data_holders.add(OFFER_DATA.name, OFFER_DATA)
        register_impersonal_fields()
        register_event_words()
        register_actions()
        entry = NavigationEntry("offers", _("Offers"), "offers", "offers.read", 24, "gift", key="d")
        navigation.add(entry.name, entry)
        panel = CustomerPanel("offers", 46, render_offers, label=_("Offers"), beside=True)
        customer_panels.add(panel.name, panel)
        card = TodayCard(
            "offers_waiting", _("Offers that wait for approval"), 14, "offers.manage",
            "offer/today_waiting.html", load_waiting, 3,
        )  # fmt: skip
        today_cards.add(card.name, card)
        act = PaletteEntry(
            "offer", _("Make an offer"), "offer_new", "offers.manage", "gift", "discount code coupon"
        )
        palette_entries.add(act.name, act)
