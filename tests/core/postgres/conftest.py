"""The embedded database keeps its promises on a real server, as root and as an ordinary user.

No test depends on how fast anything is: a deadline here only turns a hang into a failure.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.core.postgres.folders import IS_ROOT, SOURCE, Command, new_folder, remove

from regard.core import postgres
from regard.core.postgres import owner


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


def ordinary_user() -> list[str] | None:
    """What to put before a command to run it as `nobody`, let to read where root's Python lies."""
    nobody = owner._by_name("nobody")
    plain = ["setpriv", f"--reuid={nobody.uid}", f"--regid={nobody.gid}", "--clear-groups"]
    reading = [*plain, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    probe = [sys.executable, "-c", f"import os, psycopg; exit(os.__file__ != {os.__file__!r})"]
    for prefix in (plain, reading) if shutil.which("setpriv") else ():
        if subprocess.run([*prefix, *probe], check=False, capture_output=True).returncode == 0:
            return prefix
    return None


@pytest.fixture(scope="session", autouse=True)
def ordinary_run(request: pytest.FixtureRequest) -> Iterator[tuple[subprocess.Popen[str], Path] | None]:
    """This folder's tests as an ordinary user, at the same time as ours: it halves the wait."""
    wanted = any(item.name == "test_all_this_as_an_ordinary_user" for item in request.session.items)
    prefix = ordinary_user() if IS_ROOT and wanted else None
    if not prefix:
        yield None
        return
    here = new_folder()
    here.chmod(0o777)
    options = (
        "-q", "-x", "-c", os.devnull, "-p", "no:cacheprovider", "-p", "no:django", f"--rootdir={here}",
        "--import-mode=importlib",
    )  # fmt: skip
    paths = {"PYTHONPATH": f"{SOURCE}{os.pathsep}{SOURCE.parent}", "HOME": str(here)}
    with (here / "said").open("w+") as said:
        running = subprocess.Popen(
            [*prefix, sys.executable, "-m", "pytest", str(Path(__file__).parent), *options],
            cwd=here,
            env=os.environ | paths | {"PYTHONDONTWRITEBYTECODE": "1"},
            stdout=said,
            stderr=said,
            text=True,
        )
        yield running, here / "said"
        running.terminate()
        running.wait()
    shutil.rmtree(here)
