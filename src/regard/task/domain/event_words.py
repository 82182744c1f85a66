"""What the facts of this room say, in words for the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regard.capture.domain.property_values import read_title
from regard.core.registry import Fact, event_words
from regard.task.facts import (
    CaseClosed,
    CaseOpened,
    CaseStageDone,
    TaskAssigned,
    TaskDone,
    TaskDropped,
    TaskMade,
    TaskOverdue,
    TaskPostponed,
    TaskReopened,
)
from regard.task.models import CaseStage, TaskResult

MOST = 120  # characters of a value that is quoted
SENTENCES: Mapping[type[Fact], Promise] = {
    TaskMade: gettext_lazy("Task %(task)s was made (%(origin)s)"),
    TaskAssigned: gettext_lazy("%(actor)s gave task %(task)s to somebody else"),
    TaskDropped: gettext_lazy("%(actor)s dropped task %(task)s"),
    TaskReopened: gettext_lazy("%(actor)s opened task %(task)s again"),
    TaskPostponed: gettext_lazy("%(actor)s postponed task %(task)s"),
    TaskOverdue: gettext_lazy("Task %(task)s is overdue"),
    CaseOpened: gettext_lazy("Recovery case %(case)s was opened (%(origin)s)"),
    CaseClosed: gettext_lazy("Recovery case %(case)s is closed"),
}


def register_event_words() -> None:
    """Fill the registry; once, at start-up."""
    for fact, sentence in SENTENCES.items():
        event_words.add(fact.__name__, partial(_plain, sentence))
    event_words.add(TaskDone.__name__, _done)
    event_words.add(CaseStageDone.__name__, _stage_done)


def _plain(sentence: Promise, told: Mapping[str, Any]) -> str:
    return str(sentence) % _names(told)


def _names(told: Mapping[str, Any]) -> dict[str, str]:
    return {
        "case": read_title(told, "case_id", most=MOST),
        "task": read_title(told, "task_id", most=MOST),
        "origin": read_title(told, "origin", most=MOST),
        "actor": read_title(told, "actor", most=MOST) or _("Somebody"),
    }


def _done(told: Mapping[str, Any]) -> str:
    result = told.get("result")
    label = TaskResult(result).label if result in TaskResult.values else read_title(told, "result", most=MOST)
    return _("%(actor)s did task %(task)s: %(result)s") % {**_names(told), "result": label}


def _stage_done(told: Mapping[str, Any]) -> str:
    stage = told.get("stage")
    label = CaseStage(stage).label if stage in CaseStage.values else read_title(told, "stage", most=MOST)
    said = (
        _("%(actor)s skipped “%(stage)s” of recovery case %(case)s")
        if told.get("is_skipped") is True
        else _("%(actor)s finished “%(stage)s” of recovery case %(case)s")
    )
    return said % {**_names(told), "stage": label}
