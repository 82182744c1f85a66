from django.apps import AppConfig


class TaskConfig(AppConfig):
    name = "regard.task"
    label = "task"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from regard.core.registry import data_holders  # noqa: PLC0415 - models are loaded only by now
        from regard.task import facts  # noqa: F401, PLC0415 - importing them announces them
        from regard.task.domain.actions import register_actions  # noqa: PLC0415
        from regard.task.domain.event_words import register_event_words  # noqa: PLC0415
        from regard.task.domain.impersonal_events import register_impersonal_fields  # noqa: PLC0415
        from regard.task.domain.personal_data import TASK_DATA  # noqa: PLC0415
        from regard.task.domain.segment_fields import register_segment_fields  # noqa: PLC0415

        data_holders.add(TASK_DATA.name, TASK_DATA)
        register_impersonal_fields()
        register_segment_fields()
        register_event_words()
        register_actions()
