"""Feedback items: opening, changing and settling them, and what stands behind them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from regard.capture.domain.record import record
from regard.core import clock
from regard.core.domain.audit import changed_fields, record_audit
from regard.core.edges.keyset import KeysetPage, keyset_page
from regard.core.models import Store, User
from regard.core.registry import Fact
from regard.desk.domain.feedback_figures import recount, rescore
from regard.desk.facts import (
    FeedbackItemDeclined,
    FeedbackItemDone,
    FeedbackItemOpened,
    FeedbackItemPlanned,
    FeedbackItemReopened,
)
from regard.desk.models import (
    FeedbackEvidence,
    FeedbackItem,
    FeedbackKind,
    FeedbackStatus,
    FeedbackUrgency,
    InnovationClass,
)
from regard.listen.domain.quotes import said_of
from regard.listen.models import Theme, Understanding
from regard.task.domain.making import clean_text, member_id

LONGEST_TITLE = 200
LARGEST_VALUE = 10**15  # in minor units
QUARTER = re.compile(r"20\d\d-Q[1-4]")
CHOICES = {"kind": FeedbackKind, "urgency": FeedbackUrgency, "innovation": InnovationClass}
MOST_ITEMS = 2_000  # of a store: every one is counted each hour


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a person says of an item. value_minor: what they expect of it in a year; None: nobody knows."""

    title: str
    kind: str
    urgency: str
    innovation: str
    text: str = ""
    quarter: str = ""
    value_minor: int | None = None
    gap: str = ""
    owner: User | None = None


@dataclass(frozen=True, kw_only=True)
class ItemFilter:
    """Which items to show; "" is for all."""

    status: str = ""
    kind: str = ""
    urgency: str = ""
    innovation: str = ""
    search: str = ""


@transaction.atomic
def open_item(store: Store, told: Told, *, actor: str) -> FeedbackItem:
    """Raises ValidationError, by field."""
    if FeedbackItem.objects.filter(store=store).count() >= MOST_ITEMS:
        raise ValidationError(_("A store can have %d items at most.") % MOST_ITEMS)
    item = FeedbackItem.objects.create(store=store, **_clean(store, told))
    record(FeedbackItemOpened(item_id=item.pk, actor=actor), store_id=store.pk)
    record_audit(store=store, actor=actor, action="feedback_item.opened", target=_target(item))
    return item


@transaction.atomic
def change_item(item: FeedbackItem, told: Told, *, actor: str) -> None:
    """Raises ValidationError, by field."""
    clean = _clean(item.store, told)
    changes = changed_fields({name: getattr(item, name) for name in clean}, clean)
    if not changes:
        return
    for name, value in clean.items():
        setattr(item, name, value)
    rescore(item)
    item.save(update_fields=[*clean, "score"])
    record_audit(
        store=item.store, actor=actor, action="feedback_item.changed", target=_target(item), changes=changes
    )


@transaction.atomic
def set_status(item: FeedbackItem, status: str, *, actor: str) -> bool:
    """False when it had it before. Raises ValidationError, by field."""
    if status not in FeedbackStatus.values:
        raise ValidationError({"status": _("Choose one of the values.")})
    held = FeedbackItem.objects.select_for_update().get(pk=item.pk)
    if held.status == status:
        return False
    settled = status in {FeedbackStatus.DONE, FeedbackStatus.DECLINED}
    item.status, item.settled_at = status, clock.now() if settled else None
    if status != FeedbackStatus.DONE:
        item.published_at = None
    item.save(update_fields=["status", "settled_at", "published_at"])
    record(_fact_of(item, actor), store_id=item.store_id)
    changes = changed_fields({"status": held.status}, {"status": status})
    record_audit(
        store=item.store, actor=actor, action="feedback_item.settled", target=_target(item), changes=changes
    )
    return True


@transaction.atomic
def add_theme(item: FeedbackItem, theme: Theme, *, actor: str) -> bool:
    """All texts of a theme, the coming ones too. False when it was there."""
    return _add(item, {"theme": theme}, actor=actor)


@transaction.atomic
def add_text(item: FeedbackItem, text: Understanding, *, actor: str) -> bool:
    """False when it was there. Raises Understanding.DoesNotExist when it is gone from its source."""
    named = {"source": text.source, "external_id": said_of(text).external_id}
    return _add(item, named, actor=actor)


@transaction.atomic
def remove_evidence(item: FeedbackItem, evidence_id: int, *, actor: str) -> bool:
    """False when there is none of that id."""
    gone, _by_model = FeedbackEvidence.objects.filter(item=item, pk=evidence_id).delete()
    if gone:
        recount(item.store, [item])
        record_audit(
            store=item.store, actor=actor, action="feedback_item.evidence_removed", target=_target(item)
        )
    return bool(gone)


def items_for_viewer(
    store: Store, only: ItemFilter = ItemFilter(), *, cursor: str = "", limit: int = 50
) -> KeysetPage[FeedbackItem]:
    """What matters most first. One query. Raises CursorInvalid."""
    rows = _items(store)
    wanted = {name: value for name, value in asdict(only).items() if value and name != "search"}
    rows = rows.filter(**wanted)
    if only.search:
        rows = rows.filter(title__icontains=only.search)
    return keyset_page(rows, order=("-score", "-id"), cursor=cursor, limit=limit)


def item_for_viewer(store: Store, item_id: int) -> FeedbackItem:
    """Raises FeedbackItem.DoesNotExist, also for one of another store."""
    return _items(store).get(pk=item_id)


def count_by_status(store: Store) -> dict[str, int]:
    """One query."""
    rows = FeedbackItem.objects.filter(store=store).values_list("status").annotate(Count("id"))
    return dict(rows.order_by())


def evidence_of(item: FeedbackItem) -> list[FeedbackEvidence]:
    """In the order in which it was added. One query."""
    return list(FeedbackEvidence.objects.filter(item=item).select_related("theme").order_by("id"))


def recount_all(store: Store) -> None:
    """Texts come, and with time they no longer count."""
    recount(store, list(FeedbackItem.objects.filter(store=store).order_by("id")))


def _add(item: FeedbackItem, named: Mapping[str, Any], *, actor: str) -> bool:
    _evidence, is_new = FeedbackEvidence.objects.get_or_create(item=item, **named)
    if is_new:
        recount(item.store, [item])
        record_audit(
            store=item.store, actor=actor, action="feedback_item.evidence_added", target=_target(item)
        )
    return is_new


def _clean(store: Store, told: Told) -> dict[str, Any]:
    title = " ".join(told.title.replace("\0", "").split())
    if not title or len(title) > LONGEST_TITLE:
        raise ValidationError({"title": _("Write 1 to %d characters.") % LONGEST_TITLE})
    for name, choices in CHOICES.items():
        if getattr(told, name) not in choices.values:
            raise ValidationError({name: _("Choose one of the values.")})
    if told.quarter and not QUARTER.fullmatch(told.quarter):
        raise ValidationError({"quarter": _("Write a quarter such as 2026-Q4.")})
    if told.value_minor is not None and not 0 <= told.value_minor <= LARGEST_VALUE:
        raise ValidationError({"value_minor": _("It must be from %(least)s to %(most)s.") % {
            "least": 0, "most": LARGEST_VALUE}})  # fmt: skip
    return {
        "title": title, "text": clean_text(told.text, "text"), "gap": clean_text(told.gap, "gap"),
        "kind": told.kind, "urgency": told.urgency, "innovation": told.innovation, "quarter": told.quarter,
        "value_minor": told.value_minor, "owner_id": member_id(store, told.owner) if told.owner else None,
    }  # fmt: skip


def _fact_of(item: FeedbackItem, actor: str) -> Fact:
    kinds = {
        FeedbackStatus.NEW: FeedbackItemReopened, FeedbackStatus.PLANNED: FeedbackItemPlanned,
        FeedbackStatus.DONE: FeedbackItemDone, FeedbackStatus.DECLINED: FeedbackItemDeclined,
    }  # fmt: skip
    return kinds[FeedbackStatus(item.status)](item_id=item.pk, actor=actor)


def _items(store: Store) -> QuerySet[FeedbackItem]:
    return FeedbackItem.objects.filter(store=store).select_related("store", "owner")


def _target(item: FeedbackItem) -> str:
    return f"feedback item {item.pk}"
