from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Self, TextIO

from regard.capture.domain.imports.problem import RowProblem
from regard.capture.domain.imports.table import Table
from regard.capture.domain.imports.values import read_text
from regard.capture.models import ImportRun
from regard.core.config import config
from regard.core.models import Store
from regard.core.registry import import_kinds

WHY = ("rejected_line", "rejected_field", "rejected_reason")
MOST_REASONS = 50  # that are told apart on the page; others are counted together
QUOTED = re.compile(r"(?<!\w)'.*'(?!\w)", re.DOTALL)  # not the apostrophe within a word
OTHERS = ("", "…")


class Rejects:
    """The rows that could not be used, with the reason, in a file that can be mended and imported again.

    The file is made with the first of them, is delimited text in UTF-8, and has the columns of the original.
    `reasons` counts them by field and reason, leaving the values in the reason out.
    """

    def __init__(self, path: Path, table: Table, *, decimal_comma: bool) -> None:
        self.path = path
        self.reasons: Counter[tuple[str, str]] = Counter()
        self._delimiter, self._comma = table.delimiter, decimal_comma
        # A mended file that is imported again does not collect reasons.
        self._kept = [place for place, name in enumerate(table.header) if name not in WHY]
        self._width = len(table.header)
        self._header = [table.header[place] for place in self._kept]
        self._file: TextIO | None = None
        self._writer: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        if self._file is not None:
            self._file.close()

    @property
    def written(self) -> bool:
        return self._writer is not None

    def add(self, line: int, values: Sequence[Any], problem: RowProblem) -> None:
        if self._writer is None:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
            self._writer = csv.writer(self._file, delimiter=self._delimiter)
            self._writer.writerow([*WHY, *self._header])
        original = [self._text(values[place]) for place in self._kept if place < len(values)]
        beyond = [self._text(value) for value in values[self._width :]]
        self._writer.writerow([line, problem.field, problem.reason, *original, *beyond])
        reason = (problem.field, QUOTED.sub("…", problem.reason))
        self.reasons[reason if reason in self.reasons or len(self.reasons) < MOST_REASONS else OTHERS] += 1

    def flush(self) -> None:
        """Write what is held back, so that the file is complete whenever the run says how many there are."""
        if self._file is not None:
            self._file.flush()

    def _text(self, value: Any) -> str:
        if value is None:
            return ""
        text = read_text(value)
        return text.replace(".", ",") if self._comma and isinstance(value, float | Decimal) else text


def rejects_path(run: ImportRun) -> Path:
    """Where the rejected rows of a run are written, whether there are any or not."""
    return _path(str(run.pk))


def dry_run_rejects_path(store: Store, kind: str) -> Path:
    """The same of dry runs, each of which writes over the one before."""
    return _path(f"{store.slug}-{kind}-dry-run")


def rejects_paths_of(store: Store) -> Iterator[Path]:
    """All files of rejected rows that a store may have, those of runs that were broken off or killed too."""
    for run in ImportRun.objects.filter(store=store).order_by("id"):
        yield Path(run.rejects_path) if run.rejects_path else rejects_path(run)
    for kind in import_kinds.names():
        yield dry_run_rejects_path(store, kind)


def rejects_folder() -> Path:
    """Where the files of rejected rows are, of all stores."""
    return config().data_folder / "imports"


def _path(name: str) -> Path:
    return rejects_folder() / f"{name}-rejected.csv"


def read_rejects(path: Path, *, most: int) -> Iterator[list[str]]:
    """The header of a file of rejects and its first rows: line, field, reason and the original values."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.reader(file, delimiter=delimiter_of(path))):
            if number > most:
                return
            yield row


def delimiter_of(path: Path) -> str:
    """What stands between the values of a file of rejects: what follows its first heading."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return file.readline().removeprefix(WHY[0])[:1] or ","
