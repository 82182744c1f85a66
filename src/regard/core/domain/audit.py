from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

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
