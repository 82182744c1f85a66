from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from regard.core.registry import (
    CustomerPanel,
    FeedbackAction,
    NavigationEntry,
    ScoredFacts,
    Volume,
    customer_panels,
    data_holders,
    feedback_actions,
    import_kinds,
    navigation,
    scored_facts,
    volumes,
)

TICKETS_BY_CATEGORY = """
    SELECT category, opened_at, history FROM desk_ticket
    WHERE store_id = %(store)s AND opened_at > %(since)s AND opened_at <= %(until)s AND category <> ''
"""
# What scores count of tickets.
TICKET_MOMENTS = {
    "TICKET": ("opened_at", "opened"), "SOLVED": ("solved_at", "solved_at"),
    "ESCALATED": ("escalated_at", "escalated_at"),
}  # fmt: skip


class DeskConfig(AppConfig):
    name = "regard.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.desk.domain.escalation_quality import judged_escalations  # noqa: PLC0415 - the same
        from regard.desk.domain.escalation_risk import ESCALATION_RISK  # noqa: PLC0415 - the same
        from regard.desk.domain.event_words import register_event_words  # noqa: PLC0415 - the same
        from regard.desk.domain.feedback_data import EVIDENCE_DATA, TELLING_DATA  # noqa: PLC0415
        from regard.desk.domain.impersonal_events import register_impersonal_fields  # noqa: PLC0415
        from regard.desk.domain.lake_rows import register_lake_rows  # noqa: PLC0415
        from regard.desk.domain.personal_data import TICKET_DATA  # noqa: PLC0415
        from regard.desk.domain.segment_fields import register_segment_fields  # noqa: PLC0415
        from regard.desk.domain.ticket_import import TICKETS  # noqa: PLC0415 - models are loaded only by now
        from regard.desk.domain.tickets import TEXTS  # noqa: PLC0415 - the same
        from regard.desk.models import Ticket  # noqa: PLC0415 - the same
        from regard.desk.pages.panel import render_tickets  # noqa: PLC0415
        from regard.listen.domain.text_sources import text_sources  # noqa: PLC0415
        from regard.predict.domain.judging_rules import rule_judges  # noqa: PLC0415
        from regard.score.domain.rules.kinds import register_rule  # noqa: PLC0415
        from regard.score.domain.things import SUBJECTS  # noqa: PLC0415

        text_sources.add(TEXTS.name, TEXTS)
        for holder in (TICKET_DATA, EVIDENCE_DATA, TELLING_DATA):
            data_holders.add(holder.name, holder)
        register_impersonal_fields()
        register_segment_fields()
        register_event_words()
        register_lake_rows()
        import_kinds.add(TICKETS.name, TICKETS)
        panel = CustomerPanel("tickets", 20, render_tickets, label=_("Tickets"))
        customer_panels.add(panel.name, panel)
        scored_facts.add("tickets", ScoredFacts("tickets", "desk_ticket", TICKET_MOMENTS))
        SUBJECTS.add(ESCALATION_RISK.subject, Ticket)
        register_rule(ESCALATION_RISK)
        rule_judges.add("P2", judged_escalations)
        volumes.add("tickets", Volume("tickets", TICKETS_BY_CATEGORY))
        entry = NavigationEntry(
            "feedback_items", _("Improvements"), "feedback_items", "customers.read", 42, "light-bulb", key="b"
        )
        navigation.add(entry.name, entry)
        act = FeedbackAction(
            "feedback_item", _("Add to an improvement"), "feedback_item_new", "tasks.handle", "light-bulb"
        )
        feedback_actions.add(act.name, act)
