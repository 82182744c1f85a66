from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from regard.core.models import AuditEntry, Store


def record_audit(*, store: Store | None, actor: str, action: str, target: str = "", **detail: Any) -> None:
    """Add an entry to the audit log, in the caller's transaction. Details are plain values, never secrets."""
    AuditEntry.objects.create(store=store, actor=actor, action=action, target=target, detail=detail)


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
