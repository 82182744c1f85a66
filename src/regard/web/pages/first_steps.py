"""The way from an empty store to its first insight. What other rooms add to it they announce themselves."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from regard.capture.domain.events import has_live_events
from regard.capture.domain.imports.runs import import_runs_of
from regard.capture.models import ImportState
from regard.core.domain.members import members_of, open_invitations_of
from regard.core.models import Store
from regard.core.registry import FirstStep


def _has_store(_store: Store) -> bool:
    return True  # nobody gets here without one; it shows that a beginning is made


def _has_import(store: Store) -> bool:
    return import_runs_of(store).filter(state=ImportState.FINISHED, added__gt=0).exists()


def _has_colleague(store: Store) -> bool:
    return members_of(store)[1:2].exists() or open_invitations_of(store).exists()


STEPS = (
    FirstStep(
        "store", 10, "store.read", _("Name the store"),
        _("Its name, currency and time zone."), "store_settings", _("Settings"), _has_store,
    ),
    FirstStep(
        "past", 20, "imports.run", _("Bring in the past"),
        _("A file of orders is enough to begin with; reviews and answers to surveys make more of it."),
        "import_new", _("Import a file"), _has_import,
    ),
    FirstStep(
        "events", 30, "sources.manage", _("Let the store tell what happens"),
        _("The snippet in your pages, your server, or a Segment SDK that you point here."),
        "sources", _("Connect"), has_live_events,
    ),
    FirstStep(
        "colleague", 40, "members.manage", _("Invite a colleague"),
        _("Each with a role of their own."), "member_invite", _("Invite"), _has_colleague,
    ),
)  # fmt: skip
