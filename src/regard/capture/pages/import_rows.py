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
    """rate: rows a second since it was taken up. minutes_left, seconds_left: the rest takes so long at that pace,
    one beside the other."""

    rate: int
    minutes_left: int
    seconds_left: int


def pace_of(run: ImportRun) -> Pace | None:
    """None while it cannot be told: nothing is read, or nothing new since an interrupted run goes on."""
    rows, share = run.read - run.taken_up_read, run.share - run.taken_up_share
    if run.taken_up_at is None or rows <= 0 or share <= 0:
        return None
    passed = max(0.001, (clock.now() - run.taken_up_at).total_seconds())
    return Pace(round(rows / passed), *divmod(round(passed * (1 - run.share) / share), 60))


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
