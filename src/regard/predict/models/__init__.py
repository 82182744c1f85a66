from regard.predict.models.fitted_model import FittedModel, ModelKind

__all__ = ["FittedModel", "ModelKind"]
