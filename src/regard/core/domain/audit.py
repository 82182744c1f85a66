from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from regard.core.models import AuditEntry, Store

Changes = Mapping[str, Mapping[str, Any]]  # by field: {"before": ..., "after": ...}


def record_audit(
    *,
    store: Store | None,
    actor: str,
    action: str,
    target: str = "",
    changes: Changes | None = None,
    **detail: Any,
) -> None:
    """Add an entry to the audit log, in the caller's transaction. Details are plain values, never secrets.

    changes: what was otherwise before, see `changed_fields`; left out when that is nothing.
    """
    if changes:
        detail["changes"] = changes
    AuditEntry.objects.create(store=store, actor=actor, action=action, target=target, detail=detail)


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    """Of the fields named in `after`, those that were otherwise before. Name none that is a secret."""
    return {
        name: {"before": before.get(name), "after": value}
        for name, value in after.items()
        if before.get(name) != value
    }


def change_texts(entry: AuditEntry) -> list[str]:
    """What an entry changed, a text for each field: "role: agent → admin"."""
    changes: Changes = entry.detail.get("changes", {})
    return [f"{name}: {_shown(told['before'])} → {_shown(told['after'])}" for name, told in changes.items()]


def other_details(entry: AuditEntry) -> dict[str, Any]:
    """What an entry says beside its changes."""
    return {name: value for name, value in entry.detail.items() if name != "changes"}


def export_audit(store: Store, *, action: str = "", actor: str = "", by: str) -> Iterator[list[str]]:
    """The entries as rows of a table below their head, the latest first; noted in the log itself.

    action, actor: as in `audit_entries_of`. by: who takes them out.
    """
    entries = audit_entries_of(store, action=action, actor=actor)
    record_audit(store=store, actor=by, action="audit.exported", only_action=action, only_actor=actor)
    return _rows(entries)


def _rows(entries: QuerySet[AuditEntry]) -> Iterator[list[str]]:
    yield ["at", "who", "what", "of", "changes", "details"]
    for entry in entries.iterator(chunk_size=2_000):
        details = json.dumps(other_details(entry), ensure_ascii=False, sort_keys=True)
        changes = "; ".join(change_texts(entry))
        yield [entry.at.isoformat(), entry.actor, entry.action, entry.target, changes, details]


def _shown(value: Any) -> str:
    match value:
        case None | "" | []:
            return "–"
        case list():
            return ", ".join(map(str, value))
        case _:
            return str(value)


def audit_entries_of(store: Store, *, action: str = "", actor: str = "") -> QuerySet[AuditEntry]:
    """What was done in a store, the latest first; one action or the doings of one actor if given."""
    rows = AuditEntry.objects.filter(store=store).order_by("-id")
    if action:
        rows = rows.filter(action=action)
    return rows.filter(actor=actor) if actor else rows


@transaction.atomic
def redact_audit(entries: QuerySet[AuditEntry], *, told_without: Callable[[str], str]) -> int:
    """Take what names an erased person out of the targets and details of entries; gives how many changed.

    told_without: a text without what names the person. The database lets nothing else change an entry.
    """
    changed = 0
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL regard.redacting = 'on'")
        for entry in entries:
            target, detail = told_without(entry.target), _without(entry.detail, told_without)
            if (target, detail) != (entry.target, entry.detail):
                changed += AuditEntry.objects.filter(pk=entry.pk).update(target=target, detail=detail)
        cursor.execute("SET LOCAL regard.redacting = 'off'")
    return changed


def entries_that_say(store: Store, expression: str) -> QuerySet[AuditEntry]:
    """Those whose target or details match a regular expression of PostgreSQL, capitals or not."""
    rows = AuditEntry.objects.filter(store=store).alias(told=Cast("detail", TextField()))
    return rows.filter(Q(target__iregex=expression) | Q(told__iregex=expression))


def _without(value: Any, told_without: Callable[[str], str]) -> Any:
    match value:
        case str():
            return told_without(value)
        case list():
            return [_without(item, told_without) for item in value]
        case dict():
            return {name: _without(item, told_without) for name, item in value.items()}
        case _:
            return value
