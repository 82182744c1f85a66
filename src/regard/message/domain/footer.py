"""What every e-mail to customers ends with: whose it is, and for marketing how to have no more of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from regard.act.models import Purpose
from regard.message.domain.markup import checked_link

# The names of the links that marketing needs, each made for one customer.
UNSUBSCRIBE, PREFERENCES = "unsubscribe_url", "preferences_url"


@dataclass(frozen=True)
class Footer:
    """Its lines, with Liquid, for the HTML and for the plain text."""

    html_lines: tuple[str, ...]
    plain_lines: tuple[str, ...]


def footer_of(purpose: str, language: str) -> Footer:
    """The footer of messages of a purpose, in words of the language."""
    with override(language):
        links = [(_("Unsubscribe"), UNSUBSCRIBE), (_("Choose what you receive"), PREFERENCES)]
    known = links if purpose == Purpose.MARKETING else []
    return Footer(
        html_lines=(
            "{{ store.name }}{% if brand.postal_address %} · {{ brand.postal_address }}{% endif %}",
            *(f'<a href="{{{{ {name} | web_address }}}}" class="link">{said}</a>' for said, name in known),
        ),
        plain_lines=(
            "{{ store.name }}{% if brand.postal_address %}, {{ brand.postal_address }}{% endif %}",
            *(f"{said}: {checked_link(f'{{{{ {name} }}}}')}" for said, name in known),
        ),
    )
