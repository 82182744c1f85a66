"""The brand of a store in its messages: colour, logo, and the address that they must tell."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from regard.core.domain.audit import changed_fields, record_audit
from regard.core.models import Store
from regard.core.registry import TemplateVariable, template_variables
from regard.message.models import Brand

NEUTRAL = "#2b3a42"  # of a store that has set no colour
EXAMPLE = {
    "colour": "#006b66", "on_colour": "#ffffff", "logo_url": "https://example.com/logo.png",
    "website": "https://example.com", "postal_address": "Example street 1, 10115 Berlin",
}  # fmt: skip


def register_brand() -> None:
    """Fill the registry; once, at start-up."""
    brand = TemplateVariable("brand", gettext_noop("The store's brand"), EXAMPLE, brand_values, known=True)
    template_variables.add(brand.name, brand)


def brand_of(store: Store) -> Brand:
    """The brand of a store; one that nobody has set is empty and not kept."""
    return Brand.objects.filter(store=store).first() or Brand(store=store)


def brand_values(store: Store, customer_ids: Collection[int]) -> dict[int, Any]:
    """The same for everybody. One query."""
    brand, colour = brand_of(store), store.colour or NEUTRAL
    said = {
        "colour": colour,
        "on_colour": text_colour(colour),
        "logo_url": brand.logo_url,
        "website": brand.website,
        "postal_address": " · ".join(brand.postal_address.split("\n")),
    }
    return dict.fromkeys(customer_ids, said)


def text_colour(background: str) -> str:
    """Black or white, whichever is easier to read on the colour, by relative luminance (WCAG 2.2)."""
    red, green, blue = (int(background[at : at + 2], 16) / 255 for at in (1, 3, 5))
    light = sum(
        weight * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
        for weight, part in ((0.2126, red), (0.7152, green), (0.0722, blue))
    )
    return "#000000" if (light + 0.05) / 0.05 > 1.05 / (light + 0.05) else "#ffffff"


@transaction.atomic
def set_brand(store: Store, *, logo_url: str, website: str, postal_address: str, actor: str) -> Brand:
    """Change how messages look. Raises ValidationError, by field."""
    said = {"logo_url": logo_url.strip(), "website": website.strip()}
    for name, address in said.items():
        if address and not address.startswith("https://"):
            raise ValidationError({name: _("Use an address that begins with https://.")})
    said["postal_address"] = postal_address.replace("\0", "").replace("\r", "").strip()
    before = brand_of(store)
    changes = changed_fields({name: getattr(before, name) for name in said}, said)
    brand, _made = Brand.objects.update_or_create(store=store, defaults=said)
    if changes:
        record_audit(store=store, actor=actor, action="brand.changed", changes=changes)
    return brand
