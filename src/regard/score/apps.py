from django.apps import AppConfig


class ScoreConfig(AppConfig):
    name = "regard.score"
    label = "score"
    default_auto_field = "django.db.models.BigAutoField"
