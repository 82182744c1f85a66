"""A file of costs: comma-separated lines of month, kind and amount, under a heading that names them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from regard.core.models import Store
from regard.core.money import MoneyError, minor_digits, to_minor
from regard.measure.domain.costs import CostEntry, check_entry, tell_costs

COLUMNS = ("month", "kind", "amount")
MONTH = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")
COMMA = re.compile(r"([0-9]{1,3}(\.[0-9]{3})*|[0-9]*),[0-9]{1,2}")  # 1.200,50, as half of Europe writes it
GROUPED = re.compile(
    r"[0-9]{1,3}(\.[0-9]{3})+"
)  # 1.200, which is a thousand to them and hardly more than one to others
MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class RejectedLine:
    """number: of the line in the file, the heading being 1."""

    number: int
    reason: str


@dataclass(frozen=True)
class ImportedCosts:
    """changed: how many costs are other than before."""

    read: int
    changed: int
    rejected: Sequence[RejectedLine]


def import_costs(*, store: Store, content: bytes, actor: str) -> ImportedCosts:
    """Keep the costs of a file; lines that make no sense are rejected, each with its reason.

    Raises ValidationError for a file that is none.
    """
    lines = _lines(content)
    entries: dict[tuple[date, str], CostEntry] = {}
    rejected = []
    for number, line in lines:
        try:
            entry = _entry(store, line)
            if (entry.month, entry.kind) in entries:
                raise ValidationError(_("This month and kind stand in the file before."))
            entries[entry.month, entry.kind] = entry
        except ValidationError as error:
            rejected.append(RejectedLine(number, " ".join(error.messages)))
    changed = tell_costs(store=store, entries=list(entries.values()), actor=actor)
    return ImportedCosts(len(lines), changed, rejected)


def _lines(content: bytes) -> list[tuple[int, dict[str, str]]]:
    """The lines that hold anything, with their numbers."""
    if len(content) > MOST_BYTES:
        raise ValidationError({"file": _("The file is larger than a megabyte; give one of costs by month.")})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValidationError({"file": _("The file is no text in UTF-8; save it as CSV in UTF-8.")}) from None
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text.replace("\0", "")), delimiter=";" if ";" in first else ",")
    try:
        rows = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise ValidationError({"file": _("The file cannot be read as CSV: %s.") % error}) from error
    heading = [name.strip().casefold() for name in (rows[0][1] if rows else [])]
    if missing := [name for name in COLUMNS if name not in heading]:
        said = _("The heading lacks %(missing)s; it has to be: month,kind,amount.")
        raise ValidationError({"file": said % {"missing": ", ".join(missing)}})
    return [
        (number, dict(zip(heading, map(str.strip, cells), strict=False)))
        for number, cells in rows[1:]
        if any(cell.strip() for cell in cells)
    ]


def _entry(store: Store, line: dict[str, str]) -> CostEntry:
    currency = line.get("currency", "").upper() or store.currency
    if currency != store.currency:
        said = _("The amount is in %(told)s, and the store counts in %(own)s; there are no rates.")
        raise ValidationError({"currency": said % {"told": currency, "own": store.currency}})
    minor = minor_of(line.get("amount", ""), store.currency)
    entry = CostEntry(month_of(line.get("month", "")), line.get("kind", "").casefold(), minor)
    check_entry(entry)
    return entry


def minor_of(amount: str, currency: str) -> int:
    """An amount as people write it, in minor units. Raises ValidationError, also for one that may be two."""
    if GROUPED.fullmatch(amount) and minor_digits(currency) < 3:
        said = _("“%s” may be two amounts; write it without points between thousands, like 1200.50.")
        raise ValidationError({"amount": said % amount})
    plain = amount.replace(".", "").replace(",", ".") if COMMA.fullmatch(amount) else amount
    try:
        return to_minor(plain, currency)
    except MoneyError as error:
        raise ValidationError({"amount": str(error)}) from error


def month_of(text: str) -> date:
    """2026-01, or a day of that month. Raises ValidationError."""
    try:
        if not MONTH.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(f"{text}-01" if len(text) == len("2026-01") else text).replace(day=1)
    except ValueError:
        raise ValidationError({"month": _("“%s” is no month; write it like 2026-01.") % text[:40]}) from None
