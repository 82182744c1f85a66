from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from regard.core.registry import NavigationEntry, data_holders, navigation


class ProfileConfig(AppConfig):
    name = "regard.profile"
    label = "profile"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.profile.domain.actions import register_actions  # noqa: PLC0415
        from regard.profile.domain.commerce import register_commerce  # noqa: PLC0415 - models are loaded only by now
        from regard.profile.domain.event_words import register_event_words  # noqa: PLC0415
        from regard.profile.domain.identity_data import IDENTITY_DATA  # noqa: PLC0415
        from regard.profile.domain.notes import NOTE_DATA  # noqa: PLC0415
        from regard.profile.domain.segments.own_fields import register_own_fields  # noqa: PLC0415
        from regard.profile.domain.template_variables import register_template_variables  # noqa: PLC0415
        from regard.profile.domain.traces import TRACES  # noqa: PLC0415
        from regard.profile.domain.visits.personal_data import VISITS_HELD  # noqa: PLC0415
        from regard.profile.pages.charts import register_charts  # noqa: PLC0415
        from regard.profile.pages.palette import register_finders  # noqa: PLC0415
        from regard.profile.pages.panels import register_panels  # noqa: PLC0415

        data_holders.add(IDENTITY_DATA.name, IDENTITY_DATA)
        data_holders.add(NOTE_DATA.name, NOTE_DATA)
        data_holders.add(VISITS_HELD.name, VISITS_HELD)
        register_own_fields()
        register_actions()
        data_holders.add(TRACES.name, TRACES)
        register_commerce()
        register_panels()
        register_charts()
        register_finders()
        register_event_words()
        register_template_variables()
        entry = NavigationEntry(
            "customers", _("Customers"), "customers", "customers.read", 10, "users", key="c"
        )
        navigation.add(entry.name, entry)
