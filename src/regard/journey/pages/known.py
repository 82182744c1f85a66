"""What fields of the editor offer to choose from while somebody types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from regard.core.models import Store
from regard.journey.domain.definition.parts import INSTANCES
from regard.journey.domain.event_names import known_event_names
from regard.journey.pages.forms import AGAIN, DAYS, EVENTS, MOMENTS, TEMPLATES, THINGS
from regard.message.domain.templates import templates_for_viewer
from regard.profile.domain.segments.fields import fields_for_viewer

MOST = 500  # templates that are offered
Offered = Sequence[tuple[str, str]]  # values with what they are in words, "" where they say it themselves


def known_lists(store: Store) -> Mapping[str, Offered]:
    """By the id of the datalist."""
    return {
        EVENTS: [(name, "") for name in known_event_names(store)],
        TEMPLATES: [(one.key, one.name) for one in templates_for_viewer(store=store, limit=MOST).rows],
        DAYS: [(known.name, _(str(known.label))) for known in fields_for_viewer() if known.type == "time"],
        THINGS: [(name, "") for name in INSTANCES],
        AGAIN: [("never", ""), ("always", ""), ("after 14 days", ""), ("after 90 days", "")],
        MOMENTS: [("good hour", _("when this customer reads")), ("event.delivery_date", "")],
    }
