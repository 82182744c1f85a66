"""What languages a customer is known to speak."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ATTRIBUTES = ("language", "locale")  # the first that is known


def languages_of(attributes: Mapping[str, Any]) -> list[str]:
    """As codes such as de, those that count more first: of de-AT and de_AT the first part."""
    told = [str(attributes.get(name) or "") for name in ATTRIBUTES]
    return [said.replace("_", "-").partition("-")[0].strip().lower() for said in told if said]
