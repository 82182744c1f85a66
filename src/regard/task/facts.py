"""What the task room tells the log. Titles, texts and words of results are left out: the rows have them."""

from __future__ import annotations

from regard.core.registry import Fact, fact


@fact
class TaskMade(Fact, frozen=True, kw_only=True):
    """Somebody has something to do."""

    task_id: int
    origin: str  # who wanted it: "person", or such as "journey:win-back"
    key: str
    customer_id: int | None  # None: it is about the store


@fact
class TaskAssigned(Fact, frozen=True, kw_only=True):
    """A task was given to a member, or (None) taken back from one."""

    task_id: int
    owner_id: int | None
    actor: str


@fact
class TaskDone(Fact, frozen=True, kw_only=True):
    """A task was done; what waits for it finds it by its key."""

    task_id: int
    origin: str
    key: str
    customer_id: int | None
    result: str  # one of TaskResult
    seconds: float  # since it was made
    actor: str


@fact
class TaskDropped(Fact, frozen=True, kw_only=True):
    """A task will not be done."""

    task_id: int
    origin: str
    key: str
    customer_id: int | None
    actor: str  # "" where its customer was erased


@fact
class TaskReopened(Fact, frozen=True, kw_only=True):
    """A task that had been done or dropped is open again."""

    task_id: int
    key: str
    actor: str


@fact
class TaskPostponed(Fact, frozen=True, kw_only=True):
    """A task is due at another time."""

    task_id: int
    due_at: str  # ISO 8601
    actor: str


@fact
class TaskOverdue(Fact, frozen=True, kw_only=True):
    """A task is open after it was due; told once for each time at which it was due."""

    task_id: int
    key: str
    customer_id: int | None
    due_at: str  # ISO 8601


@fact
class CaseOpened(Fact, frozen=True, kw_only=True):
    """A customer who was let down is to be won back."""

    case_id: int
    origin: str
    key: str
    customer_id: int


@fact
class CaseStageDone(Fact, frozen=True, kw_only=True):
    """A stage of a recovery was done, or skipped."""

    case_id: int
    key: str
    stage: str  # one of CaseStage
    is_skipped: bool
    actor: str


@fact
class CaseClosed(Fact, frozen=True, kw_only=True):
    """All stages of a recovery are done or skipped; days: since it was opened."""

    case_id: int
    key: str
    customer_id: int
    cost_minor: int
    days: float
