from django.apps import AppConfig
from django.utils.translation import gettext_noop as _

from regard.core.registry import (
    CustomerPanel,
    NavigationEntry,
    PaletteEntry,
    TodayCard,
    customer_panels,
    data_holders,
    navigation,
    palette_entries,
    palette_finders,
    today_cards,
)


class TaskConfig(AppConfig):
    name = "regard.task"
    label = "task"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.task import facts  # noqa: F401, PLC0415 - importing them announces them
        from regard.task.domain.actions import register_actions  # noqa: PLC0415 - needs the models
        from regard.task.domain.event_words import register_event_words  # noqa: PLC0415 - the same
        from regard.task.domain.impersonal_events import register_impersonal_fields  # noqa: PLC0415
        from regard.task.domain.personal_data import TASK_DATA  # noqa: PLC0415
        from regard.task.domain.segment_fields import register_segment_fields  # noqa: PLC0415
        from regard.task.pages.palette import TASKS_FOUND  # noqa: PLC0415
        from regard.task.pages.panel import render_tasks  # noqa: PLC0415
        from regard.task.pages.today import load_tasks  # noqa: PLC0415

        data_holders.add(TASK_DATA.name, TASK_DATA)
        register_impersonal_fields()
        register_segment_fields()
        register_event_words()
        register_actions()
        entry = NavigationEntry(
            "tasks", _("Tasks"), "tasks", "tasks.read", 22, "clipboard-document-check", key="w"
        )
        navigation.add(entry.name, entry)
        panel = CustomerPanel("tasks", 45, render_tasks, label=_("Tasks"), beside=True)
        customer_panels.add(panel.name, panel)
        card = TodayCard("tasks", _("To be done"), 12, "tasks.read", "task/today_tasks.html", load_tasks, 3)
        today_cards.add(card.name, card)
        palette_finders.add(TASKS_FOUND.name, TASKS_FOUND)
        act = PaletteEntry(
            "cases", _("Recovery cases"), "cases", "tasks.handle", "lifebuoy", "restore win back apology"
        )
        palette_entries.add(act.name, act)
        act = PaletteEntry("task", _("Make a task"), "task_new", "tasks.handle", "plus", "todo new")
        palette_entries.add(act.name, act)
