"""Intake and live streams: granian's ASGI workers call what `make_app` gives. Django is not loaded here."""

from __future__ import annotations

from regard.capture.intake.app import Intake
from regard.core.config import config
from regard.web.processes.start import die_with_parent, start_logging


def make_app() -> Intake:
    die_with_parent()
    start_logging()
    settings = config()
    return Intake(settings.database_url, settings.intake_processes)
