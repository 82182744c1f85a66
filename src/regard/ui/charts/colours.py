"""The colours of drawings: on a page the page's own, which follow its scheme; in a file those of the light one."""

from __future__ import annotations

SERIES = tuple(f"var(--chart-{number})" for number in range(1, 7))
DASHES: tuple[tuple[int, ...], ...] = (
    (1, 0),
    (6, 3),
    (2, 2),
    (8, 3, 2, 3),
    (4, 4),
    (1, 3),
)  # tell apart without colour
TEXT, MUTED, LINE, SURFACE = "var(--text)", "var(--muted)", "var(--line)", "var(--surface)"
ON_PAPER = {
    **dict(zip(SERIES, ("#0072b2", "#b84e00", "#007a59", "#a8467c", "#6b5900", "#4a4a4a"), strict=True)),
    TEXT: "#2b2520",
    MUTED: "#6a625b",
    LINE: "#dedad5",
    SURFACE: "#ffffff",
}


def on_paper(svg: str) -> str:
    """The drawing for a file, where no style sheet says what the colours are."""
    for name, colour in ON_PAPER.items():
        svg = svg.replace(name, colour)
    return svg
