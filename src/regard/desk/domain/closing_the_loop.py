"""Those who asked for something hear what became of it: each once of each outcome, through the one door out.

Who is to be told is a row first. Chunk by chunk messages are queued, each in the transaction that notes whom
it was for: killed anywhere it goes on with those who wait, and tells nobody twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from regard.act.domain.outbox import NewSend, is_sendable, queue_sends
from regard.act.models import Purpose, Send, SendState
from regard.capture.domain.record import new_fact, record_all
from regard.core import clock
from regard.core.domain.audit import changed_fields, record_audit
from regard.core.models import Store
from regard.desk.domain.feedback_figures import supporters_of
from regard.desk.domain.feedback_items import LONGEST_TITLE
from regard.desk.domain.supporters import CHANNEL, TEMPLATES, new_supporters
from regard.desk.facts import SupporterTold
from regard.desk.models import FeedbackItem, FeedbackStatus, FeedbackTelling, TellingState
from regard.message.domain.rendering import Addressee, Rendered, Unrendered, render_for
from regard.message.domain.starters import ensure_template
from regard.score.domain.subjects import user_ids_by_identity
from regard.task.domain.making import clean_text

INTENT = "improvement"
AT_ONCE = 200


@transaction.atomic
def set_public_words(item: FeedbackItem, *, title: str, text: str, actor: str) -> None:
    """What customers are to read of it; without a title, that of the item. Raises ValidationError, by field."""
    line = " ".join(title.replace("\0", "").split())
    if len(line) > LONGEST_TITLE:
        raise ValidationError({"public_title": _("Write at most %d characters.") % LONGEST_TITLE})
    values = {"public_title": line, "public_text": clean_text(text, "public_text")}
    changes = changed_fields({name: getattr(item, name) for name in values}, values)
    if not changes:
        return
    item.public_title, item.public_text = values["public_title"], values["public_text"]
    item.save(update_fields=list(values))
    record_audit(
        store=item.store,
        actor=actor,
        action="feedback_item.words_changed",
        target=target_of(item),
        changes=changes,
    )


def title_for_customers(item: FeedbackItem) -> str:
    return item.public_title or item.title


@transaction.atomic
def tell_supporters(item: FeedbackItem, *, actor: str) -> int:
    """Have everybody told who was not yet, and try those again who could not be; gives how many wait now.

    Raises ValidationError while nothing is decided of it, and where it was declined without a word why.
    """
    held = FeedbackItem.objects.select_for_update().get(store=item.store_id, pk=item.pk)
    if held.status not in TEMPLATES:
        raise ValidationError(_("Say first that it is done, or declined."))
    if held.status == FeedbackStatus.DECLINED and not held.public_text:
        raise ValidationError(_("Write why, in the words that your customers are to read."))
    now = clock.now()
    told = {"wanted_by": actor, "wanted_at": now, "state": TellingState.WAITING}
    again = FeedbackTelling.objects.filter(
        store=item.store_id, item=item, outcome=held.status, state=TellingState.UNSENT
    ).update(**told, unsent="")
    new = new_supporters(held, supporters_of(held))
    FeedbackTelling.objects.bulk_create(
        FeedbackTelling(store_id=item.store_id, item=item, identity_id=identity, outcome=held.status, **told)
        for identity in new.values()
    )
    meant = len(new) + again
    if meant:
        action = "feedback_item.supporters_told"
        record_audit(store=item.store, actor=actor, action=action, target=target_of(item), customers=meant)
    return meant


@transaction.atomic
def tell_next(limit: int = AT_ONCE) -> int:
    """Write to the next supporters who wait, all of one item; gives how many were looked at, 0 when none waits."""
    rows = _claimed(limit)
    if not rows:
        return 0
    item, now = rows[0].item, clock.now()
    due = [row for row in rows if row.outcome == item.status]
    why = {row.pk: _("It was decided otherwise meanwhile.") for row in rows if row.outcome != item.status}
    why |= _write_to(item, due, now)
    for row in rows:
        row.unsent = why.get(row.pk, "")
        row.state = TellingState.UNSENT if row.unsent else TellingState.TOLD
        row.told_at = None if row.unsent else now
    FeedbackTelling.objects.bulk_update(rows, ["state", "told_at", "unsent"])
    _record(item, [row for row in rows if not row.unsent])
    return len(rows)


def tell_all_waiting() -> int:
    """Until nobody waits; gives how many were looked at."""
    looked_at = 0
    while chunk := tell_next():
        looked_at += chunk
    return looked_at


def target_of(item: FeedbackItem) -> str:
    return f"feedback item {item.pk}"


def _claimed(limit: int) -> list[FeedbackTelling]:
    """Those of one item, held until the transaction ends. Another worker takes others."""
    waiting = FeedbackTelling.objects.filter(state=TellingState.WAITING)
    held = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("identity", "item__store")
    first = held.order_by("id").first()
    if first is None:
        return []
    return list(held.filter(item=first.item_id, outcome=first.outcome).order_by("id")[:limit])


def _write_to(item: FeedbackItem, rows: Sequence[FeedbackTelling], now: datetime) -> dict[int, str]:
    """By telling why it cannot be sent, of those of which it cannot."""
    if not rows:
        return {}
    made = _messages(item, rows, now)
    queue_sends(item.store, [message for message in made.values() if isinstance(message, NewSend)])
    why = {pk: message for pk, message in made.items() if isinstance(message, str)}
    return why | _held_back(item.store, [pk for pk in made if pk not in why], now)


def _messages(item: FeedbackItem, rows: Sequence[FeedbackTelling], now: datetime) -> dict[int, NewSend | str]:
    """By telling the message, or why there is none."""
    template = TEMPLATES[item.status]
    ensure_template(item.store, template, "improvements")
    words = {"title": title_for_customers(item), "outcome": item.status}
    if item.public_text:
        words["text"] = item.public_text
    people = [Addressee(row.identity_id, row.customer_id, {"improvement": words}) for row in rows]
    rendered = render_for(item.store, template, CHANNEL, people)
    return {row.pk: _send(item, row, message, now) for row, message in zip(rows, rendered, strict=True)}


def _send(
    item: FeedbackItem, row: FeedbackTelling, message: Rendered | Unrendered, now: datetime
) -> NewSend | str:
    if isinstance(message, Unrendered):
        return message.reason
    new = NewSend(
        channel=CHANNEL, recipient=message.recipient, purpose=Purpose(message.purpose), intent=INTENT,
        instance=_instance(row.pk, now), subject=message.subject, body_text=message.body_text,
        body_html=message.body_html, identity_id=row.identity_id,
        template_version=f"{message.template}, {message.version}",
    )  # fmt: skip
    return new if is_sendable(item.store, new) else _("There is no address to write to.")


def _held_back(store: Store, telling_ids: Sequence[int], now: datetime) -> dict[int, str]:
    """By telling why the message will never leave, of those that will not. One query."""
    by_instance = {_instance(pk, now): pk for pk in telling_ids}
    never = Send.objects.filter(
        store=store, intent=INTENT, instance__in=list(by_instance), state=SendState.SUPPRESSED
    )
    return {by_instance[instance]: why for instance, why in never.values_list("instance", "last_error")}


def _instance(telling_id: int, now: datetime) -> str:
    return f"{telling_id}:{now.isoformat()}"


def _record(item: FeedbackItem, rows: Sequence[FeedbackTelling]) -> None:
    user_ids = user_ids_by_identity(item.store, [row.identity for row in rows])
    title = title_for_customers(item)
    record_all(
        [
            new_fact(
                SupporterTold(
                    item_id=item.pk,
                    title=title,
                    outcome=item.status,
                    customer_id=row.customer_id,
                    actor=row.wanted_by,
                ),
                store_id=item.store_id,
                user_id=user_ids.get(row.identity_id),
            )
            for row in rows
        ]
    )
