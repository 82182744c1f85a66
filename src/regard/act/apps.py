from django.apps import AppConfig


class ActConfig(AppConfig):
    name = "regard.act"
    label = "act"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.act import facts  # noqa: F401, PLC0415 - importing them announces them
