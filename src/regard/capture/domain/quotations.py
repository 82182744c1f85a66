"""What was kept of input that could not be used: it quotes what was sent, and is erased with whom it names."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import zip_longest
from pathlib import Path

from django.db import transaction

from regard.capture.domain.imports.rejects import WHY, delimiter_of, rejects_paths_of
from regard.capture.models import ParkedEvent, RejectedEvent
from regard.core.models import Store


def erase_quotations(*, store: Store, naming: str, event_ids: Iterable[int]) -> int:
    """Delete the rejected events that name somebody, and the errors of their parked ones; gives how many.

    naming: a regular expression that PostgreSQL and Python read alike. Rows of import files that were rejected are
    taken out of their files when the transaction is committed.
    """
    rejected = RejectedEvent.objects.filter(store=store, body__iregex=naming).delete()[0]
    parked = ParkedEvent.objects.filter(store=store, event_id__in=list(event_ids))
    mute = parked.exclude(error="").update(error="")
    for path in rejects_paths_of(store):
        transaction.on_commit(partial(_take_out, path, re.compile(naming, re.IGNORECASE)))
    return rejected + mute


def _take_out(path: Path, naming: re.Pattern[str]) -> None:
    """Write the file anew without the rows that name somebody, if there are any."""
    if not path.is_file():
        return
    delimiter = delimiter_of(path)
    written = path.with_suffix(".rewritten")
    with (
        path.open(encoding="utf-8-sig", newline="") as old,
        written.open("w", encoding="utf-8-sig", newline="") as new,
    ):
        rows, writer = csv.reader(old, delimiter=delimiter), csv.writer(new, delimiter=delimiter)
        header = next(rows, [])
        writer.writerow(header)
        writer.writerows(row for row in rows if not naming.search(_said(header, row)))
    written.replace(path)


def _said(header: Sequence[str], row: Sequence[str]) -> str:
    """What the file that was brought in said in a row, each value behind the name of its column."""
    named = list(zip_longest(header, row, fillvalue=""))
    return "\n".join(f"{name}: {value}" for name, value in named[len(WHY) :])
