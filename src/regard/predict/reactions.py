from __future__ import annotations

from regard.capture.domain.batch import Batch
from regard.predict.domain.churn.predicting import predict_touched


def refresh_risks(batch: Batch) -> None:
    """Stage of the pipeline: the churn risks of the customers whose facts changed."""
    predict_touched(batch)
