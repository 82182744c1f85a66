"""The stage of the pipeline that this room gives."""

from __future__ import annotations

from regard.capture.domain.batch import Batch
from regard.serve.domain import counting

PROMPTS_READ = (counting.read_prompts,)


def count_prompts(batch: Batch) -> None:
    """Count what came of prompts."""
    counting.count_prompts(batch)
