from django.apps import AppConfig


class TaskConfig(AppConfig):
    name = "regard.task"
    label = "task"
    default_auto_field = "django.db.models.BigAutoField"
