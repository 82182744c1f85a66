"""What lifts the share of those who answer: which invitation has what, so that it can be told apart."""

from __future__ import annotations

import hashlib

from regard.survey.domain.definition.parts import ALWAYS_ON, LEVERS, Definition

TESTED = "tested"  # beside the levers: the one that was drawn; of none the key is missing


def levers_of(definition: Definition, survey_id: int, customer_id: int) -> dict[str, bool | str]:
    """By lever whether an invitation has it, and which of them was drawn. Of the one that is tested half have it,
    and the same customer always the same; what was on or off for everybody tells nothing of its effect."""
    has: dict[str, bool | str] = {name: name in definition.levers or name in ALWAYS_ON for name in LEVERS}
    if definition.tested:
        drawn = hashlib.blake2b(
            f"{survey_id} {definition.tested} {customer_id}".encode(), digest_size=1
        ).digest()
        has |= {definition.tested: drawn[0] % 2 == 0, TESTED: definition.tested}
    return has
