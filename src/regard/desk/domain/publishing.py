"""What a store did because its customers asked, on a page that everybody can read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.core.edges.keyset import keyset_page
from regard.core.models import Store
from regard.core.secrets import new_token
from regard.desk.domain.closing_the_loop import target_of, title_for_customers
from regard.desk.models import FeedbackItem, FeedbackStatus, ImprovementDisplay

PREFIX = "ri"
LEAST_TOLD = 5  # proposal: fewer customers who asked are nobody's business


class NotPublished(LookupError):
    """No store shows what it did under this token."""


@dataclass(frozen=True)
class Published:
    """What strangers see of something that was done. customers: who asked for it, None for fewer than LEAST_TOLD.
    done_on: a day of the store's time zone.
    """

    title: str
    text: str
    done_on: date
    customers: int | None


@dataclass(frozen=True)
class PublishedPage:
    store: Store
    rows: list[Published]
    next_cursor: str


@transaction.atomic
def publish_item(item: FeedbackItem, *, is_on: bool, actor: str) -> bool:
    """Let it stand on the shop's page, or take it back; False when that is so already.

    Raises ValidationError for what is not done.
    """
    held = FeedbackItem.objects.select_for_update().get(store=item.store_id, pk=item.pk)
    if is_on and held.status != FeedbackStatus.DONE:
        raise ValidationError(_("Only what is done can stand on the page."))
    if (held.published_at is not None) == is_on:
        return False
    item.published_at = clock.now() if is_on else None
    item.save(update_fields=["published_at"])
    action = "feedback_item.published" if is_on else "feedback_item.taken_back"
    record_audit(store=item.store, actor=actor, action=action, target=target_of(item))
    return True


def display_of(store: Store) -> ImprovementDisplay | None:
    """None while the store has never shown the page."""
    return ImprovementDisplay.objects.filter(store=store).first()


def store_published(token: str) -> Store:
    """Whose page stands under a token. One query. Raises NotPublished, also while it is switched off."""
    rows = ImprovementDisplay.objects.select_related("store").filter(is_on=True)
    found = rows.filter(token=token.replace("\0", "")).first()
    if found is None:
        raise NotPublished
    return found.store


@transaction.atomic
def show_page(store: Store, *, is_on: bool, actor: str) -> bool:
    """Let everybody read what is published, or nobody; False when that is so already."""
    made = ImprovementDisplay(store=store, token=new_token(PREFIX))
    ImprovementDisplay.objects.bulk_create([made], ignore_conflicts=True)
    changed = ImprovementDisplay.objects.filter(store=store).exclude(is_on=is_on).update(is_on=is_on)
    if changed:
        action = "feedback_item.page_on" if is_on else "feedback_item.page_off"
        record_audit(store=store, actor=actor, action=action)
    return bool(changed)


def published_items(store: Store, *, cursor: str = "", limit: int = 20) -> PublishedPage:
    """What was published last comes first. One query. Raises CursorInvalid."""
    rows = FeedbackItem.objects.filter(store=store, published_at__isnull=False, status=FeedbackStatus.DONE)
    page = keyset_page(rows, order=("-published_at", "-id"), cursor=cursor, limit=limit)
    zone = ZoneInfo(store.time_zone)
    return PublishedPage(store, [_seen(item, zone) for item in page.rows], page.next_cursor)


def count_published(store: Store) -> int:
    """One query."""
    return FeedbackItem.objects.filter(store=store, published_at__isnull=False).count()


def _seen(item: FeedbackItem, zone: ZoneInfo) -> Published:
    done_at = item.settled_at or clock.now()
    customers = item.customers if item.customers >= LEAST_TOLD else None
    return Published(title_for_customers(item), item.public_text, done_at.astimezone(zone).date(), customers)
