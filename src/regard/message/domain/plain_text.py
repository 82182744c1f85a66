"""The plain-text part of an e-mail, made of the same blocks as its HTML."""

from __future__ import annotations

from collections.abc import Callable

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
from regard.message.domain.markup import checked_link, plain
from regard.message.domain.texts import Text


def plain_source(text: Text, footer: Footer) -> str:
    """The text, with the Liquid of what is to be filled in."""
    parts = [_when(block, said) for block in text.blocks if (said := MAKERS[type(block)](block))]
    return "\n\n".join([*parts, "-- \n" + "\n".join(footer.plain_lines)])


def _when(block: Block, said: str) -> str:
    return f"{{% if {block.when} %}}{said}{{% endif %}}" if block.when else said


def _heading(block: Heading) -> str:
    return plain(block.text) if "{" in block.text else plain(block.text).upper()


def _button(block: Button) -> str:
    return f"{plain(block.text)}: {checked_link(block.url)}"


def _image(block: Image) -> str:
    return f"{plain(block.alt)}: {checked_link(block.url)}" if block.alt and block.url else plain(block.alt)


def _code(block: OfferCode) -> str:
    return f"{block.code}\n{plain(block.note)}".strip()


def _products(block: Products) -> str:
    root = block.source.partition(".")[0].partition("[")[0]
    return (
        f"{{% if {block.source} %}}{{% for item in {block.source} limit: {block.most} %}}"
        "- {{ item.title | default: item.name }}{% if item.quantity %} × {{ item.quantity }}{% endif %} "
        f"{{{{ item | price: {root}.currency, store.currency }}}}"
        "{% if item.url %}\n  {{ item.url | web_address }}{% endif %}\n{% endfor %}{% endif %}"
    )


def _choices(block: Choices) -> str:
    return (
        f"{{% if {block.source} %}}{{% for item in {block.source} limit: 12 %}}"
        "{{ item.label }}: {{ item.url | web_address }}\n{% endfor %}{% endif %}"
    )


MAKERS: dict[type[Block], Callable[..., str]] = {
    Heading: _heading, Paragraphs: lambda block: plain(block.text), Button: _button, Image: _image,
    Products: _products,
    OfferCode: _code, Choices: _choices, Divider: lambda _block: "---", Spacer: lambda _block: "",
}  # fmt: skip
