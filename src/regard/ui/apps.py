from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "regard.ui"
    label = "ui"
