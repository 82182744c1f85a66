from django.apps import AppConfig
from django.utils.translation import gettext_noop as _


class SurveyConfig(AppConfig):
    name = "regard.survey"
    label = "survey"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.core.registry import (  # noqa: PLC0415 - models are loaded only by now
            NavigationEntry,
            data_holders,
            navigation,
        )
        from regard.survey.domain.personal_data import SURVEY_DATA  # noqa: PLC0415

        entry = NavigationEntry(
            "surveys", _("Surveys"), "surveys", "surveys.read", 41, "clipboard-document-list", key="v"
        )
        navigation.add(entry.name, entry)
        data_holders.add(SURVEY_DATA.name, SURVEY_DATA)
        self._register_asking()

    def _register_asking(self) -> None:
        from regard.core.registry import CustomerPanel, customer_panels  # noqa: PLC0415
        from regard.survey.domain.asking.actions import register_actions  # noqa: PLC0415 - the same
        from regard.survey.domain.event_words import register_event_words  # noqa: PLC0415
        from regard.survey.domain.impersonal_events import register_impersonal_fields  # noqa: PLC0415
        from regard.survey.pages.by_hand import render_asked  # noqa: PLC0415

        panel = CustomerPanel("surveys", 47, render_asked, label=_("Surveys"), beside=True)
        customer_panels.add(panel.name, panel)
        register_actions()
        register_event_words()
        register_impersonal_fields()
