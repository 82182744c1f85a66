"""What this room holds of a customer: the programmes they are in, and what they said there."""

from __future__ import annotations

from typing import Any

import msgspec

from regard.core.models import Store
from regard.core.registry import DataHolder
from regard.grow.domain.texts import SOURCE
from regard.grow.models import Attendance, ProgrammeMember
from regard.listen.domain.texts import forget_source_rows

MEMBER_FIELDS = (
    "programme__name", "programme__kind", "state", "standing", "satisfaction", "engagement", "value_minor",
    "satisfaction_rank", "engagement_rank", "value_rank", "by_hand", "proposed_at", "invited_at", "answered_at",
    "left_at", "note",
)  # fmt: skip
SAID_FIELDS = ("session__title", "session__held_at", "satisfaction", "said")


def export_programmes(store: Store, customer_id: int) -> dict[str, Any]:
    """The oldest first."""
    members = ProgrammeMember.objects.filter(store=store, identity__customer=customer_id)
    there = Attendance.objects.filter(store=store, member__identity__customer=customer_id)
    held = {
        "programmes": list(members.order_by("id").values(*MEMBER_FIELDS)),
        "programme_sessions": list(there.order_by("id").values(*SAID_FIELDS)),
    }
    return dict(msgspec.to_builtins(held))


def erase_programmes(store: Store, customer_id: int) -> int:
    """They are in no programme any more, and were at no session; gives how many rows are gone."""
    there = Attendance.objects.filter(store=store, member__identity__customer=customer_id)
    forget_source_rows(store, SOURCE, list(there.values_list("pk", flat=True)), lessons=True)
    gone, _by_model = ProgrammeMember.objects.filter(store=store, identity__customer=customer_id).delete()
    return gone


PROGRAMME_DATA = DataHolder("programmes", 94, export_programmes, erase_programmes)
