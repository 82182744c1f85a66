from regard.score.models.band_total import BandTotal, PastChange
from regard.score.models.carrier_record import CarrierRecord
from regard.score.models.features import CustomerFeatures, Series, StaleCustomer
from regard.score.models.rhythm import PurchaseRhythm
from regard.score.models.run import ScoreRun
from regard.score.models.score import HealthBand, Score, ScoreChange
from regard.score.models.standing import SpendStanding
from regard.score.models.weights import ScoreWeights

__all__ = [
    "BandTotal", "CarrierRecord", "CustomerFeatures", "HealthBand", "PastChange", "PurchaseRhythm", "Score",
    "ScoreChange", "ScoreRun", "ScoreWeights", "Series", "SpendStanding", "StaleCustomer",
]  # fmt: skip
