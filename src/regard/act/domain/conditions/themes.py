"""Customers complain of something more than before."""

from __future__ import annotations

import msgspec
from django.utils.translation import gettext as _

from regard.act.domain.conditions.finding import Checked, Finding
from regard.capture.domain.logged import LoggedEvent
from regard.listen.facts import ThemeRising


def check_themes(checked: Checked) -> list[Finding]:
    """Whatever rises is told, see listen.domain.rising."""
    return [_finding(event) for event in checked.events]


def _finding(event: LoggedEvent) -> Finding:
    fact = msgspec.convert(event.body, ThemeRising)
    told = {"count": fact.complaints, "before": fact.before, "what": fact.theme}
    why = _("%(what)s: %(count)s in 7 days, %(before)s in the 7 days before.") % told
    return Finding(
        event_id=event.id,
        instance=str(event.key),
        matched=True,
        why=why,
        reason=why,
        subject=fact.theme,
    )
