from regard.predict.models.churn_risk import ChurnRisk, ChurnRiskChange
from regard.predict.models.fitted_model import FittedModel, ModelKind
from regard.predict.models.lifetime_value import LifetimeValue

__all__ = ["ChurnRisk", "ChurnRiskChange", "FittedModel", "LifetimeValue", "ModelKind"]
