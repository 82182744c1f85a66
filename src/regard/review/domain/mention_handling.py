"""What people do about mentions: see to them, note where they answered, hand them on. Each change is audited."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.review.domain.told_mentions import LONGEST_URL
from regard.review.models import Mention, MentionStanding
from regard.task.domain.making import LONGEST_TEXT, LONGEST_TITLE, make_task
from regard.task.models import Task

IS_URL = URLValidator(schemes=["http", "https"])


@transaction.atomic
def finish_mention(mention: Mention, *, actor: str) -> bool:
    """Note that somebody saw to it; False when that was so already."""
    standing = _hold(mention)
    if standing.done_at:
        return False
    standing.done_at, standing.done_by = clock.now(), actor
    standing.save(update_fields=["done_at", "done_by"])
    _audit(mention, "mention.done", actor)
    return True


@transaction.atomic
def reopen_mention(mention: Mention, *, actor: str) -> bool:
    """Take back that somebody saw to it; False when it is open."""
    standing = _hold(mention)
    if not standing.done_at:
        return False
    standing.done_at, standing.done_by = None, ""
    standing.save(update_fields=["done_at", "done_by"])
    _audit(mention, "mention.reopened", actor)
    return True


def finish_mentions(mentions: Iterable[Mention], *, actor: str) -> list[Mention]:
    """Gives those that were open until now."""
    return [mention for mention in mentions if finish_mention(mention, actor=actor)]


def reopen_mentions(mentions: Iterable[Mention], *, actor: str) -> list[Mention]:
    """Gives those that were done until now."""
    return [mention for mention in mentions if reopen_mention(mention, actor=actor)]


@transaction.atomic
def note_reply(mention: Mention, *, url: str, actor: str) -> None:
    """Note where the store answered in public, by which the mention is seen to. Raises ValidationError for what is
    no address."""
    clean = url.replace("\0", "").strip()
    try:
        IS_URL(clean)
    except ValidationError:
        raise ValidationError(
            {"url": _("Paste the whole address of the answer, from https:// on.")}
        ) from None
    if len(clean) > LONGEST_URL:
        raise ValidationError({"url": _("Write at most %d characters.") % LONGEST_URL})
    standing = _hold(mention)
    standing.reply_url = clean
    if not standing.done_at:
        standing.done_at, standing.done_by = clock.now(), actor
    standing.save(update_fields=["reply_url", "done_at", "done_by"])
    _audit(mention, "mention.answered", actor)


@transaction.atomic
def hand_on(mention: Mention, *, title: str, actor: str) -> Task:
    """Make a task of it, about its author as far as they are known. Raises ValidationError, by field, and for a
    mention of which a task was made before."""
    standing = _hold(mention)
    if standing.task:
        raise ValidationError(_("There is a task for it already."))
    customer = mention.identity.customer if mention.identity else None
    said = "\n\n".join(filter(None, (mention.text, mention.url)))[:LONGEST_TEXT]
    task = make_task(
        store=mention.store, title=title[:LONGEST_TITLE], text=said, customer=customer, actor=actor
    )
    standing.task = task.pk
    standing.save(update_fields=["task"])
    return task


def _hold(mention: Mention) -> MentionStanding:
    """Locked until the transaction ends: of two people at once one comes after."""
    name = {"store": mention.store, "external_id": mention.external_id}
    MentionStanding.objects.bulk_create([MentionStanding(**name)], ignore_conflicts=True)
    return MentionStanding.objects.select_for_update(of=("self",)).get(**name)


def _audit(mention: Mention, action: str, actor: str) -> None:
    record_audit(store=mention.store, actor=actor, action=action, target=f"mention {mention.pk}")
