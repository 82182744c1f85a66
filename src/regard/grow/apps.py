from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from regard.core.registry import (
    CustomerPanel,
    NavigationEntry,
    customer_panels,
    data_holders,
    navigation,
)


class GrowConfig(AppConfig):
    name = "regard.grow"
    label = "grow"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.grow import facts  # noqa: F401, PLC0415 - importing them announces them
        from regard.grow.domain.event_words import register_event_words  # noqa: PLC0415
        from regard.grow.domain.impersonal_events import register_impersonal_fields  # noqa: PLC0415
        from regard.grow.domain.personal_data import PROGRAMME_DATA  # noqa: PLC0415 - needs the models
        from regard.grow.domain.segment_fields import register_segment_fields  # noqa: PLC0415
        from regard.grow.domain.texts import SAID  # noqa: PLC0415
        from regard.grow.pages.panel import render_programmes  # noqa: PLC0415
        from regard.listen.domain.text_sources import text_sources  # noqa: PLC0415

        text_sources.add(SAID.name, SAID)
        data_holders.add(PROGRAMME_DATA.name, PROGRAMME_DATA)
        register_impersonal_fields()
        register_segment_fields()
        register_event_words()
        entry = NavigationEntry(
            "programmes", _("Programmes"), "programmes", "customers.read", 44, "user-group"
        )
        navigation.add(entry.name, entry)
        panel = CustomerPanel("programmes", 48, render_programmes, label=_("Programmes"), beside=True)
        customer_panels.add(panel.name, panel)
