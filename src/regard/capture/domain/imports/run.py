"""Bringing a file in: rows become facts of the log, marked as history, in chunks that are each a transaction.

A row's key is its kind, its natural key, a digest of its content, and its number among exact repeats within
the file. So a second run adds nothing, a row whose content changed is a new description, and real repeats stay.
How far a run has come is committed with each chunk. Who goes on with it reads the rows before that again, since
the numbers of repeats depend on them, and leaves the log alone until there.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from regard.capture.domain.collecting import no_collecting
from regard.capture.domain.imports.bulk import append_many, count_known, last_given_id
from regard.capture.domain.imports.kinds import check_kind
from regard.capture.domain.imports.mapping import Mapping
from regard.capture.domain.imports.preparing import SourceFile, look_at, prepare_reading
from regard.capture.domain.imports.problem import ImportProblem, RowProblem
from regard.capture.domain.imports.reading import RowFact
from regard.capture.domain.imports.rejects import Rejects, dry_run_rejects_path, rejects_path
from regard.capture.domain.imports.repeats import Repeats
from regard.capture.domain.imports.runs import (
    begin_run,
    break_off,
    bringing_in,
    finish_run,
    held,
    mapping_of_mended,
    note_taken_up,
    run_like,
)
from regard.capture.domain.imports.sharing import note_repeats
from regard.capture.domain.log import NewEvent
from regard.capture.domain.record import history_fact
from regard.capture.models import ImportRun
from regard.core import clock
from regard.core.models import Store

CHUNK = 5_000  # rows
LARGEST_CHUNK = 16_000_000  # bytes of facts


@dataclass
class ImportProgress:
    """So far: rows that were read, and of these the bad; facts that were new, and that the log held already.

    share: how much of the file is read, from 0 to 1.
    """

    read: int = 0
    added: int = 0
    repeated: int = 0
    rejected: int = 0
    share: float = 0.0


Tell = Callable[[ImportProgress], None]


@dataclass(frozen=True)
class ImportSummary:
    """What a run gave. run_id: None for a dry run. `rejects_path`: file of the rejected rows, None without any.
    notes: what was left out of rows that count, with the number of these. again: facts
    that repeat another of the file exactly; they are kept, and counted as added or as repeated too.

    guessed: the column that each field of the kind was taken from, when nobody said so. encoding: how a text was
    read; `encoding_fell_back`: it is neither UTF-8 nor UTF-16, so letters beyond ASCII should be checked.
    resumed_at: the row after which an interrupted run was taken up, 0 for a new one.
    """

    run_id: int | None
    read: int
    added: int
    repeated: int
    rejected: int
    rejects_path: Path | None
    reasons: list[tuple[str, str, int]]
    notes: list[tuple[str, int]]
    again: int
    guessed: dict[str, str] | None
    preset: str
    encoding: str
    encoding_fell_back: bool
    resumed_at: int


def import_file(
    *,
    store: Store,
    kind: str,
    path: Path,
    actor: str,
    mapping: Path | Mapping | None = None,
    preset: str = "",
    like: int | None = None,
    progress: Tell | None = None,
    dry_run: bool = False,
) -> ImportSummary:
    """Bring the rows of a file in as history; a dry run reads and checks everything and keeps nothing.

    kind: the name of a registered import kind. mapping, preset: see `look_at`. like: the number
    of the import whose mended rows these are, read as its file was. progress: called after each chunk.
    An interrupted run of the same file is gone on with. Bad rows are written to a file of rejects and the others
    go on. Raises ImportProblem for a file, kind or mapping that cannot be used; what earlier chunks brought stays.
    """
    if like is not None:
        if mapping is not None or preset:
            raise ImportProblem("like", _("It says how the file is read; leave mapping and preset out."))
        earlier = run_like(store, like, kind=kind)
        mapping, preset = mapping_of_mended(earlier), earlier.preset
    source = look_at(store=store, kind=kind, path=path, mapping=mapping, preset=preset)
    if mapping is None and not preset and not source.preset:
        check_kind(source.kind, source.table.header)
    if dry_run:
        return try_out(source, rejects=dry_run_rejects_path(store, source.kind), progress=progress)
    prepare_reading(source)  # so that nothing is kept of what cannot begin
    return bring_in(begin_run(source, actor=actor), source, actor=actor, progress=progress)


def try_out(source: SourceFile, *, rejects: Path, progress: Tell | None = None) -> ImportSummary:
    """Read and check all rows of a file and keep nothing. rejects: where rejected rows are written."""
    work = _Import(source, None, rejects)
    return _summary(source, work, work.run(progress), None)


def bring_in(
    run: ImportRun, source: SourceFile, *, actor: str, progress: Tell | None = None
) -> ImportSummary:
    """Carry a run out, from where it is. Raises ImportProblem; then the run is broken off and says why."""
    with bringing_in(run.store), held(run):
        run.refresh_from_db()
        note_taken_up(run)
        work = _Import(source, run, rejects_path(run))
        try:
            rejects = work.run(progress)
        except ImportProblem as problem:
            break_off(run, str(problem), actor)
            raise
        finish_run(run, actor=actor, rejects=rejects, reasons=work.reasons, **work.counts(), **work.told())
    return _summary(source, work, rejects, run)


def _summary(source: SourceFile, work: _Import, rejects: Path | None, run: ImportRun | None) -> ImportSummary:
    return ImportSummary(
        run_id=run.pk if run else None,
        **work.counts(),
        rejects_path=rejects,
        reasons=work.reasons,
        notes=work.notes.most_common(),
        again=work.again,
        guessed=source.guessed_columns() if source.is_guess else None,
        preset=source.preset,
        encoding=source.table.encoding,
        encoding_fell_back=source.table.fell_back,
        resumed_at=work.resumed_at,
    )


class _Import:
    def __init__(self, source: SourceFile, run: ImportRun | None, rejects: Path) -> None:
        self._source, self._run = source, run
        self._reading = prepare_reading(source)
        self._rejects = Rejects(
            rejects, source.table, decimal_comma=bool(source.mapping.formats.decimal_comma)
        )
        self.notes: Counter[str] = Counter()
        self.again = 0
        self.resumed_at = run.read if run else 0
        self.tally = ImportProgress(added=run.added, repeated=run.repeated) if run else ImportProgress()

    @property
    def reasons(self) -> list[tuple[str, str, int]]:
        return [(field, reason, rows) for (field, reason), rows in self._rejects.reasons.most_common()]

    def counts(self) -> dict[str, int]:
        told = asdict(self.tally)
        del told["share"]
        return told

    def told(self) -> dict[str, Any]:
        """What the page says beside the counts."""
        return {"again": self.again, "notes": self.notes.most_common()}

    def run(self, progress: Tell | None) -> Path | None:
        """Take the whole table in, or only count in a dry run; gives the file of rejects."""
        with self._rejects as rejects, Repeats() as repeats, no_collecting():
            for chunk in self._chunks(repeats):
                rejects.flush()
                self.tally.share = self._source.table.share()
                if self._run is None:
                    self._count(chunk)
                elif self.tally.read > self.resumed_at:
                    self._append(chunk, self._run)
                if progress:
                    progress(self.tally)
        return rejects.path if rejects.written else None

    def _chunks(self, repeats: Repeats) -> Iterator[list[NewEvent]]:
        """The facts of the rows, some thousand rows at a time; none for those that an earlier process took."""
        facts: list[RowFact] = []
        size = 0
        for line, values, problem in self._source.table.rows():
            self.tally.read += 1
            for fact in self._facts(line, values, problem):
                facts.append(fact)
                size += len(fact.content)
            if self.tally.read % CHUNK == 0 or size > LARGEST_CHUNK:
                yield self._events(facts, repeats)
                facts, size = [], 0
        yield self._events(facts, repeats)

    def _facts(self, line: int, values: Sequence[Any], problem: RowProblem | None) -> list[RowFact]:
        """What the kinds take from a row: all of them, or nothing when one of them cannot."""
        try:
            if problem is not None:
                raise problem
            values, is_first = self._reading.place(values)
            facts = self._reading.take(values, is_first=is_first)
        except RowProblem as wrong:
            self.tally.rejected += 1
            self._rejects.add(line, values, wrong)
            return []
        self.notes.update(note for fact in facts if (note := fact.note(self._source.store)))
        return facts

    def _events(self, facts: Sequence[RowFact], repeats: Repeats) -> list[NewEvent]:
        """Rows of the log; none for the rows that an earlier process took, which are only counted."""
        digests = [hashlib.blake2b(made.content, digest_size=16) for made in facts]
        numbers = repeats.number_all(
            [digest.digest() + made.kind.name.encode() for made, digest in zip(facts, digests, strict=True)]
        )
        self.again += sum(number > 0 for number in numbers)
        if self.tally.read <= self.resumed_at:
            return []
        store_id, import_id, now = self._source.store.pk, self._run.pk if self._run else None, clock.now()
        return [
            history_fact(
                made.fact,
                store_id=store_id,
                key=f"{made.kind.name}:{made.natural_key()}:{digest.hexdigest()}:{number}",
                received_at=now,
                occurred_at=made.occurred_at,
                user_id=made.row.get(made.kind.user_id),
                import_id=import_id,
            )
            for made, digest, number in zip(facts, digests, numbers, strict=True)
        ]

    def _append(self, chunk: Sequence[NewEvent], run: ImportRun) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            before = last_given_id(cursor)
            added = append_many(cursor, chunk) if chunk else 0
            self.tally.added += added
            self.tally.repeated += len(chunk) - added
            if added < len(chunk):
                note_repeats(cursor, run, chunk)
            changed: dict[str, Any] = asdict(self.tally) | self.told()
            if added:
                changed["first_event_id"] = Coalesce("first_event_id", Value(before + 1))
                changed["last_event_id"] = last_given_id(cursor)
            ImportRun.objects.filter(pk=run.pk).update(**changed)

    def _count(self, chunk: Sequence[NewEvent]) -> None:
        """What `_append` would have counted."""
        if not chunk:
            return
        with connection.cursor() as cursor:
            known = count_known(cursor, chunk)
        self.tally.added += len(chunk) - known
        self.tally.repeated += known
