from django.apps import AppConfig


class PredictConfig(AppConfig):
    name = "regard.predict"
    label = "predict"
    default_auto_field = "django.db.models.BigAutoField"
