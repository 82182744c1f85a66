"""Where an open link is printed: on a parcel, at the till, in a leaflet. The address says it, so that the results
tell the places apart."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from urllib.parse import urlencode

from django.utils.text import slugify
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.image.svg import SvgPathFillImage

from regard.survey.domain.answering.links import open_url
from regard.survey.models import Channel, Survey
from regard.ui.black_and_white import png_of

PARAMETER = "c"  # of the address; it says the channel too
CHANNELS = frozenset({Channel.LINK.value, Channel.WEB.value})  # as which people come by an open link
MOST = 40
QUIET = 4  # squares of white around it, as the standard (ISO/IEC 18004) wants it
WIDE = 1_200  # pixels, at least: ten centimetres at 300 dots an inch


@dataclass(frozen=True)
class Came:
    """How somebody came by an open link. place: "" where the address says none."""

    channel: str
    place: str = ""


STRAIGHT = Came(Channel.LINK.value)


def place_named(told: str) -> str:
    """A name of a place as addresses hold it, in small Latin letters; "" where nothing of it can stay."""
    named = slugify(told[:200])[:MOST].strip("-_")
    return "" if named in CHANNELS else named


def came_by(told: str) -> Came:
    """What the address says of it; what is no channel is a place."""
    return Came(told) if told in CHANNELS else Came(Channel.LINK.value, place_named(told))


def place_url(survey: Survey, place: str) -> str:
    """The address of a survey's open link as it is printed at a place, "" for none."""
    return f"{open_url(survey)}?{urlencode({PARAMETER: place})}" if place else open_url(survey)


def code_svg(address: str) -> bytes:
    """Black on white, so that it can be read on any ground."""
    drawn = BytesIO()
    _code(address).make_image(image_factory=SvgPathFillImage).save(drawn)
    return drawn.getvalue()


def code_png(address: str) -> bytes:
    squares = _code(address).get_matrix()
    return png_of(squares, scale=-(-WIDE // len(squares)))


def _code(address: str) -> QRCode:
    """It can be read while a quarter is worn off, as on a parcel."""
    code = QRCode(error_correction=ERROR_CORRECT_Q, border=QUIET)
    code.add_data(address)
    code.make()
    return code
