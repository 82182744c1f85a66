from django.apps import AppConfig


class ProfileConfig(AppConfig):
    name = "regard.profile"
    label = "profile"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.core.registry import import_kinds  # noqa: PLC0415 - models are loaded only by now
        from regard.profile.domain.order_import import ORDERS  # noqa: PLC0415

        import_kinds.add(ORDERS.name, ORDERS)
