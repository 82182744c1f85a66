"""What lifts the share of those who answer: which invitation has what, so that it can be told apart."""

from __future__ import annotations

import hashlib

from regard.survey.domain.definition.parts import ALWAYS_ON, LEVERS, Definition


def levers_of(definition: Definition, survey_id: int, customer_id: int) -> dict[str, bool]:
    """By lever whether an invitation has it; of the one that is tested, half have it, and the same customer always
    the same."""
    has = {name: name in definition.levers or name in ALWAYS_ON for name in LEVERS}
    if definition.tested:
        drawn = hashlib.blake2b(
            f"{survey_id} {definition.tested} {customer_id}".encode(), digest_size=1
        ).digest()
        has[definition.tested] = drawn[0] % 2 == 0
    return has
