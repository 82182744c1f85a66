from django.apps import AppConfig


class OfferConfig(AppConfig):
    name = "regard.offer"
    label = "offer"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.core.registry import data_holders  # noqa: PLC0415 - models are loaded only by now
        from regard.offer import facts  # noqa: F401, PLC0415 - importing them announces them
        from regard.offer.domain.actions import register_actions  # noqa: PLC0415
        from regard.offer.domain.event_words import register_event_words  # noqa: PLC0415
        from regard.offer.domain.impersonal_events import register_impersonal_fields  # noqa: PLC0415
        from regard.offer.domain.personal_data import OFFER_DATA  # noqa: PLC0415

        data_holders.add(OFFER_DATA.name, OFFER_DATA)
        register_impersonal_fields()
        register_event_words()
        register_actions()
