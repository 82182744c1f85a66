from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def lake_folder(tmp_path: Path, settings) -> Path:
    """Every test has a lake of its own."""
    settings.LAKE_FOLDER = tmp_path / "lake"
    return settings.LAKE_FOLDER
