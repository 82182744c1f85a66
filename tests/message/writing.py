"""Templates and readers for tests of messages."""

from __future__ import annotations

from typing import Any

from regard.core.models import Store
from regard.message.domain.rendering import Addressee
from regard.message.domain.templates import read_definition, save_template
from regard.message.models import Template
from regard.profile.models import Customer
from tests.score.people import identity_of, new_customer

ANA = "ana@acme.example"


def written(key: str = "hello", *, body: Any = None, channel: str = "email", **more: Any) -> dict[str, Any]:
    """A template as it is written down, in English unless `texts` says otherwise."""
    said = {"subject": "Hello", "body": [{"text": "Good day."}] if body is None else body}
    if channel not in {"email", "in_page", "push"}:
        del said["subject"]
    return {
        "key": key, "name": key.capitalize(), "channel": channel, "purpose": "transactional",
        "texts": {"en": said}, **more,
    }  # fmt: skip


def new_template(store: Store, key: str = "hello", **more: Any) -> Template:
    save_template(store, read_definition(written(key, **more)), actor=ANA)
    return Template.objects.select_related("current", "store").get(store=store, key=key)


def reader(store: Store, name: str = "Ada Lovelace", email: str = "", **attributes: Any) -> Customer:
    """A customer who can be written to."""
    customer = new_customer(store)
    customer.name, customer.phone = name, "+4930123456"
    customer.email = email or f"{name.partition(' ')[0].lower()}-{customer.pk}@reader.example"
    customer.attributes = attributes
    customer.save()
    return customer


def addressee(customer: Customer, **values: Any) -> Addressee:
    return Addressee(identity_of(customer).pk, customer.pk, values)
