from django.apps import AppConfig


class MessageConfig(AppConfig):
    name = "regard.message"
    label = "message"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.message.domain.brand import register_brand  # noqa: PLC0415 - models are loaded only by now

        register_brand()
