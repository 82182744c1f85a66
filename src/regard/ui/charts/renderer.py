"""The process that draws: it reads orders from standard input, a line of JSON each, and answers on its output.

Altair and the engine of vl-convert take 170 MB and most of a second to start: they live here alone, one process
for each that serves pages, and go when nothing was drawn for a while.
"""

from __future__ import annotations

import select
import sys

import msgspec

from regard.ui.charts.chart import Drawing

IDLE_SECONDS = 60


class Order(msgspec.Struct, frozen=True):
    """What to draw; form: svg or png. decimal, thousands: the signs in numbers along the axes."""

    drawing: Drawing
    form: str
    title: str = ""
    subtitle: str = ""
    decimal: str = "."
    thousands: str = ","


def main() -> None:
    """Draw until the other end is gone, or asks for nothing for IDLE_SECONDS."""
    from regard.ui.charts.drawing import png_of, svg_of  # noqa: PLC0415 - heavy, and only here

    while select.select([sys.stdin.buffer], [], [], IDLE_SECONDS)[0]:
        line = sys.stdin.buffer.readline()
        if not line:
            return
        order = msgspec.json.decode(line, type=Order)
        signs = (order.decimal, order.thousands)
        if order.form == "svg":
            drawn = svg_of(order.drawing, signs).encode()
        else:
            drawn = png_of(order.drawing, signs, title=order.title, subtitle=order.subtitle)
        sys.stdout.buffer.write(len(drawn).to_bytes(4, "big") + drawn)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
