from regard.measure.models.baseline import MetricBaseline
from regard.measure.models.cost import Cost, CostKind
from regard.measure.models.definition import MetricDefinition
from regard.measure.models.target import MetricTarget

__all__ = ["Cost", "CostKind", "MetricBaseline", "MetricDefinition", "MetricTarget"]
