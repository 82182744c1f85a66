from django.apps import AppConfig


class ScoreConfig(AppConfig):
    name = "regard.score"
    label = "score"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.score import facts  # noqa: F401, PLC0415 - importing them announces them
