"""The stage of the pipeline that this room gives."""

from __future__ import annotations

from regard.capture.domain.reader import Batch
from regard.listen.domain import said


def project_said(batch: Batch) -> None:
    """Keep the reviews and the answers to surveys that customers gave."""
    said.project_said(batch)
