"""Drawn charts: from the cache when the same was drawn before, else from the process that draws."""

from __future__ import annotations

import atexit
import hashlib
import logging
import select
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from functools import cache
from typing import IO

import msgspec
from django.core.cache import caches
from django.utils.formats import get_format

from regard.ui.charts.chart import Drawing
from regard.ui.charts.renderer import Order

log = logging.getLogger("regard.charts")

LOOK = "3"  # to be raised when the same figures should look different
SECONDS = 20  # that a drawing may take, the start of the process included


class DrawingFailedError(Exception):
    """The chart could not be drawn; its figures can still be shown."""


def drawn(drawing: Drawing, *, form: str = "svg", title: str = "", subtitle: str = "") -> bytes:
    """The picture as SVG for a page, or as PNG for a file. Raises DrawingFailedError."""
    signs = get_format("DECIMAL_SEPARATOR"), get_format("THOUSAND_SEPARATOR")
    line = msgspec.json.encode(Order(drawing, form, title, subtitle, *signs))
    key = f"{LOOK}:{hashlib.sha256(line).hexdigest()}"
    kept: bytes | None = caches["charts"].get(key)
    if kept is None:
        kept = _pen().draw(line)
        caches["charts"].set(key, kept)
    return kept


@dataclass
class _Pen:
    """The drawing process of this one, started when it is needed; one chart at a time."""

    process: subprocess.Popen[bytes] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def draw(self, line: bytes) -> bytes:
        """Asks a second time when the process had just gone, as it does when it was idle."""
        with self.lock:
            for _attempt in range(2):
                try:
                    return self._ask(line)
                except OSError as error:
                    log.info("the drawing process is started again: %s", error)
                    self.end()
            raise DrawingFailedError

    def _ask(self, line: bytes) -> bytes:
        if self.process is None or self.process.poll() is not None:
            self.end()
            self.process = subprocess.Popen(
                [sys.executable, "-m", "regard.ui.charts.renderer"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        answers, orders = self.process.stdout, self.process.stdin
        if answers is None or orders is None:
            raise BrokenPipeError
        orders.write(line + b"\n")
        orders.flush()
        if not select.select([answers], [], [], SECONDS)[0]:
            raise TimeoutError(f"nothing was drawn in {SECONDS} s")
        return _read(answers, int.from_bytes(_read(answers, 4), "big"))

    def end(self) -> None:
        """Let the process go; the next drawing starts another."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
        self.process = None


def _read(answers: IO[bytes], count: int) -> bytes:
    found = answers.read(count)
    if len(found) < count:
        raise BrokenPipeError("the drawing process has ended")
    return found


@cache
def _pen() -> _Pen:
    pen = _Pen()
    atexit.register(pen.end)
    return pen
