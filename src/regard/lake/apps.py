from django.apps import AppConfig


class LakeConfig(AppConfig):
    name = "regard.lake"
    label = "lake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.lake.domain.profile_rows import register_profile_rows  # noqa: PLC0415 - needs the models

        register_profile_rows()
