from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from regard.core.registry import (
    Backlog,
    CustomerColumn,
    CustomerPanel,
    FirstStep,
    NavigationEntry,
    TodayCard,
    backlogs,
    customer_columns,
    customer_panels,
    data_holders,
    first_steps,
    impersonal_fields,
    navigation,
    today_cards,
)


class ScoreConfig(AppConfig):
    name = "regard.score"
    label = "score"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.score.domain.all_scores import register_scores  # noqa: PLC0415 - models are loaded by now
        from regard.score.domain.event_words import register_event_words  # noqa: PLC0415 - the same
        from regard.score.domain.groups import register_groups  # noqa: PLC0415 - the same
        from regard.score.domain.lake_rows import register_lake_rows  # noqa: PLC0415 - the same
        from regard.score.domain.segment_fields import register_segment_fields  # noqa: PLC0415 - the same

        register_scores()
        register_groups()
        register_segment_fields()
        register_event_words()
        register_lake_rows()
        _register_data()
        _register_customer_page()
        _register_first_page()


def _register_data() -> None:
    from regard.capture.domain.impersonal import one_of  # noqa: PLC0415 - models are loaded only by now
    from regard.score import facts  # noqa: PLC0415 - importing them announces them
    from regard.score.domain.kinds import score_kinds  # noqa: PLC0415 - as above
    from regard.score.domain.personal_data import SCORE_DATA  # noqa: PLC0415 - as above
    from regard.score.domain.rules.kinds import rule_kinds  # noqa: PLC0415 - as above
    from regard.score.domain.stale import count_stale  # noqa: PLC0415 - as above
    from regard.score.models.score import band_choices  # noqa: PLC0415 - as above

    backlogs.add("scores", Backlog("scores", _("Customers whose scores are to be computed"), count_stale))
    data_holders.add(SCORE_DATA.name, SCORE_DATA)
    bands = dict.fromkeys(("band", "previous_band"), one_of([band for band, _label in band_choices()]))
    impersonal_fields.add(facts.HealthChanged.__name__, bands)
    scores = {"score": one_of([*score_kinds.names(), *rule_kinds.names()])}
    impersonal_fields.add(facts.ScoreChanged.__name__, bands | scores)


def _register_customer_page() -> None:
    from regard.score.pages.panel import health_cells, render_health  # noqa: PLC0415 - needs the models
    from regard.score.pages.scores_panel import (  # noqa: PLC0415 - the same
        cells_of,
        render_groups,
        render_parcel_risks,
        render_scores,
    )

    for panel in (
        CustomerPanel("health", 10, render_health, label=_("Health"), glance=True),
        CustomerPanel("scores", 12, render_scores, label=_("Scores")),
        CustomerPanel("parcel_risks", 39, render_parcel_risks),
        CustomerPanel("groups", 55, render_groups, label=_("Groups"), beside=True),
    ):
        customer_panels.add(panel.name, panel)
    for column in (
        CustomerColumn("health", _("Health"), 10, health_cells),
        CustomerColumn("csi", _("CSI"), 12, cells_of("csi"), "wide-only", further=True),
    ):
        customer_columns.add(column.name, column)


def _register_first_page() -> None:
    from regard.score.domain.band_totals import has_scores  # noqa: PLC0415 - models are loaded only by now
    from regard.score.pages import today  # noqa: PLC0415 - as above

    weights = NavigationEntry(
        "score_weights", _("Scores"), "score_weights", "store.read", 12, "chart-bar", group="settings"
    )
    navigation.add(weights.name, weights)
    health, money = "score/today_health.html", "score/today_money.html"
    for card in (
        TodayCard("health", _("How customers are"), 20, "customers.read", health, today.load_health, 2),
        TodayCard("money", _("Money at risk"), 30, "customers.read", money, today.load_money, 2),
    ):
        today_cards.add(card.name, card)
    step = FirstStep(
        name="insight",
        order=60,
        permission="customers.read",
        title=_("See how your customers are"),
        text=_(
            "A few minutes after orders, reviews or answers are in, each customer has a health with reasons."
        ),
        url_name="customers",
        action=_("Customers"),
        is_done=has_scores,
    )
    first_steps.add(step.name, step)
