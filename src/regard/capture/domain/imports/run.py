"""Bringing a file in: rows become facts of the log, marked as history, in chunks that are each a transaction.

A row's key is its kind, its natural key, a digest of its content, and its number among exact repeats within
the file. So a second run adds nothing, an interrupted one is simply run again, a row whose content changed is
a new description, and real repeats stay.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from django.db import connection, transaction
from django.utils.translation import gettext as _

from regard.capture.domain.imports.bulk import append_many, count_known
from regard.capture.domain.imports.mapping import Mapping, guess_mapping, load_mapping
from regard.capture.domain.imports.problem import ImportProblem, RowProblem
from regard.capture.domain.imports.rejects import Rejects
from regard.capture.domain.imports.repeats import Repeats
from regard.capture.domain.imports.rows import RowReader
from regard.capture.domain.imports.table import Table, open_table
from regard.capture.domain.log import NewEvent
from regard.capture.domain.record import new_fact
from regard.capture.models import ImportRun
from regard.core import clock
from regard.core.config import config
from regard.core.domain.audit import record_audit
from regard.core.models import Store
from regard.core.registry import ImportKind, import_kinds

CHUNK = 5_000
CLOCKS_APART = timedelta(days=1)  # how far in the future a shop's clock or an unnamed zone may put a fact


@dataclass
class ImportProgress:
    """Rows so far: all that were read; of these the new ones, those that the log held already, the bad."""

    read: int = 0
    added: int = 0
    repeated: int = 0
    rejected: int = 0


@dataclass(frozen=True)
class ImportSummary:
    """What a run gave. `rejects_path`: file of the rejected rows, None without any.

    guessed: the column that each field was taken from, when no mapping told it. encoding: how the file was
    read; `encoding_fell_back`: it is neither UTF-8 nor UTF-16, so letters beyond ASCII should be checked.
    """

    read: int
    added: int
    repeated: int
    rejected: int
    rejects_path: Path | None
    guessed: dict[str, str] | None
    encoding: str
    encoding_fell_back: bool


def import_file(
    *,
    store: Store,
    kind: str,
    path: Path,
    actor: str,
    mapping: Path | None = None,
    progress: Callable[[ImportProgress], None] | None = None,
    dry_run: bool = False,
) -> ImportSummary:
    """Bring the rows of a file in as history; a dry run reads and checks everything and keeps nothing.

    kind: the name of a registered import kind. mapping: a TOML file; None guesses by the column names.
    progress: called after each chunk. Bad rows are written to a file of rejects and the others go on. Raises
    ImportProblem for a file, kind or mapping that cannot be used; what earlier chunks brought stays.
    """
    work = _prepare(store, kind, path, mapping)
    if dry_run:
        rejects = work.run(None, progress)
    else:
        run = _start_run(store=store, kind=kind, path=path, actor=actor)
        try:
            rejects = work.run(run, progress)
        except ImportProblem as problem:
            _break_off(run, str(problem), actor)
            raise
        _finish_run(run, work.tally, rejects, actor)
    return ImportSummary(
        **asdict(work.tally),
        rejects_path=rejects,
        guessed=None if mapping else _guessed(work.mapping),
        encoding=work.table.encoding,
        encoding_fell_back=work.table.fell_back,
    )


def check_import(*, store: Store, kind: str, path: Path, mapping: Path | None = None) -> None:
    """Raises ImportProblem for what `import_file` could not begin with; the rows are not looked at."""
    _prepare(store, kind, path, mapping)


def _prepare(store: Store, kind: str, path: Path, mapping: Path | None) -> _Import:
    chosen = _kind(kind)
    used = load_mapping(mapping, chosen) if mapping else None
    told = used.formats if used else None
    table = open_table(
        path, encoding=told.encoding if told else None, delimiter=told.delimiter if told else None
    )
    return _Import(store, chosen, table, used or guess_mapping(table.header, chosen))


class _Import:
    def __init__(self, store: Store, kind: ImportKind, table: Table, mapping: Mapping) -> None:
        self.table, self.mapping = table, mapping
        self._store, self._kind = store, kind
        self._reader = RowReader(table=table, kind=kind, mapping=mapping, store=store)
        self._latest = clock.now() + CLOCKS_APART
        self.tally = ImportProgress()

    def run(self, run: ImportRun | None, progress: Callable[[ImportProgress], None] | None) -> Path | None:
        """Take the whole table in, or only count when `run` is None; gives the file of rejects."""
        name = f"{self._store.slug}-{self._kind.name}-dry-run" if run is None else str(run.pk)
        path = config().data_folder / "imports" / f"{name}-rejected.csv"
        with Rejects(path, self.table) as rejects, Repeats() as repeats:
            events = self._events(rejects, repeats)
            while chunk := list(islice(events, CHUNK)):
                rejects.flush()
                if run is None:
                    self._count(chunk)
                else:
                    self._append(chunk, run)
                if progress:
                    progress(self.tally)
        return path if rejects.written else None

    def _events(self, rejects: Rejects, repeats: Repeats) -> Iterator[NewEvent]:
        for line, values, problem in self.table.rows():
            self.tally.read += 1
            try:
                if problem is not None:
                    raise problem
                yield self._event(self._reader.read(values), repeats)
            except RowProblem as wrong:
                self.tally.rejected += 1
                rejects.add(line, values, wrong)

    def _event(self, row: dict[str, Any], repeats: Repeats) -> NewEvent:
        kind = self._kind
        occurred_at = row[kind.occurred_at]
        if occurred_at > self._latest:
            raise RowProblem(kind.occurred_at, _("It is in the future; check the year and the time zone."))
        digest = hashlib.blake2b(msgspec.json.encode(row, order="sorted"), digest_size=16)
        natural = "/".join([str(row.get(name, "")) for name in kind.identity])
        return new_fact(
            kind.to_fact(row, self._store),
            store_id=self._store.pk,
            key=f"{kind.name}:{natural}:{digest.hexdigest()}:{repeats.number(digest.digest())}",
            occurred_at=occurred_at,
            history=True,
            user_id=row.get(kind.user_id),
        )

    def _append(self, chunk: Sequence[NewEvent], run: ImportRun) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            added = append_many(cursor, chunk)
            self.tally.added += added
            self.tally.repeated += len(chunk) - added
            ImportRun.objects.filter(pk=run.pk).update(**asdict(self.tally))

    def _count(self, chunk: Sequence[NewEvent]) -> None:
        """What `_append` would have counted."""
        with connection.cursor() as cursor:
            known = count_known(cursor, chunk)
        self.tally.added += len(chunk) - known
        self.tally.repeated += known


def _kind(name: str) -> ImportKind:
    if name not in import_kinds:
        reason = _("%(name)s cannot be imported; there are: %(kinds)s.")
        raise ImportProblem("kind", reason % {"name": name, "kinds": ", ".join(import_kinds.names())})
    return import_kinds.get(name)


def _guessed(mapping: Mapping) -> dict[str, str]:
    return {field: "/".join(mapping.columns_of(field)) for field in mapping.columns}


@transaction.atomic
def _start_run(*, store: Store, kind: str, path: Path, actor: str) -> ImportRun:
    run = ImportRun(store=store, kind=kind, file_name=path.name[:300], actor=actor)
    # A run of the same file that never ended was killed; this one goes on where it was.
    for killed in ImportRun.objects.filter(
        store=store, kind=kind, file_name=run.file_name, actor=actor, finished_at=None
    ):
        _break_off(killed, _("It was interrupted; a later run of the same file went on."), actor)
    run.save()
    record_audit(store=store, actor=actor, action="import.started", target=run.file_name, kind=kind)
    return run


@transaction.atomic
def _break_off(run: ImportRun, reason: str, actor: str) -> None:
    ImportRun.objects.filter(pk=run.pk).update(broken_off=reason[:500], finished_at=clock.now())
    record_audit(
        store=run.store,
        actor=actor,
        action="import.broken_off",
        target=run.file_name,
        kind=run.kind,
        reason=reason,
    )


@transaction.atomic
def _finish_run(run: ImportRun, tally: ImportProgress, rejects: Path | None, actor: str) -> None:
    ImportRun.objects.filter(pk=run.pk).update(
        **asdict(tally), rejects_path=str(rejects or ""), finished_at=clock.now()
    )
    record_audit(
        store=run.store, actor=actor, action="import.finished", target=run.file_name, kind=run.kind,
        **asdict(tally),
    )  # fmt: skip
