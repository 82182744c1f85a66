"""A whole installation under `regard run`, whose parts a test kills at will."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psutil

from tests.conftest import ROOT, free_ports, wait_until
from tests.prepared import copy_prepared, settings_of


class RunningInstallation:
    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.port = free_ports()
        self.environment = settings_of(
            folder, REGARD_PORT=str(self.port), REGARD_LOG_LEVEL="warning", **settings
        )
        self.run: subprocess.Popen[bytes] | None = None

    @property
    def pages(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def intake(self) -> str:
        return f"http://127.0.0.1:{self.port + 1}"

    def start(self) -> None:
        """Begin `regard run`, again after a kill; returns when pages and intake answer."""
        wait_until(self.is_quiet)
        run = self.launch()
        wait_until(lambda: run.poll() is not None or self.answers(), seconds=300)
        assert run.poll() is None, "regard run ended at once"

    def launch(self) -> subprocess.Popen[bytes]:
        """Begin `regard run` and go on at once."""
        self.run = subprocess.Popen(
            [sys.executable, "-m", "regard", "run"],
            env=self.environment, cwd=ROOT, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        return self.run

    def answers(self) -> bool:
        try:
            return all(
                httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200
                for port in (self.port, self.port + 1)
            )
        except httpx.HTTPError:
            return False

    def regard(self, *arguments: str) -> str:
        """What a command prints when all goes well."""
        done = self.run_command(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def run_command(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """How a command ends. settings: variables of its environment beside the installation's."""
        return self._run_python("-m", "regard", *arguments, **settings)

    def python(self, code: str) -> str:
        """What a program prints that runs beside the installation's own."""
        done = self._run_python("-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def _run_python(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments], env=self.environment | settings, cwd=ROOT,
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip

    def descendants(self) -> list[psutil.Process]:
        assert self.run is not None
        try:
            return psutil.Process(self.run.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def postgres(self) -> list[psutil.Process]:
        """The server's processes, the postmaster first. They outlive a killed `run`."""
        found = []
        for process in psutil.process_iter(["cmdline"]):
            with suppress(psutil.NoSuchProcess):  # one that ends while it is looked at
                if (
                    str(self.folder) in " ".join(process.info["cmdline"] or [])
                    and "postgres" in process.name()
                ):
                    found = [process, *process.children(recursive=True)]
        return found

    def is_quiet(self) -> bool:
        """Whether the processes of a killed run are gone: the kernel ends them with their parents."""
        for process in psutil.process_iter(["environ", "cmdline"]):
            command = process.info["cmdline"] or []
            mine = (process.info["environ"] or {}).get("REGARD_DATA") == str(self.folder)
            if (
                mine
                and process.status() != psutil.STATUS_ZOMBIE
                and "-m" in command
                and "import" not in command
            ):
                return False
        return True

    def kill(self, what: str, dice: random.Random) -> None:
        if what == "everything":
            assert self.run is not None
            for process in (psutil.Process(self.run.pid), *self.descendants(), *self.postgres()):
                _kill(process)
            self.run.wait()
        elif what == "run":
            assert self.run is not None
            self.run.kill()
            self.run.wait()
        else:
            for process in dice.sample(found := self.targets(what), k=min(1, len(found))):
                _kill(process)

    def targets(self, what: str) -> list[psutil.Process]:
        """The processes that go by this name; none while they are being started anew."""
        if what == "postmaster":
            return self.postgres()[:1]
        if what == "backend":
            return self.postgres()[1:]
        if what == "import":  # somebody's command beside `regard run`
            return [process for process in psutil.process_iter() if self._is_import(process)]
        return [process for process in self.descendants() if what in " ".join(_command(process))]

    def _is_import(self, process: psutil.Process) -> bool:
        try:
            mine = process.environ().get("REGARD_DATA") == str(self.folder)
        except psutil.Error:
            return False
        return mine and "import" in _command(process)

    def stop(self) -> None:
        if self.run is not None and self.run.poll() is None:
            self.run.terminate()
            self.run.wait(120)


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


@contextmanager
def idle_installation(*, from_nothing: bool = False, **settings: str) -> Iterator[RunningInstallation]:
    """A folder of its own for as long as the block lasts, its database made and migrated unless `from_nothing`.

    settings: variables of its environment.
    """
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="regard-crash-", dir=memory if memory.is_dir() else None))
    if not from_nothing:
        copy_prepared(folder)
    folder.chmod(0o711)
    installation = RunningInstallation(folder, **settings)
    try:
        yield installation
    finally:
        installation.stop()
        for process in installation.postgres():
            _kill(process)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_installation(*, from_nothing: bool = False, **settings: str) -> Iterator[RunningInstallation]:
    """The same, under `regard run`."""
    with idle_installation(from_nothing=from_nothing, **settings) as installation:
        installation.start()
        yield installation
