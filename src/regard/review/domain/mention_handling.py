"""What people do about mentions: see to them, note where they answered, hand them on. Each change is audited."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.review.domain.told_mentions import LONGEST_URL
from regard.review.models import Mention, MentionStanding
from regard.task.domain.making import LONGEST_TEXT, make_task
from regard.task.models import Task

IS_URL = URLValidator(schemes=["http", "https"])


@transaction.atomic
def finish_mention(mention: Mention, *, actor: str) -> bool:
    """Note that somebody saw to it; False when that was so already. Like all that is done here it raises
    Mention.DoesNotExist when the mention is gone meanwhile."""
    standing = _hold(mention)
    if standing.done_at:
        return False
    _be_done(mention, standing, actor)
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
    _put_on_list(mention, is_open=True)
    _audit(mention, "mention.reopened", actor)
    return True


def finish_mentions(mentions: Iterable[Mention], *, actor: str) -> list[Mention]:
    """Gives those that were open until now."""
    return _each(mentions, partial(finish_mention, actor=actor))


def reopen_mentions(mentions: Iterable[Mention], *, actor: str) -> list[Mention]:
    """Gives those that were done until now."""
    return _each(mentions, partial(reopen_mention, actor=actor))


def _each(mentions: Iterable[Mention], change: Callable[[Mention], bool]) -> list[Mention]:
    """Gives those that were changed; what is gone meanwhile is left out."""
    changed = []
    for mention in mentions:
        with suppress(Mention.DoesNotExist):
            if change(mention):
                changed.append(mention)
    return changed


@transaction.atomic
def note_reply(mention: Mention, *, url: str, actor: str) -> None:
    """Note where the store answered in public, by which the mention is seen to; what is noted already changes
    nothing. Raises ValidationError for what is no address."""
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
    if standing.done_at and standing.reply_url == clean:
        return
    standing.reply_url = clean
    _be_done(mention, standing, actor)
    _audit(mention, "mention.answered", actor)


@transaction.atomic
def hand_on(mention: Mention, *, title: str, actor: str) -> Task:
    """Make a task of it, about its author as far as they are known; it is seen to by that, since the task waits in
    its place. Raises ValidationError, by field, and for a mention of which a task was made before."""
    standing = _hold(mention)
    if standing.task:
        raise ValidationError(_("There is a task for it already."))
    said = mention.text[: LONGEST_TEXT - len(mention.url) - 2]  # the address is what leads to the rest
    text = "\n\n".join(filter(None, (said, mention.url)))
    customer = mention.identity.customer if mention.identity else None
    task = make_task(store=mention.store, title=title, text=text, customer=customer, actor=actor)
    standing.task = task.pk
    _be_done(mention, standing, actor)
    _audit(mention, "mention.handed_on", actor)
    return task


def _hold(mention: Mention) -> MentionStanding:
    """What was done about it, locked until the transaction ends: of two people at once one comes after.

    The mention itself is read again and held first. Its author may have been erased since somebody looked at it,
    and neither their words nor the address that named it may be written down once more.
    """
    held = Mention.objects.filter(store=mention.store).select_related("store", "identity__customer")
    mention.refresh_from_db(from_queryset=held.select_for_update(of=("self",)))
    name = {"store": mention.store, "external_id": mention.external_id}
    MentionStanding.objects.bulk_create([MentionStanding(**name)], ignore_conflicts=True)
    return MentionStanding.objects.select_for_update(of=("self",)).get(**name)


def _be_done(mention: Mention, standing: MentionStanding, actor: str) -> None:
    """Who saw to it first counts."""
    if not standing.done_at:
        standing.done_at, standing.done_by = clock.now(), actor
    standing.save()
    _put_on_list(mention, is_open=False)


def _put_on_list(mention: Mention, *, is_open: bool) -> None:
    """In the transaction that holds it."""
    mention.is_open = is_open
    mention.save(update_fields=["is_open"])


def _audit(mention: Mention, action: str, actor: str) -> None:
    record_audit(store=mention.store, actor=actor, action=action, target=f"mention {mention.pk}")
