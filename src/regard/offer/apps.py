from django.apps import AppConfig


class OfferConfig(AppConfig):
    name = "regard.offer"
    label = "offer"
    default_auto_field = "django.db.models.BigAutoField"
