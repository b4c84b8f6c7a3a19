"""The council's frame as data."""

from programme.models.criteria import CriteriaVersion, Criterion, CriterionAnchor, ScaleLevel
from programme.models.indicator import Indicator, IndicatorDefinition, IndicatorImport, IndicatorValue
from programme.models.line import Area, DesiredResult, Line, LineLead, TargetGroup

__all__ = [
    "Area",
    "CriteriaVersion",
    "Criterion",
    "CriterionAnchor",
    "DesiredResult",
    "Indicator",
    "IndicatorDefinition",
    "IndicatorImport",
    "IndicatorValue",
    "Line",
    "LineLead",
    "ScaleLevel",
    "TargetGroup",
]
