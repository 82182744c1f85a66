"""Answers that count no more: they are forgotten, whatever the order in which that and they themselves arrive."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from regard.capture.domain.batch import Batch
from regard.capture.domain.bulk import columns_of, run_bulk
from regard.capture.domain.logged import LoggedEvent
from regard.core.models import Store
from regard.listen.domain import text_sources
from regard.listen.domain.texts import forget_source_rows
from regard.listen.facts import AnswerWithdrawn
from regard.profile.domain.naming import FACT
from regard.profile.domain.touching import touch_customers

NOTE = """
    INSERT INTO listen_withdrawnresponse AS held (store_id, external_id, identity_id, withdrawn_at, event_id)
    SELECT %b, * FROM unnest(%b::text[], %b::bigint[], %b::timestamptz[], %b::bigint[])
    ON CONFLICT (store_id, external_id) DO UPDATE SET identity_id = EXCLUDED.identity_id,
        withdrawn_at = EXCLUDED.withdrawn_at, event_id = EXCLUDED.event_id
    WHERE (EXCLUDED.withdrawn_at, EXCLUDED.event_id) > (held.withdrawn_at, held.event_id)
"""
OVERTAKEN = """
    SELECT said.id, said.identity_id FROM listen_withdrawnresponse AS gone
    JOIN listen_response AS said ON said.store_id = gone.store_id AND said.external_id = gone.external_id
        AND (said.answered_at, said.event_id) < (gone.withdrawn_at, gone.event_id)
    WHERE gone.store_id = %b AND gone.external_id = ANY(%b::text[])
"""
FORGET = "DELETE FROM listen_response WHERE store_id = %b AND id = ANY(%b::bigint[])"


@dataclass(frozen=True)
class Withdrawal:
    """That an answer counts no more, as one event tells it."""

    event: LoggedEvent
    fact: AnswerWithdrawn


def read_withdrawals(_store: Store, events: Sequence[LoggedEvent]) -> list[Withdrawal]:
    """Of each answer that was taken back, the last time."""
    told = (event for event in events if event.type == FACT and event.name == AnswerWithdrawn.__name__)
    latest: dict[str, Withdrawal] = {}
    for event in told:
        said = Withdrawal(event, msgspec.convert(event.body, AnswerWithdrawn))
        held = latest.get(said.fact.response_id)
        if held is None or _moment(said) > _moment(held):
            latest[said.fact.response_id] = said
    return list(latest.values())


def forget_withdrawn(batch: Batch, told: Collection[str]) -> None:
    """Note what the batch withdraws, and forget of that, and of the answers just `told`, by their ids, what was
    said before it was withdrawn. Runs when they are kept."""
    withdrawals = batch.read(read_withdrawals)
    if withdrawals:
        rows = [
            (said.fact.response_id, batch.identity_of.get(said.event.id), *_moment(said))
            for said in withdrawals
        ]
        run_bulk(NOTE, (batch.store.pk, *columns_of(rows, 4)))
    names = {said.fact.response_id for said in withdrawals}.union(told)
    overtaken = run_bulk(OVERTAKEN, (batch.store.pk, list(names))) if names else []
    if overtaken:
        ids = [row for row, _identity in overtaken]
        forget_source_rows(batch.store, text_sources.ANSWERS.name, ids)
        run_bulk(FORGET, (batch.store.pk, ids))
    touch_customers(batch, {identity for _row, identity in overtaken if identity is not None})


def _moment(said: Withdrawal) -> tuple[datetime, int]:
    return said.fact.withdrawn_at, said.event.id
