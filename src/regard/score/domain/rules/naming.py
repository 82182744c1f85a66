"""Scores of either sort by their names."""

from __future__ import annotations

from regard.score.domain.kinds import ScoreKind, score_kinds
from regard.score.domain.rules.kinds import RuleKind, rule_kinds


def kind_named(name: str) -> ScoreKind | RuleKind:
    """Raises KeyError."""
    return rule_kinds.get(name) if name in rule_kinds else score_kinds.get(name)


def is_score(name: str) -> bool:
    return name in rule_kinds or name in score_kinds


def customer_rules() -> list[RuleKind]:
    """The scores by rule of which customers are the subjects."""
    return [kind for kind in rule_kinds if kind.subject == "customer"]
