from django.apps import AppConfig


class SurveyConfig(AppConfig):
    name = "regard.survey"
    label = "survey"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.core.registry import data_holders  # noqa: PLC0415 - models are loaded only by now
        from regard.survey.domain.personal_data import SURVEY_DATA  # noqa: PLC0415

        data_holders.add(SURVEY_DATA.name, SURVEY_DATA)
