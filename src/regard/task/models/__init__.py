from regard.task.models.task import NEVER, Task, TaskResult, TaskState

__all__ = ["NEVER", "Task", "TaskResult", "TaskState"]
