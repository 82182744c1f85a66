"""Import runs as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from regard.capture.domain.imports.runs import interrupted_runs
from regard.capture.domain.imports.uploads import is_given_up
from regard.capture.models import ImportRun, ImportState


def run_lines(runs: Sequence[ImportRun]) -> Iterator[str]:
    """A line for each: number, when, what, how it stands."""
    interrupted = interrupted_runs(runs)
    for run in runs:
        state = _interrupted(run) if run.pk in interrupted else _state(run)
        counts = f"{run.read:,} rows, {run.added:,} added, {run.repeated:,} known, {run.rejected:,} rejected"
        yield f"{run.pk:>6}  {run.started_at:%Y-%m-%d %H:%M}  {run.kind:<12} {run.file_name}  {counts}  {state}"


def _interrupted(run: ImportRun) -> str:
    if run.state == ImportState.UNDOING:
        return f"undo interrupted; go on: regard imports undo {run.pk}"
    if is_given_up(run):
        return "given up; its page takes it up again"
    if run.upload_path:
        return "interrupted; a worker goes on with it by itself"
    return "interrupted; import the file again to go on"


def _state(run: ImportRun) -> str:
    if run.state == ImportState.BROKEN_OFF:
        return f"broken off: {run.broken_off}"
    if run.state == ImportState.UNDONE:
        return f"undone by {run.undone_by}"
    return str(ImportState(run.state).label).lower()
