from django.apps import AppConfig


class MessageConfig(AppConfig):
    name = "regard.message"
    label = "message"
    default_auto_field = "django.db.models.BigAutoField"
