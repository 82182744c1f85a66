from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from regard.core.registry import CustomerPanel, NavigationEntry, customer_panels, navigation


class JourneyConfig(AppConfig):
    name = "regard.journey"
    label = "journey"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.core.registry import data_holders  # noqa: PLC0415 - models are loaded only by now
        from regard.journey import facts  # noqa: F401, PLC0415 - importing them announces them
        from regard.journey.domain.event_words import register_event_words  # noqa: PLC0415
        from regard.journey.domain.impersonal_events import register_impersonal_fields  # noqa: PLC0415
        from regard.journey.domain.personal_data import JOURNEY_DATA  # noqa: PLC0415
        from regard.journey.pages.panel import render_journeys  # noqa: PLC0415

        entry = NavigationEntry("journeys", _("Journeys"), "journeys", "journeys.read", 30, "map", key="j")
        navigation.add(entry.name, entry)
        panel = CustomerPanel("journeys", 45, render_journeys, label=_("Journeys"))
        customer_panels.add(panel.name, panel)
        data_holders.add(JOURNEY_DATA.name, JOURNEY_DATA)
        register_impersonal_fields()
        register_event_words()
