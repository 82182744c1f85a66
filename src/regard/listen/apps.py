from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from regard.core.registry import CustomerPanel, customer_panels, data_holders, import_kinds


class ListenConfig(AppConfig):
    name = "regard.listen"
    label = "listen"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.listen.domain.answer_import import ANSWERS  # noqa: PLC0415 - models are loaded only by now
        from regard.listen.domain.event_words import register_event_words  # noqa: PLC0415 - the same
        from regard.listen.domain.impersonal_events import register_impersonal_fields  # noqa: PLC0415
        from regard.listen.domain.lake_rows import register_lake_rows  # noqa: PLC0415
        from regard.listen.domain.personal_data import SAID  # noqa: PLC0415
        from regard.listen.domain.review_import import REVIEWS  # noqa: PLC0415
        from regard.listen.pages.charts import register_charts  # noqa: PLC0415
        from regard.listen.pages.panel import render_answers, render_reviews  # noqa: PLC0415

        data_holders.add(SAID.name, SAID)
        register_impersonal_fields()
        register_event_words()
        register_charts()
        register_lake_rows()
        import_kinds.add(REVIEWS.name, REVIEWS)
        import_kinds.add(ANSWERS.name, ANSWERS)
        customer_panels.add("answers", CustomerPanel("answers", 60, render_answers, label=_("Answers")))
        customer_panels.add("reviews", CustomerPanel("reviews", 50, render_reviews, label=_("Reviews")))
