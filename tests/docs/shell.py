"""A shell as a reader of the documentation has it: one that keeps its variables from command to command."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import ROOT
from tests.crash.installation import RunningInstallation

END = "-- end of output --"


class Shell:
    def __init__(self, process: subprocess.Popen[str], installation: RunningInstallation) -> None:
        self._process = process
        self._replaced = {
            ".venv/bin/regard": f"{sys.executable} -m regard",
            "localhost:8000": f"127.0.0.1:{installation.port}",
            "localhost:8001": f"127.0.0.1:{installation.port + 1}",
        }

    def run(self, line: str) -> tuple[int, str]:
        """The command's exit status and what it writes to standard output, which ends with a line break."""
        for written, meant in self._replaced.items():
            line = line.replace(written, meant)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f'{line}\nprintf "\\n%s %s\\n" "{END}" "$?"\n')
        self._process.stdin.flush()
        said = ""
        for text in self._process.stdout:
            if text.startswith(END):
                return int(text.removeprefix(END)), said.removesuffix("\n")
            said += text
        raise AssertionError(f"the shell ended at: {line}")


@contextmanager
def reader_shell(installation: RunningInstallation, backups: Path) -> Iterator[Shell]:
    process = subprocess.Popen(
        ["bash", "--norc"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True, cwd=ROOT, env=installation.environment | {"REGARD_BACKUPS": str(backups)},
    )  # fmt: skip
    try:
        yield Shell(process, installation)
    finally:
        process.communicate(timeout=30)
