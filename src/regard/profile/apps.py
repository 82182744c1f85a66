from django.apps import AppConfig


class ProfileConfig(AppConfig):
    name = "regard.profile"
    label = "profile"
    default_auto_field = "django.db.models.BigAutoField"
