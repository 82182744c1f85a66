"""Answers to surveys: one row each, the same whatever order the events arrive in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from regard.capture.domain.batch import Batch
from regard.capture.domain.logged import LoggedEvent
from regard.core.models import Store
from regard.listen.domain import text_sources
from regard.listen.domain.keeping import Kept, keep_said
from regard.listen.domain.texts import keep_texts
from regard.listen.domain.told_answers import ToldAnswer, tells_of_answer, told_answer, why_unusable
from regard.listen.domain.unusable import Usable, read_usable
from regard.listen.domain.withdrawn import forget_withdrawn
from regard.profile.domain.timeline import note_events

ANSWERS = Kept(
    "listen_response",
    "answered_at",
    (
        "product_external_id", "survey", "measure", "topic", "value", "lowest", "highest", "low_is_good",
        "score", "text",
    ),
)  # fmt: skip


def project_answers(batch: Batch, orders: Collection[str]) -> None:
    """Keep the answers that the batch tells of, see `keep_said`, and forget those that count no more; what is none
    is noted in the timeline."""
    told, notes = batch.read(read_answers)
    note_events(store=batch.store, notes=notes)
    keep_said(batch, ANSWERS, [_row(said, batch.identity_of.get(said.event.id)) for said in told], orders)
    names = {said.response_id for said in told}
    forget_withdrawn(batch, names)
    keep_texts(batch, text_sources.ANSWERS.name, names)


def read_answers(_store: Store, events: Sequence[LoggedEvent]) -> Usable[ToldAnswer]:
    """The answers that the events tell of, and by event id why others are none."""
    return read_usable(events, tells=tells_of_answer, read=told_answer, why_unusable=why_unusable)


def _row(said: ToldAnswer, identity_id: int | None) -> dict[str, Any]:
    answer = said.answer
    return {
        "identity_id": identity_id,
        "follows_order": identity_id is None and said.may_follow_order,
        "external_id": said.response_id,
        "order_external_id": said.order_id,
        "product_external_id": said.product_id,
        "survey": said.survey,
        "measure": answer.measure.value,
        "topic": answer.topic.value,
        "value": answer.value,
        "lowest": answer.scale and answer.scale.lowest,
        "highest": answer.scale and answer.scale.highest,
        "low_is_good": answer.scale is not None and answer.scale.low_is_good,
        "score": answer.score,
        "text": said.text,
        "answered_at": said.said_at,
        "history": said.event.history,
        "event_id": said.event.id,
    }
