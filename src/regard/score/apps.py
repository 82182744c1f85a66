from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from regard.core.registry import (
    Backlog,
    CustomerColumn,
    CustomerPanel,
    backlogs,
    customer_columns,
    customer_panels,
    data_holders,
    impersonal_fields,
)


class ScoreConfig(AppConfig):
    name = "regard.score"
    label = "score"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.score import facts  # noqa: F401, PLC0415 - importing them announces them
        from regard.score.domain.event_words import register_event_words  # noqa: PLC0415 - the same
        from regard.score.domain.personal_data import SCORE_DATA  # noqa: PLC0415 - the same
        from regard.score.domain.segment_fields import register_segment_fields  # noqa: PLC0415 - the same
        from regard.score.domain.stale import count_stale  # noqa: PLC0415 - the same
        from regard.score.pages.panel import health_cells, render_health  # noqa: PLC0415 - needs the models

        customer_panels.add("health", CustomerPanel("health", 10, render_health))
        customer_columns.add("health", CustomerColumn("health", _("Health"), 10, health_cells))
        backlogs.add("scores", Backlog("scores", _("Customers whose scores are to be computed"), count_stale))
        register_segment_fields()
        register_event_words()
        data_holders.add(SCORE_DATA.name, SCORE_DATA)
        impersonal_fields.add("score", frozenset({"band", "previous_band"}))
