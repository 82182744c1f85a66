"""The HTML of an e-mail: blocks become MJML, which mrml makes into what mail programs show alike.

What people wrote never passes through MJML: a mark stands for each field, and afterwards its Liquid is put back.
So it is made once for a version, and filled in for each customer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mrml

from regard.message.domain.blocks import (
    Block,
    Button,
    Choices,
    Divider,
    Heading,
    Image,
    OfferCode,
    Paragraphs,
    Products,
    Spacer,
)
from regard.message.domain.footer import Footer
from regard.message.domain.markup import Pieces, escaped, inline_html, link_html, paragraphs_html
from regard.message.domain.texts import Text

STYLE = """
    .link { color: inherit; text-decoration: underline; }
    @media (prefers-color-scheme: dark) {
      .page, .page > table { background: #1b1d1f !important; }
      .words div, .words td, .words h1 { color: #e9ebec !important; }
      .quiet div { color: #a4abb0 !important; }
      .code td { border-color: #a4abb0 !important; }
    }
"""
LOOK = f"""
  <mj-attributes>
    <mj-all font-family="-apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" />
    <mj-text font-size="16px" line-height="1.5" color="#1f2326" css-class="words" padding="8px 24px" />
    <mj-table font-size="15px" line-height="1.4" color="#1f2326" css-class="words" padding="8px 24px" />
    <mj-image padding="8px 24px" />
    <mj-button font-size="16px" inner-padding="12px 24px" border-radius="6px" padding="12px 24px" align="left" />
  </mj-attributes>
  <mj-style>{STYLE}</mj-style>
  <mj-raw><meta name="color-scheme" content="light dark" /></mj-raw>
"""
PLAIN_FONTS = mrml.RenderOptions(fonts={})  # no font is fetched from anywhere
CODE_BOX = "border:2px dashed #8a9196;border-radius:6px;padding:12px 20px"
CODE_FONT = "font:700 22px ui-monospace,Consolas,monospace;letter-spacing:2px"


def mail_source(text: Text, *, language: str, footer: Footer) -> str:
    """The HTML of an e-mail, with the Liquid of what is to be filled in."""
    pieces = Pieces()
    blocks = "".join(_block(block, pieces) for block in text.blocks)
    title, preview = pieces.keep(escaped(text.subject)), pieces.keep(escaped(text.preheader))
    head = f"<mj-title>{title}</mj-title><mj-preview>{preview}</mj-preview>{LOOK}"
    body = _band(_header(pieces)) + _band(blocks, "page") + _band(_footer(footer, pieces))
    mjml = f'<mjml lang="{language}"><mj-head>{head}</mj-head><mj-body width="600px">{body}</mj-body></mjml>'
    return pieces.put_back(mrml.to_html(mjml, render_options=PLAIN_FONTS).content)


def _band(inside: str, name: str = "page") -> str:
    return f'<mj-section padding="4px 0" css-class="{name}"><mj-column>{inside}</mj-column></mj-section>'


def _header(pieces: Pieces) -> str:
    """The store's logo, or its name in its colour."""
    name = pieces.keep("{{ store.name }}")
    colour = pieces.keep("{{ brand.colour }}")
    logo = f'<mj-image src="{pieces.keep("{{ brand.logo_url }}")}" alt="{name}" width="160px" align="left" />'
    words = (
        f'<mj-text font-size="20px" font-weight="700" color="{colour}" padding-top="24px">{name}</mj-text>'
    )
    either = [pieces.keep(tag) for tag in ("{% if brand.logo_url %}", "{% else %}", "{% endif %}")]
    return _raw(either[0]) + logo + _raw(either[1]) + words + _raw(either[2])


def _footer(footer: Footer, pieces: Pieces) -> str:
    lines = "<br />".join(pieces.keep(line) for line in footer.html_lines)
    said = f'<mj-text css-class="quiet" font-size="12px" line-height="1.6" color="#6a7277">{lines}</mj-text>'
    return f'<mj-divider border-width="1px" border-color="#d5d9dc" padding="16px 24px 8px" />{said}'


def _block(block: Block, pieces: Pieces) -> str:
    make: Callable[[Any, Pieces], str] = MAKERS[type(block)]
    made = make(block, pieces)
    if not block.when:
        return made
    return _raw(pieces.keep(f"{{% if {block.when} %}}")) + made + _raw(pieces.keep("{% endif %}"))


def _raw(mark: str) -> str:
    return f"<mj-raw>{mark}</mj-raw>"


def _heading(block: Heading, pieces: Pieces) -> str:
    said = f'<h1 style="margin:0;font-size:26px;line-height:1.25">{pieces.keep(inline_html(block.text))}</h1>'
    return f'<mj-text padding-top="16px">{said}</mj-text>'


def _paragraphs(block: Paragraphs, pieces: Pieces) -> str:
    return f"<mj-text>{pieces.keep(paragraphs_html(block.text))}</mj-text>"


def _button(block: Button, pieces: Pieces) -> str:
    colours = [pieces.keep(f"{{{{ brand.{name} }}}}") for name in ("colour", "on_colour")]
    href, said = pieces.keep(link_html(block.url)), pieces.keep(escaped(block.text))
    return f'<mj-button href="{href}" background-color="{colours[0]}" color="{colours[1]}">{said}</mj-button>'


def _image(block: Image, pieces: Pieces) -> str:
    source, alt = pieces.keep(link_html(block.image)), pieces.keep(escaped(block.alt))
    link = f' href="{pieces.keep(link_html(block.url))}"' if block.url else ""
    return f'<mj-image src="{source}" alt="{alt}"{link} />'


def _products(block: Products, pieces: Pieces) -> str:
    return f"<mj-table>{pieces.keep(_rows(block.source, block.most))}</mj-table>"


def _rows(source: str, most: int) -> str:
    root = source.partition(".")[0].partition("[")[0]
    cell = "padding:8px 0;border-bottom:1px solid #d5d9dc;vertical-align:middle"
    image = '<img src="{{ item.image_url | web_address }}" alt="" width="64" style="display:block">'
    link = '<a href="{{ item.url | web_address }}" class="link">{{ _title }}</a>'
    return (
        f"{{% if {source} %}}{{% for item in {source} limit: {most} %}}"
        "{% assign _title = item.title | default: item.name %}"
        f'<tr><td width="80" style="{cell}">{{% if item.image_url %}}{image}{{% endif %}}</td>'
        f'<td style="{cell}">{{% if item.url %}}{link}{{% else %}}{{{{ _title }}}}{{% endif %}}'
        "{% if item.quantity %} × {{ item.quantity }}{% endif %}</td>"
        f'<td align="right" style="{cell};white-space:nowrap">'
        f"{{{{ item | price: {root}.currency, store.currency }}}}</td></tr>{{% endfor %}}{{% endif %}}"
    )


def _code(block: OfferCode, pieces: Pieces) -> str:
    said = pieces.keep(escaped(block.code))
    note = f"<mj-text>{pieces.keep(inline_html(block.note))}</mj-text>" if block.note else ""
    cell = f'<tr><td align="center" style="{CODE_BOX};{CODE_FONT}">{said}</td></tr>'
    return f'<mj-table css-class="words code">{cell}</mj-table>{note}'


def _choices(block: Choices, pieces: Pieces) -> str:
    """Beside each other as far as they fit, so that narrow screens break the row."""
    link = (
        "display:inline-block;min-width:24px;margin:0 6px 8px 0;padding:12px 10px;border:1px solid #8a9196;"
        "border-radius:6px;text-align:center;text-decoration:none;font-weight:600;color:inherit"
    )
    row = (
        f"{{% if {block.source} %}}{{% for item in {block.source} limit: 12 %}}"
        f'<a href="{{{{ item.url | web_address }}}}" style="{link}">{{{{ item.label }}}}</a> '
        "{% endfor %}{% endif %}"
    )
    ends = " – ".join(escaped(each) for each in (block.lowest, block.highest) if each)
    shown = f"{{% if {block.source} and survey.lowest %}}{ends}{{% endif %}}"
    note = f'<mj-text font-size="13px" padding-top="0">{pieces.keep(shown)}</mj-text>' if ends else ""
    return f"<mj-text>{pieces.keep(row)}</mj-text>{note}"


def _divider(_block: Divider, _pieces: Pieces) -> str:
    return '<mj-divider border-width="1px" border-color="#d5d9dc" padding="12px 24px" />'


def _space(block: Spacer, _pieces: Pieces) -> str:
    return f'<mj-spacer height="{block.height}px" />'


MAKERS: dict[type[Block], Callable[..., str]] = {
    Heading: _heading, Paragraphs: _paragraphs, Button: _button, Image: _image, Products: _products,
    OfferCode: _code, Choices: _choices, Divider: _divider, Spacer: _space,
}  # fmt: skip
