"""Versions of surveys as values; they never change, so that each is read once."""

from __future__ import annotations

from functools import lru_cache

from regard.survey.domain.definition.parts import Definition
from regard.survey.domain.definition.reading import read_definition
from regard.survey.models import SurveyVersion


@lru_cache(maxsize=512)
def definition_of(version: SurveyVersion) -> Definition:
    """What people are asked by a version."""
    return read_definition(version.definition)
