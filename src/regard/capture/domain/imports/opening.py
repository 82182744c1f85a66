from __future__ import annotations

import codecs
import zlib
from pathlib import Path

from django.utils.translation import gettext as _

from regard.capture.domain.imports.delimited import DelimitedTable
from regard.capture.domain.imports.json_lines import JsonLinesTable
from regard.capture.domain.imports.packed import PackedFile
from regard.capture.domain.imports.parquet import MAGIC, ParquetTable
from regard.capture.domain.imports.problem import ImportProblem
from regard.capture.domain.imports.table import Table, unreadable

ZIP = b"PK\x03\x04"
BLANKS = b"\xef\xbb\xbf \t\r\n"
PDF = b"%PDF-"
PEEK = 4096
CONTROLS = bytes({*range(32)} - {*b"\t\n\v\f\r\x1b"})
MOST_CONTROLS = 0.01  # of the first bytes: a text may have a stray one, of what is no text they are a tenth


def open_table(path: Path, *, encoding: str | None = None, delimiter: str | None = None) -> Table:
    """The table in a file of any format; what is not told is found out from its content.

    Raises ImportProblem when it cannot be read.
    """
    if not path.is_file():
        reason = _("There is no file %(path)s; check the path and its spelling.")
        raise ImportProblem("file", reason % {"path": path})
    try:
        with PackedFile(path) as file:
            beginning = file.content.read(PEEK)
    except (OSError, EOFError, zlib.error) as error:
        raise unreadable(path, error) from error
    if beginning.startswith(MAGIC):
        return ParquetTable(path)
    if beginning.startswith(ZIP):
        reason = _("%(name)s is an Excel workbook or a zip archive; save the table as CSV, or unpack it.")
        raise ImportProblem("file", reason % {"name": path.name})
    if encoding is None and _is_no_text(beginning):
        reason = _("%(name)s is no table: it holds no text. Save or export the table as CSV.")
        raise ImportProblem("file", reason % {"name": path.name})
    text = beginning.replace(b"\0", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").lstrip(BLANKS)
    if text.startswith(b"{") and delimiter is None:
        return JsonLinesTable(path, encoding=encoding)
    if text.startswith((b"[{", b"[\n", b"[\r", b"[ ")):
        reason = _("%(name)s is one JSON array; write JSON Lines, with one object on each line.")
        raise ImportProblem("file", reason % {"name": path.name})
    return DelimitedTable(path, encoding=encoding, delimiter=delimiter)


def _is_no_text(beginning: bytes) -> bool:
    """Whether these are the first bytes of a picture, a document, a program; UTF-16 is told by its mark."""
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    controls = len(beginning) - len(beginning.translate(None, CONTROLS))
    return beginning.startswith(PDF) or controls > MOST_CONTROLS * len(beginning)
