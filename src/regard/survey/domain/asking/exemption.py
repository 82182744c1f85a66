"""What is asked without counting towards how often a customer is asked."""

from __future__ import annotations

from regard.survey.domain.definition.parts import Definition
from regard.survey.models import Channel

MESSAGES = frozenset({Channel.EMAIL.value, Channel.SMS.value})
# Of these customers expect to be asked by a message as well: they wrote to the store themselves.
EXPECTED = frozenset({"support", "return"})


def is_exempt(definition: Definition, channel: str) -> bool:
    """Whether a survey, asked by a channel, is bound by nothing that was asked before, and binds nothing. One that
    stands where the customer is anyway keeps nobody busy; a message does, whatever the survey says."""
    return definition.is_exempt and (channel not in MESSAGES or definition.touchpoint in EXPECTED)
