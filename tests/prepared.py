"""A data folder whose database is there and migrated, made once in a run of the tests and copied for each use.

Imports nothing of Django, so that a database can be there before Django reads its settings.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def copy_prepared(target: Path) -> None:
    """Fill an empty folder."""
    subprocess.run(["cp", "-a", f"{_prepared(Path(os.environ['TESTS_FOLDER']))}/.", str(target)], check=True)


def settings_of(folder: Path, **settings: str) -> dict[str, str]:
    """The environment of an installation: nothing of the tests' own, and no made-up life in it."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name != "DATABASE_URL" and not name.startswith("REGARD_")
    }
    return kept | {"REGARD_DATA": str(folder), "REGARD_DEMO": "off", **settings}


def _prepared(tests: Path) -> Path:
    """tests: the folder of this run of the tests, which its processes share."""
    folder, unfinished = tests / "prepared", tests / "preparing"
    with (tests / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished.mkdir(mode=0o711)
            subprocess.run(
                [sys.executable, "-m", "regard", "migrate"],
                env=settings_of(unfinished), cwd=ROOT, stdout=subprocess.DEVNULL, check=True,
            )  # fmt: skip
            unfinished.rename(folder)
    return folder
