from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from regard.core.registry import (
    CustomerPanel,
    EventPanel,
    NavigationEntry,
    TodayCard,
    actions,
    customer_panels,
    data_holders,
    event_panels,
    navigation,
    palette_finders,
    today_cards,
)


class ActConfig(AppConfig):
    name = "regard.act"
    label = "act"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.act import facts  # noqa: F401, PLC0415 - importing them announces them
        from regard.act.domain.alert_action import ALERT  # noqa: PLC0415 - needs the models
        from regard.act.domain.event_words import register_event_words  # noqa: PLC0415 - the same
        from regard.act.domain.impersonal_events import register_impersonal_fields  # noqa: PLC0415
        from regard.act.domain.personal_data import ACTS  # noqa: PLC0415
        from regard.act.domain.replies import TEXTS  # noqa: PLC0415 - the same
        from regard.act.domain.segment_fields import register_segment_fields  # noqa: PLC0415
        from regard.act.domain.webhook_action import WEBHOOK  # noqa: PLC0415
        from regard.act.pages.confirming import render_pending  # noqa: PLC0415
        from regard.act.pages.event_panel import render_trace  # noqa: PLC0415 - needs the models
        from regard.act.pages.palette import ALERTS_FOUND  # noqa: PLC0415
        from regard.act.pages.panel import render_alerts  # noqa: PLC0415
        from regard.act.pages.replies import render_replies  # noqa: PLC0415
        from regard.act.pages.suppressed import render_suppressed  # noqa: PLC0415
        from regard.act.pages.today import load_needs  # noqa: PLC0415
        from regard.listen.domain.text_sources import text_sources  # noqa: PLC0415 - the same

        entry = NavigationEntry("alerts", _("Alerts"), "alerts", "alerts.read", 20, "bell-alert", key="a")
        navigation.add(entry.name, entry)
        entry = NavigationEntry("outbox", _("Outbox"), "outbox", "alerts.read", 25, "paper-airplane", key="o")
        navigation.add(entry.name, entry)
        entry = NavigationEntry("email", _("E-mail"), "email", "store.read", 15, "envelope", "settings")
        navigation.add(entry.name, entry)
        entry = NavigationEntry(
            "sending_rules", _("Messages"), "sending_rules", "store.read", 16, "clock", "settings"
        )
        navigation.add(entry.name, entry)
        entry = NavigationEntry("channels", _("Channels"), "channels", "store.read", 17, "link", "settings")
        navigation.add(entry.name, entry)
        actions.add(WEBHOOK.name, WEBHOOK)
        actions.add(ALERT.name, ALERT)
        customer_panels.add("alerts", CustomerPanel("alerts", 5, render_alerts, label=_("Alerts")))
        text_sources.add(TEXTS.name, TEXTS)
        panel = CustomerPanel("replies", 21, render_replies, label=_("Answers to messages"))
        customer_panels.add(panel.name, panel)
        panel = CustomerPanel("suppressed", 61, render_suppressed, label=_("Not written to"), beside=True)
        customer_panels.add(panel.name, panel)
        panel = CustomerPanel("pending", 62, render_pending, label=_("To be confirmed"), beside=True)
        customer_panels.add(panel.name, panel)
        data_holders.add(ACTS.name, ACTS)
        register_impersonal_fields()
        register_segment_fields()
        register_event_words()
        event_panels.add("trace", EventPanel("trace", 10, render_trace))
        card = TodayCard(
            "needs", _("Needs you now"), 10, "alerts.read", "act/today_needs.html", load_needs, 3, "wide"
        )
        today_cards.add(card.name, card)
        palette_finders.add(ALERTS_FOUND.name, ALERTS_FOUND)
