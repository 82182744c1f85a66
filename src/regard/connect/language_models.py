"""The port to a language model: instructions and a text in, JSON out.

Nothing of Regard needs one. Whoever calls it masks personal data first and checks the answer: a model may say
anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class LanguageModelFailed(Exception):
    """No answer that can be used. The message quotes neither the text nor the key."""


class LanguageModel(Protocol):
    """name: of the model, to be noted beside what it read."""

    @property
    def name(self) -> str: ...

    def answer(self, system: str, text: str, schema: Mapping[str, Any]) -> str:
        """What the model says of the text, asked to be JSON of this JSON schema. Raises LanguageModelFailed."""
