from regard.score.models.rhythm import PurchaseRhythm
from regard.score.models.score import HealthBand, Score, ScoreChange

__all__ = ["HealthBand", "PurchaseRhythm", "Score", "ScoreChange"]
