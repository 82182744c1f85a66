from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from regard.core.registry import (
    Backlog,
    CustomerPanel,
    NavigationEntry,
    backlogs,
    customer_panels,
    data_holders,
    import_kinds,
    navigation,
)


class ListenConfig(AppConfig):
    name = "regard.listen"
    label = "listen"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.listen.domain import text_sources  # noqa: PLC0415 - models are loaded only by now
        from regard.listen.domain.answer_import import ANSWERS  # noqa: PLC0415 - the same
        from regard.listen.domain.event_words import register_event_words  # noqa: PLC0415
        from regard.listen.domain.impersonal_events import register_impersonal_fields  # noqa: PLC0415
        from regard.listen.domain.lake_rows import register_lake_rows  # noqa: PLC0415
        from regard.listen.domain.personal_data import SAID  # noqa: PLC0415
        from regard.listen.domain.review_import import REVIEWS  # noqa: PLC0415
        from regard.listen.domain.texts import count_waiting  # noqa: PLC0415
        from regard.listen.pages.charts import register_charts  # noqa: PLC0415
        from regard.listen.pages.panel import render_answers, render_reviews  # noqa: PLC0415

        for source in (text_sources.REVIEWS, text_sources.ANSWERS):
            text_sources.text_sources.add(source.name, source)
        data_holders.add(SAID.name, SAID)
        register_impersonal_fields()
        register_event_words()
        register_charts()
        register_lake_rows()
        import_kinds.add(REVIEWS.name, REVIEWS)
        import_kinds.add(ANSWERS.name, ANSWERS)
        backlogs.add("texts", Backlog("texts", _("Texts that are to be understood"), count_waiting))
        customer_panels.add("answers", CustomerPanel("answers", 60, render_answers, label=_("Answers")))
        entry = NavigationEntry(
            "feedback", _("Feedback"), "feedback", "customers.read", 40, "chat-bubble-left-right", key="f"
        )
        navigation.add(entry.name, entry)
        customer_panels.add("reviews", CustomerPanel("reviews", 50, render_reviews, label=_("Reviews")))
