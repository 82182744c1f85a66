from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db import connection, transaction
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from regard.core.models import AuditEntry, Store

Changes = Mapping[str, Mapping[str, Any]]  # by field: {"before": ..., "after": ...}
MOST_KNOWN = 300  # actors or actions that are listed to choose from
# The next greater value by the index, time and again: a store has few of them in very many entries.
_KNOWN = """
    WITH RECURSIVE known AS (
        SELECT min({column}) AS name FROM core_auditentry WHERE store_id = %(store)s
        UNION ALL
        SELECT (SELECT min({column}) FROM core_auditentry WHERE store_id = %(store)s AND {column} > known.name)
        FROM known WHERE known.name IS NOT NULL
    ) SELECT name FROM known WHERE name IS NOT NULL LIMIT %(most)s
"""


@dataclass(frozen=True)
class Wanted:
    """Which entries of the audit log: those that meet all that is given.

    target: how the name of what it was done to begins. since, before: aware times, the first one included.
    """

    actor: str = ""
    action: str = ""
    target: str = ""
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True)
class Change:
    """A field of which an entry tells what it was before and is after, as texts."""

    field: str
    before: str
    after: str


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


def changes_of(entry: AuditEntry) -> list[Change]:
    """What an entry changed."""
    changes: Changes = entry.detail.get("changes", {})
    return [
        Change(name, told_value(told["before"]), told_value(told["after"])) for name, told in changes.items()
    ]


def change_texts(entry: AuditEntry) -> list[str]:
    """What an entry changed, a text for each field: "role: agent → admin"."""
    return [f"{change.field}: {change.before} → {change.after}" for change in changes_of(entry)]


def other_details(entry: AuditEntry) -> dict[str, Any]:
    """What an entry says beside its changes."""
    return {name: value for name, value in entry.detail.items() if name != "changes"}


def known_values(store: Store, column: Literal["actor", "action"]) -> list[str]:
    """Who has done something in a store, or what has been done, in order: one query along an index."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN.format(column=column), {"store": store.pk, "most": MOST_KNOWN})
        return [name for (name,) in cursor.fetchall()]


def export_audit(store: Store, wanted: Wanted, *, by: str) -> Iterator[list[str]]:
    """The entries as rows of a table below their head, the latest first; noted in the log itself.

    by: who takes them out.
    """
    entries = audit_entries_of(store, wanted)
    only = {name: value for name, value in vars(wanted).items() if value}
    record_audit(
        store=store, actor=by, action="audit.exported",
        only={name: told_value(value) for name, value in only.items()},
    )  # fmt: skip
    return _rows(entries)


def _rows(entries: QuerySet[AuditEntry]) -> Iterator[list[str]]:
    yield ["at", "who", "what", "of", "changes", "details"]
    for entry in entries.iterator(chunk_size=2_000):
        details = json.dumps(other_details(entry), ensure_ascii=False, sort_keys=True)
        changes = "; ".join(change_texts(entry))
        yield [entry.at.isoformat(), entry.actor, entry.action, entry.target, changes, details]


def told_value(value: Any) -> str:
    """A value of an entry as a text, a dash for nothing."""
    match value:
        case None | "" | []:
            return "–"
        case list():
            return ", ".join(map(str, value))
        case dict():
            return ", ".join(f"{name}: {told_value(part)}" for name, part in value.items()) or "–"
        case datetime():
            return value.isoformat()
        case _:
            return str(value)


def audit_entries_of(store: Store, wanted: Wanted | None = None) -> QuerySet[AuditEntry]:
    """What was done in a store, the latest first."""
    wanted = wanted or Wanted()
    asked = {
        "actor": wanted.actor,
        "action": wanted.action,
        "target__startswith": wanted.target,
        "at__gte": wanted.since,
        "at__lt": wanted.before,
    }
    conditions = {field: value for field, value in asked.items() if value}
    return AuditEntry.objects.filter(store=store, **conditions).order_by("-id")


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
