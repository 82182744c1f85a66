"""Who did what in the store, found by person, act, thing and day, and taken out as a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.domain.audit import (
    Change,
    Wanted,
    audit_entries_of,
    changes_of,
    export_audit,
    known_values,
    other_details,
    told_value,
)
from regard.core.edges.csv_lines import csv_response
from regard.core.edges.keyset import CursorInvalid, keyset_page
from regard.core.edges.pages import StoreRequest, asked_for, store_page
from regard.core.models import AuditEntry
from regard.ui.date_range import asked_day
from regard.ui.filters import Day, Filter, chosen_of
from regard.web.pages.audit_words import action_words

ROWS = 50


@dataclass(frozen=True)
class Row:
    """An entry as people read it."""

    entry: AuditEntry
    who: str
    icon: str
    what: str
    changes: list[Change]
    details: list[tuple[str, str]]


@store_page("audit.read")
def audit(request: StoreRequest) -> HttpResponse:
    cursor, wanted = asked_for(request, "cursor"), _wanted(request)
    try:
        page = keyset_page(audit_entries_of(request.store, wanted), order=["-id"], cursor=cursor, limit=ROWS)
    except CursorInvalid:
        return redirect(request.path)
    filters, days = _filters(request, wanted), _days(request)
    context = {
        "rows": [_row(entry) for entry in page.rows],
        "next_cursor": page.next_cursor,
        "cursor": cursor,
        "filters": filters,
        "days": days,
        "target": wanted.target,
        "chosen": chosen_of(request.GET, [*filters, *days]),
        "filtered": wanted != Wanted(),
    }
    return render(request, "web/audit.html", context)


@store_page(post="audit.read")
def export(request: StoreRequest) -> HttpResponseBase:
    """The entries that the page's filter finds, all of them, as a file of comma-separated values."""
    rows = export_audit(request.store, _wanted(request), by=request.user.email)
    return csv_response(rows, name=f"audit-{request.store.slug}-{clock.now():%Y-%m-%d}.csv")


def _wanted(request: StoreRequest) -> Wanted:
    first, last = (asked_day(asked_for(request, name)) for name in ("from", "to"))
    return Wanted(
        actor=asked_for(request, "actor"),
        action=asked_for(request, "action"),
        target=asked_for(request, "q").strip(),
        since=_start(first) if first else None,
        before=_start(last + timedelta(days=1)) if last else None,
    )


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_current_timezone())


def _filters(request: StoreRequest, wanted: Wanted) -> list[Filter]:
    actors = [(actor, _who(actor)[0]) for actor in known_values(request.store, "actor")]
    actions = [(action, action_words(action)) for action in known_values(request.store, "action")]
    return [
        Filter("actor", _("Who"), actors, wanted.actor),
        Filter("action", _("What"), actions, wanted.action),
    ]


def _days(request: StoreRequest) -> list[Day]:
    named = (("from", _("From")), ("to", _("To")))
    return [Day(name, label, asked_day(asked_for(request, name))) for name, label in named]


def _row(entry: AuditEntry) -> Row:
    who, icon = _who(entry.actor)
    details = [(name, told_value(value)) for name, value in other_details(entry).items()]
    return Row(entry, who, icon, action_words(entry.action), changes_of(entry), details)


def _who(actor: str) -> tuple[str, str]:
    """In words, with an icon."""
    if actor == "cli":
        return _("Command line"), "command-line"
    if actor == "system":
        return _("Regard itself"), "cog-6-tooth"
    if actor.startswith("key:"):
        return _("API key %s") % actor.removeprefix("key:"), "key"
    return actor, "user"
