"""Pictures of black and white squares, as a file for print."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png_of(squares: Sequence[Sequence[bool]], *, scale: int) -> bytes:
    """A PNG of one bit a pixel (ISO/IEC 15948); True is black. scale: pixels of a square's side."""
    lines = []
    for row in squares:
        bits = "".join(("0" if is_black else "1") * scale for is_black in row)
        padded = bits.ljust(-(-len(bits) // 8) * 8, "0")
        # Every line begins with the filter that it went through: none.
        lines.append((b"\0" + int(padded, 2).to_bytes(len(padded) // 8, "big")) * scale)
    header = struct.pack(">IIBBBBB", len(squares[0]) * scale, len(squares) * scale, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(lines), 9)), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
