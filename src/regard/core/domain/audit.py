from __future__ import annotations

from typing import Any

from regard.core.models import AuditEntry, Store


def record_audit(*, store: Store | None, actor: str, action: str, target: str = "", **detail: Any) -> None:
    """Add an entry to the audit log, in the caller's transaction. Details are plain values, never secrets."""
    AuditEntry.objects.create(store=store, actor=actor, action=action, target=target, detail=detail)
