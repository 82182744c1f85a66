"""The embedded database keeps its promises on a real server, as root and as an ordinary user.

No test depends on how fast anything is: a deadline here only turns a hang into a failure.
"""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.core.postgres.folders import Command, new_folder, remove

from regard.core import postgres


@pytest.fixture
def empty() -> Iterator[Path]:
    """A data folder without a database."""
    folder = new_folder()
    yield folder
    remove(folder)


@pytest.fixture(scope="session")
def template() -> Iterator[Path]:
    folder = new_folder()
    with postgres.running_server(folder):
        pass
    yield folder
    remove(folder)


@pytest.fixture
def folder(template: Path) -> Iterator[Path]:
    """A data folder with a database that isn't running."""
    copy = new_folder()
    subprocess.run(["cp", "-a", f"{template}/.", str(copy)], check=True)
    yield copy
    remove(copy)


@pytest.fixture
def command() -> Iterator[Callable[[str, Path], Command]]:
    started: list[Command] = []

    def start(script: str, folder: Path) -> Command:
        started.append(Command(script, folder))
        return started[-1]

    yield start
    for each in started:
        if each.process.returncode is None:
            each.kill()
