"""What the page of an import shows beside the run itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from regard.capture.domain.imports.forming import facts_formed
from regard.capture.domain.imports.rejects import read_rejects
from regard.capture.models import ImportRun
from regard.core import clock
from regard.core.registry import backlogs

SHOWN = 100  # rejected rows


@dataclass(frozen=True)
class Rejected:
    """The first rejected rows: the columns of the file, then line, field, reason and values of each."""

    columns: list[str]
    rows: list[tuple[str, str, str, list[str]]]


def rejected_rows(run: ImportRun) -> Rejected | None:
    """None without any, or where this host does not see the file."""
    path = Path(run.rejects_path)
    if not run.rejects_path or not path.is_file():
        return None
    header, *rows = read_rejects(path, most=SHOWN)
    return Rejected(header[3:], [(row[0], row[1], row[2], row[3:]) for row in rows])


@dataclass(frozen=True)
class Pace:
    """rate: rows a second so far. seconds_left: at that pace; None while that cannot be told."""

    rate: int
    seconds_left: int | None


def pace_of(run: ImportRun) -> Pace:
    passed = max(0.001, (clock.now() - run.started_at).total_seconds())
    left = passed * (1 - run.share) / run.share if 0 < run.share < 1 else None
    return Pace(round(run.read / passed), None if left is None else round(left))


@dataclass(frozen=True)
class Aftermath:
    """What is done with the facts of a run. formed: so many of `facts` are part of profiles. waiting: label -> how
    much of such work the store still has."""

    formed: int
    facts: int
    waiting: dict[str, int]

    @property
    def is_through(self) -> bool:
        return self.formed == self.facts and not any(self.waiting.values())


def aftermath_of(run: ImportRun) -> Aftermath:
    """As things stand at this moment."""
    formed, facts = facts_formed(run)
    return Aftermath(formed, facts, {backlog.label: backlog.waiting(run.store) for backlog in backlogs})
