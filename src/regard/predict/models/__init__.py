from regard.predict.models.fitted_model import FittedModel, ModelKind
from regard.predict.models.lifetime_value import LifetimeValue

__all__ = ["FittedModel", "LifetimeValue", "ModelKind"]
