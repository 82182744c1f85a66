"""The models that ship, read once a process from the folder `trained` beside this module."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from regard.text.linear import LinearModel

FOLDER = Path(__file__).parent / "trained"
NAMES = ("intents", "sentiment", "emotions")


@cache
def model_named(name: str, folder: Path = FOLDER) -> LinearModel:
    """One of `NAMES`."""
    return LinearModel.load(folder / f"{name}.npz")
