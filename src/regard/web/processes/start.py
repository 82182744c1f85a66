"""What every process does first."""

from __future__ import annotations

import ctypes
import logging
import multiprocessing
import os
import signal
import sys

import msgspec

from regard.core.config import config

PR_SET_PDEATHSIG = 1


class JsonLines(logging.Formatter):
    """One JSON object a line, for log collectors."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line).decode()


def start_logging() -> None:
    """Log to standard error, as REGARD_LOG_LEVEL and REGARD_LOG_FORMAT say."""
    handler = logging.StreamHandler()
    plain = logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    handler.setFormatter(JsonLines() if config().log_format == "json" else plain)
    logging.basicConfig(level=config().log_level.upper(), handlers=[handler], force=True)
    for noisy in ("procrastinate", "psycopg.pool"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("django.request").setLevel(logging.ERROR)  # people are refused things all day


def die_with_parent(parent: int | None = None) -> None:
    """Let the kernel end this process when its parent is killed, so that nobody is left holding a port.

    parent: the pid it should have; without, that of the process that forked this one by multiprocessing, if any.
    A parent that died before the kernel was told ends this process here.
    """
    if parent is None:
        forked_by = multiprocessing.parent_process()
        parent = forked_by.pid if forked_by else None
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if parent is not None and os.getppid() != parent:
            os._exit(1)
