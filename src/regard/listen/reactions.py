"""The stage of the pipeline that this room gives."""

from __future__ import annotations

from regard.capture.domain.batch import Batch
from regard.listen.domain import answers, reviews, said, withdrawn
from regard.profile.domain.orders import read_order_ids

SAID_READ = (read_order_ids, reviews.read_reviews, answers.read_answers, withdrawn.read_withdrawals)


def project_said(batch: Batch) -> None:
    """Keep the reviews and the answers to surveys that customers gave."""
    said.project_said(batch)
