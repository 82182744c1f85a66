"""A store's colour, made to be read: on light and on dark ground alike."""

from __future__ import annotations

OUR_COLOUR = "#006b66"  # of stores that chose none
LIGHT, DARK = "#ffffff", "#1b1d1f"  # the ground of what shops show
AA_TEXT = 4.5  # WCAG 2.2, 1.4.3
STEPS = 20


def legible(colour: str, ground: str, *, least: float = AA_TEXT) -> str:
    """The colour, of the form #rrggbb, or what is nearest to it on the way to black or white that has so much
    contrast with the ground."""
    ink = "#000000" if _luminance(ground) > 0.18 else "#ffffff"
    steps = (_mixed(colour, ink, step / STEPS) for step in range(STEPS + 1))
    return next((shade for shade in steps if contrast(shade, ground) >= least), ink)


def contrast(one: str, other: str) -> float:
    """1 to 21, after WCAG 2.2."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = (part / 255 for part in _parts(colour))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mixed(colour: str, ink: str, share: float) -> str:
    parts = zip(_parts(colour), _parts(ink), strict=True)
    return "#" + "".join(f"{round(one + (other - one) * share):02x}" for one, other in parts)


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))
