"""The bytes and lines of a file, plain or packed with gzip, and how far they have been read."""

from __future__ import annotations

import codecs
import gzip
import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO, Self, cast

from django.utils.translation import gettext as _

from regard.capture.domain.imports.problem import ImportProblem

GZIP = b"\x1f\x8b"
BLOCK = 1 << 20
LONGEST_LINE = 1 << 20  # characters; a packed file of a few MB can hold a line that fills all memory


class PackedFile:
    """A file opened for reading its unpacked bytes; a context manager."""

    def __init__(self, path: Path) -> None:
        self._size = max(1, path.stat().st_size)
        self._raw = path.open("rb")
        is_gzip = self._raw.read(2) == GZIP
        self._raw.seek(0)
        self.content: IO[bytes] = (
            cast("IO[bytes]", gzip.GzipFile(fileobj=self._raw)) if is_gzip else self._raw
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        self.content.close()
        self._raw.close()

    def share(self) -> float:
        """How much of the packed bytes have been read, from 0 to 1."""
        return 1.0 if self._raw.closed else min(1.0, self._raw.tell() / self._size)

    def text(self, encoding: str) -> io.TextIOWrapper:
        return io.TextIOWrapper(self.content, encoding, newline="")


def text_lines(path: Path, text: io.TextIOWrapper) -> Iterator[str]:
    """Lines with their ends. Raises ImportProblem for one that no table has."""
    for line in iter(partial(text.readline, LONGEST_LINE), ""):
        if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
            reason = _("%(name)s has a line of more than %(most)d characters, so it is hardly a table.")
            raise ImportProblem("file", reason % {"name": path.name, "most": LONGEST_LINE})
        yield line


def find_encoding(path: Path, told: str | None) -> tuple[str, bool]:
    """What the file's mark says; else what is told; else UTF-8, or a fallback: what Windows writes in the west, or
    Latin-1, which reads anything.

    The second value says that it is only the fallback.
    """
    with PackedFile(path) as file:
        start = file.content.read(BLOCK)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", False
    if told and not start.startswith(codecs.BOM_UTF8):
        return told, False
    if _is_in(path, "utf-8-sig"):
        return "utf-8-sig", False
    return ("cp1252" if _is_in(path, "cp1252") else "latin-1"), True


def _is_in(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with PackedFile(path) as file:
        try:
            while block := file.content.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
