from regard.task.models.case import CaseStage, CaseState, CaseStep, RecoveryCase
from regard.task.models.task import NEVER, Task, TaskResult, TaskState

__all__ = [
    "NEVER", "CaseStage", "CaseState", "CaseStep", "RecoveryCase", "Task", "TaskResult", "TaskState",
]  # fmt: skip
