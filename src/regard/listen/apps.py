from django.apps import AppConfig


class ListenConfig(AppConfig):
    name = "regard.listen"
    label = "listen"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.core.registry import import_kinds  # noqa: PLC0415 - models are loaded only by now
        from regard.listen.domain.review_import import REVIEWS  # noqa: PLC0415

        import_kinds.add(REVIEWS.name, REVIEWS)
