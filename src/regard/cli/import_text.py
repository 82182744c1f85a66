"""Import runs as lines of text."""

from __future__ import annotations

from regard.capture.domain.imports.runs import is_interrupted
from regard.capture.models import ImportRun, ImportState


def run_line(run: ImportRun) -> str:
    """One line: number, when, what, how it stands."""
    state = "interrupted; import the file again to go on" if is_interrupted(run) else _state(run)
    counts = f"{run.read:,} rows, {run.added:,} added, {run.repeated:,} known, {run.rejected:,} rejected"
    began = f"{run.started_at:%Y-%m-%d %H:%M}"
    return f"{run.pk:>6}  {began}  {run.kind:<12} {run.file_name}  {counts}  {state}"


def _state(run: ImportRun) -> str:
    if run.state == ImportState.BROKEN_OFF:
        return f"broken off: {run.broken_off}"
    if run.state == ImportState.UNDONE:
        return f"undone by {run.undone_by}"
    return str(ImportState(run.state).label).lower()
