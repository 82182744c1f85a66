"""Saved segments: named, changed, deleted, and those that every store has."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from regard.core import clock
from regard.core.domain.audit import changed_fields, record_audit
from regard.core.models import Store
from regard.core.registry import segment_fields
from regard.profile.domain.segments.ast import conditions_of
from regard.profile.domain.segments.parse import SegmentInvalid, parse_segment
from regard.profile.domain.segments.printing import segment_text
from regard.profile.models import Segment


@dataclass(frozen=True)
class ReadyMade:
    """A segment that every store has. key: how a filter's address names it."""

    key: str
    name: str
    text: str


READY_MADE = (
    ReadyMade("intervention", gettext_noop("Intervention list"), "health < 60"),
    ReadyMade("loyal", gettext_noop("Loyal customers"), 'lifecycle = "loyal"'),
    ReadyMade(
        "lapsed-regulars", gettext_noop("Lapsed regulars"), 'lifecycle = "loyal" and last_order_days > 90'
    ),
    ReadyMade("unhappy-buyers", gettext_noop("Unhappy buyers"), "orders >= 1 and nps <= 6"),
    ReadyMade("newcomers", gettext_noop("Seen first this month"), "first_seen_days < 30"),
)


def segments_of(store: Store) -> QuerySet[Segment]:
    """The segments that people of the store have saved."""
    return Segment.objects.filter(store=store).order_by("name")


def segment_for_viewer(store: Store, segment_id: int) -> Segment:
    """Raises Segment.DoesNotExist."""
    return Segment.objects.select_related("store").get(store=store, pk=segment_id)


def ready_made_segments() -> list[ReadyMade]:
    """Those whose fields there are, named in the reader's language."""
    return [replace(made, name=_(made.name)) for made in READY_MADE if _is_askable(made.text)]


@transaction.atomic
def create_segment(*, store: Store, name: str, text: str, actor: str) -> Segment:
    """Save a filter under a name. The text is kept in its normal form. Raises ValidationError, by field."""
    segment = Segment(store=store, name=_name(store, name), text=_filter(text), actor=actor)
    segment.save()
    record_audit(store=store, actor=actor, action="segment.created", target=segment.name, text=segment.text)
    return segment


@transaction.atomic
def change_segment(segment: Segment, *, name: str, text: str, actor: str) -> Segment:
    """Rename a segment or ask something else by it. Raises ValidationError, by field."""
    before = {"name": segment.name, "text": segment.text}
    segment.name = _name(segment.store, name, except_for=segment.pk)
    segment.text = _filter(text)
    segment.changed_at = clock.now()
    segment.save(update_fields=["name", "text", "changed_at"])
    changes = changed_fields(before, {"name": segment.name, "text": segment.text})
    record_audit(
        store=segment.store, actor=actor, action="segment.changed", target=segment.name, changes=changes
    )
    return segment


@transaction.atomic
def delete_segment(segment: Segment, *, actor: str) -> None:
    """To take it back, create it again: a segment is no more than its name and text."""
    record_audit(
        store=segment.store, actor=actor, action="segment.deleted", target=segment.name, text=segment.text
    )
    segment.delete()


def _is_askable(text: str) -> bool:
    try:
        return all(condition.field in segment_fields for condition in conditions_of(parse_segment(text)))
    except SegmentInvalid:
        return False


def _filter(text: str) -> str:
    try:
        written = segment_text(parse_segment(text))
    except SegmentInvalid as error:
        raise ValidationError({"text": error.told}) from error
    if not written:
        raise ValidationError({"text": _("Say who is meant: a segment needs at least one condition.")})
    return written


def _name(store: Store, name: str, *, except_for: int = 0) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 100:
        raise ValidationError({"name": _("Give the segment a name of up to 100 characters.")})
    if Segment.objects.filter(store=store, name=name).exclude(pk=except_for).exists():
        raise ValidationError({"name": _("There is a segment “%s” already; use another name.") % name})
    return name
