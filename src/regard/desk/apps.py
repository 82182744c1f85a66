from django.apps import AppConfig

from regard.core.registry import CustomerPanel, customer_panels, import_kinds


class DeskConfig(AppConfig):
    name = "regard.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.desk.domain.ticket_import import TICKETS  # noqa: PLC0415 - models are loaded only by now
        from regard.desk.pages.panel import render_tickets  # noqa: PLC0415

        import_kinds.add(TICKETS.name, TICKETS)
        customer_panels.add("tickets", CustomerPanel("tickets", 12, render_tickets))
