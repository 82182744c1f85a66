"""What the address of a page names, and the tabs of a programme."""

from __future__ import annotations

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from regard.core.edges.pages import StoreRequest
from regard.grow.domain.programmes import Counts, programme_for_viewer
from regard.grow.models import Programme
from regard.ui.tabs import Tab


def programme_asked(request: StoreRequest, programme_id: int) -> Programme:
    """Raises Http404 for a programme that the store does not have."""
    try:
        return programme_for_viewer(request.store, programme_id)
    except Programme.DoesNotExist:
        raise Http404 from None


def programme_tabs(programme: Programme, counts: Counts, current: str) -> list[Tab]:
    """current: the name of the page."""
    pages = [
        ("programme", _("Members"), counts.asked),
        ("programme_candidates", _("Candidates"), counts.candidates),
        ("programme_sessions", _("Sessions"), counts.sessions),
        ("programme_decisions", _("Decisions"), counts.decisions),
    ]
    where = [programme.store.slug, programme.pk]
    return [Tab(label, reverse(name, args=where), name == current, count) for name, label, count in pages]
