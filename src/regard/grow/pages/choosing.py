"""What narrows the list of candidates."""

from __future__ import annotations

from django.http import QueryDict
from django.utils.translation import gettext as _

from regard.core.models import Store
from regard.grow.domain.choosing import ASKED, NEVER, REACHED, UNREACHED, Wanted
from regard.grow.models import MemberState
from regard.profile.domain.segments.saved import segments_of
from regard.profile.models import Segment
from regard.ui.filters import Filter


def candidates_wanted(store: Store, told: QueryDict) -> Wanted:
    """What an address or a form asks for; what there is not is not asked for. One query at most."""
    reach, asked, number = told.get("reach", ""), told.get("asked", ""), told.get("segment", "")
    segment: Segment | None = None
    if number.isascii() and number.isdecimal() and len(number) < 19:
        segment = segments_of(store).filter(pk=int(number)).first()
    return Wanted(
        reach=reach if reach in {REACHED, UNREACHED} else "",
        asked=asked if asked in {ASKED, NEVER} else "",
        segment=segment,
    )


def candidate_filters(store: Store, wanted: Wanted, state: str) -> list[Filter]:
    """One query."""
    reach = [(REACHED, _("May be written to")), (UNREACHED, _("May not be written to"))]
    asked = [(NEVER, _("Asked by no other")), (ASKED, _("Asked by another"))]
    segments = [(str(each.pk), each.name) for each in segments_of(store)]
    chosen = str(wanted.segment.pk) if wanted.segment else ""
    dismissed = MemberState.DISMISSED
    shown = dismissed.value if state == dismissed else ""
    filters = [
        Filter("reach", _("E-mail"), reach, wanted.reach),
        Filter("asked", _("Programmes"), asked, wanted.asked),
        Filter("segment", _("Segment"), segments, chosen),
        Filter("state", _("State"), [(dismissed.value, str(dismissed.label))], shown),
    ]
    return [each for each in filters if each.choices]
