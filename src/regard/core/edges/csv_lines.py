"""Rows of a table as a file of comma-separated values, for people's spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from django.http import StreamingHttpResponse


class _Line:
    """A file of which each line is taken as soon as it is written."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterator[list[str]]) -> Iterator[str]:
    """The rows as lines of a CSV file; what a customer typed does not run as a formula in a spreadsheet."""
    writer = csv.writer(_Line())
    for row in rows:
        yield writer.writerow([_harmless(cell) for cell in row])


def csv_response(rows: Iterator[list[str]], *, name: str) -> StreamingHttpResponse:
    """The rows as a download of that name, sent while they are read."""
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    return cell.removeprefix("-").replace(".", "", 1).isdecimal()
