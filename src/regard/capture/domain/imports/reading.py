"""What a row of a file comes to: a fact of each kind that it holds. The import and its preview both go by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from django.utils.translation import gettext as _

from regard.capture.domain.imports.grouping import RowGroups
from regard.capture.domain.imports.joins import JoinedTable
from regard.capture.domain.imports.problem import RowProblem
from regard.capture.domain.imports.rows import RowReader
from regard.core import clock
from regard.core.models import Store
from regard.core.registry import Fact, ImportKind

CLOCKS_APART = timedelta(days=1)  # how far in the future a shop's clock or an unnamed zone may put a fact


class RowFact(NamedTuple):
    """What a kind takes from a row."""

    kind: ImportKind
    row: dict[str, Any]
    content: bytes  # the row, so that it is known again
    occurred_at: datetime
    fact: Fact

    def natural_key(self) -> str:
        return "/".join([str(self.row.get(name, "")) for name in self.kind.identity])

    def note(self, store: Store) -> str:
        """What of the row will be left out, "" for nothing."""
        return self.kind.note(self.row, store) if self.kind.note else ""


class Reading:
    """What reads the rows of a file: joined columns are added, groups filled, and each kind takes its part."""

    def __init__(
        self, *, store: Store, joins: Sequence[JoinedTable], groups: RowGroups, readers: Sequence[RowReader]
    ) -> None:
        self.readers = readers
        self._store, self._joins, self._groups = store, joins, groups
        self._latest = clock.now() + CLOCKS_APART
        self._moments = [_moment_fields(reader.kind) for reader in readers]
        takes_all = len(readers) == 1 and not readers[0].once and not readers[0].is_choosy
        self._only = (readers[0], self._moments[0]) if takes_all else None

    def place(self, values: Sequence[Any]) -> tuple[Sequence[Any], bool]:
        """The next row with what its group gives it, and whether it is the first of a group."""
        return self._groups.place(values)

    def take(self, row: Sequence[Any], *, is_first: bool) -> list[RowFact]:
        """What the kinds take from a placed row. Raises RowProblem, naming the kind, when one of them cannot."""
        for joined in self._joins:
            row = [*row, *joined.values_for(row)]
        if self._only is not None:  # as nearly always
            return [self._take(*self._only, row)]
        return [
            self._take(reader, moments, row)
            for reader, moments in zip(self.readers, self._moments, strict=True)
            if (is_first or not reader.once) and reader.concerns(row)
        ]

    def _take(self, reader: RowReader, moments: Sequence[str], row: Sequence[Any]) -> RowFact:
        kind = reader.kind
        try:
            found = reader.read(row)
            moment = self._occurred_at(found, moments)
            content = msgspec.json.encode(found, order="sorted")
            return RowFact(kind, found, content, moment, kind.to_fact(found, self._store))
        except RowProblem as problem:
            problem.kind = kind.name
            raise

    def _occurred_at(self, found: dict[str, Any], fields: Sequence[str]) -> datetime:
        for field in fields:
            if field in found:
                moment: datetime = found[field]
                if moment > self._latest:
                    raise RowProblem(field, _("It is in the future; check the year and the time zone."))
                return moment
        return clock.now()


def _moment_fields(kind: ImportKind) -> Sequence[str]:
    return (kind.occurred_at,) if isinstance(kind.occurred_at, str) else kind.occurred_at
