"""What the system did by itself in the last day, told on the first page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regard.act.domain.outbox_control import sends_since
from regard.act.domain.queries import alerts_raised_since
from regard.capture.domain.imports.runs import import_runs_of
from regard.capture.models import ImportState
from regard.core import clock
from regard.core.models import Store
from regard.score.domain.queries import last_score_run
from regard.ui.templatetags.figures import whole

DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Done:
    """Something that was done. tone: of the badge, if there is one."""

    entry_icon: str
    text: str
    detail: str
    url: str
    at: datetime | None = None
    badge: str = ""
    tone: str = ""


def load_overnight(store: Store) -> Mapping[str, Any]:
    """Five queries."""
    since = clock.now() - DAY
    done = [*_scores(store), *_imports(store, since), *_sends(store, since), *_alerts(store, since)]
    return {"entries": done}


def _scores(store: Store) -> Iterator[Done]:
    run = last_score_run(store)
    if run is None:
        return
    text = _("Scored %(customers)s customers") % {"customers": whole(run.customers)}
    moved = ngettext("%(moved)s score moved", "%(moved)s scores moved", run.moved) % {
        "moved": whole(run.moved)
    }
    yield Done(
        "heart", text, moved, reverse("customers", args=[store.slug]), run.finished_at or run.started_at
    )


def _imports(store: Store, since: datetime) -> Iterator[Done]:
    ended = import_runs_of(store).filter(finished_at__gt=since).order_by()
    runs = ended.exclude(state__in=[ImportState.UNDOING, ImportState.UNDONE])
    found = runs.aggregate(
        files=Count("id"), added=Sum("added"), rejected=Sum("rejected"), last=Max("finished_at")
    )
    if not found["files"]:
        return
    text = ngettext("Brought in %(files)s file", "Brought in %(files)s files", found["files"])
    told = _("%(added)s facts; %(rejected)s rows rejected")
    yield Done(
        "arrow-up-tray",
        text % {"files": whole(found["files"])},
        told % {"added": whole(found["added"]), "rejected": whole(found["rejected"])},
        reverse("imports", args=[store.slug]),
        found["last"],
        badge=_("rejected rows") if found["rejected"] else "",
        tone="warning",
    )


def _sends(store: Store, since: datetime) -> Iterator[Done]:
    sends = sends_since(store, since)
    outbox = reverse("outbox", args=[store.slug])
    if reached := sends.sent - sends.unreached:
        text = ngettext("Sent %(count)s message", "Sent %(count)s messages", reached)
        yield Done("paper-airplane", text % {"count": whole(reached)}, "", outbox, sends.last_at)
    if sends.unreached:
        text = ngettext(
            "%(count)s message reached nobody", "%(count)s messages reached nobody", sends.unreached
        )
        yield Done(
            "exclamation-triangle",
            text % {"count": whole(sends.unreached)},
            _("No mail server is set; e-mails become files."),
            outbox,
            sends.last_at,
            badge=_("not sent"),
            tone="warning",
        )
    if sends.failed:
        text = ngettext(
            "%(count)s message could not be sent", "%(count)s messages could not be sent", sends.failed
        )
        yield Done(
            "exclamation-triangle",
            text % {"count": whole(sends.failed)},
            "",
            f"{outbox}?state=failed",
            badge=_("failed"),
            tone="bad",
        )


def _alerts(store: Store, since: datetime) -> Iterator[Done]:
    raised = alerts_raised_since(store, since)
    if raised:
        text = ngettext("Raised %(count)s alert", "Raised %(count)s alerts", raised) % {
            "count": whole(raised)
        }
        yield Done("bell-alert", text, "", reverse("alerts", args=[store.slug]) + "?state=all")
