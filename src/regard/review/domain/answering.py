"""The store's answer to a review: public words, which the customer may get as a message too."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from regard.act.domain.outbox import NewSend, queue_sends
from regard.act.models import Purpose
from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.core.languages import page_language
from regard.listen.models import Review
from regard.profile.domain.languages import languages_of
from regard.review.domain.moderating import clean_text, described, hold_standing, target_of, tell
from regard.review.facts import ReviewAnswered
from regard.review.models import ReviewStanding

INTENT = "review_reply"
QUOTED = 1_000  # characters of the review, below the answer


@transaction.atomic
def answer_review(review: Review, *, text: str, send: bool = False, actor: str) -> bool:
    """Keep what the store answers, in place of what it did before; "" takes the answer back. False when nothing
    changes.

    send: the customer gets it as an e-mail too, through the outbox. Raises ValidationError, by field, for a
    text that is too long, and for `send` without words or an address.
    """
    reply = clean_text(text, "text")
    address = _address(review, reply) if send else ""
    standing = hold_standing(review)
    if standing.reply == reply and not send:
        return False
    standing.reply = reply
    standing.replied_by, standing.replied_at = (actor, clock.now()) if reply else ("", None)
    standing.sent_replies += send
    standing.save(update_fields=["reply", "replied_by", "replied_at", "sent_replies"])
    if send:
        _queue(review, standing, address)
    action = "review.answered" if reply else "review.answer_removed"
    record_audit(store=review.store, actor=actor, action=action, target=target_of(review), sent=send)
    if reply:
        tell(review, ReviewAnswered(**described(review), is_sent=send, actor=actor))
    return True


def _address(review: Review, reply: str) -> str:
    if not reply:
        raise ValidationError({"text": _("Write what the customer is to get.")})
    address = review.identity.customer.email if review.identity else ""
    if not address:
        raise ValidationError(
            {"send": _("No e-mail of this customer is known; the answer can stand in public alone.")}
        )
    return address


def _queue(review: Review, standing: ReviewStanding, address: str) -> None:
    """In the customer's language, as far as Regard has words of its own in it."""
    assert review.identity is not None  # noqa: S101 - or there was no address
    spoken = languages_of(review.identity.customer.attributes)
    with translation.override(page_language(*spoken, review.store.language)):
        subject = _("%(store)s has answered your review") % {"store": review.store.name}
        wrote = _("You wrote:")
    said = "\n".join(filter(None, (review.title, review.body)))[:QUOTED]
    quoted = "\n".join(f"> {line}" for line in said.splitlines())
    new = NewSend(
        channel="email", recipient=address, purpose=Purpose.REPLY, intent=INTENT,
        instance=f"{standing.pk}:{standing.sent_replies}", subject=" ".join(subject.split()),
        body_text=f"{standing.reply}\n\n{wrote}\n{quoted}\n" if quoted else f"{standing.reply}\n",
        identity_id=review.identity.pk,
    )  # fmt: skip
    queue_sends(review.store, [new])
