"""Intake and live streams: granian's ASGI workers call what `make_app` gives. Django is not loaded here."""

from __future__ import annotations

import gc
import sys

from regard.capture.intake.app import Intake
from regard.core.config import config
from regard.web.processes.start import die_with_parent, start_logging


def make_app() -> Intake:
    die_with_parent()
    # The threads that commit wait for the interpreter at every answer of the database; at Python's 5 ms they would
    # wait longer for it than for the disk.
    sys.setswitchinterval(0.001)
    # Each batch makes thousands of dicts and no cycles; at Python's own thresholds collecting costs a fifth.
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    start_logging()
    settings = config()
    return Intake(settings.database_url, settings.intake_processes)
