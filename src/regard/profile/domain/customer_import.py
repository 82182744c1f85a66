"""The import kind "customers": what a row of a file of customers is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regard.core.models import Store
from regard.core.registry import ImportField, ImportKind
from regard.profile.domain.naming import MAX_NAME
from regard.profile.domain.order_import import CUSTOMER_FIELDS
from regard.profile.domain.phones import note_unread_phone
from regard.profile.facts import CustomerImported

OF_FACT = {"customer_id", "email", "phone", "created_at", "accepts_email", "accepts_sms", "tags"}
NAMES = ("first_name", "last_name")


def to_customer_imported(row: Mapping[str, Any], _store: Store) -> CustomerImported:
    """The fact that a converted row makes: what has no place of its own becomes a trait."""
    told = {name: value for name, value in row.items() if name in OF_FACT}
    name = row.get("name") or " ".join(row[part] for part in NAMES if part in row)
    others = {name: value for name, value in row.items() if name not in {*OF_FACT, *NAMES, "name", "traits"}}
    return CustomerImported(**told, name=name[:MAX_NAME], traits={**row.get("traits", {}), **others})


CUSTOMERS = ImportKind(
    name="customers",
    fields=(
        *CUSTOMER_FIELDS,
        ImportField("first_name", "text", "The customer's first name.",
            synonyms=("firstname", "given_name", "billing_first_name"),
        ),
        ImportField(
            "last_name", "text", "The customer's last name.",
            synonyms=("lastname", "surname", "family_name", "billing_last_name"),
        ),
        ImportField(
            "created_at", "time", "When they became a customer. Without it: now.",
            synonyms=("customer_since", "registered_at", "signup_date", "joined_at", "date_registered"),
        ),
        ImportField(
            "accepts_email", "truth", "Whether they allowed marketing by e-mail.",
            synonyms=("accepts_email_marketing", "accepts_marketing", "email_marketing", "email_opt_in",
                      "newsletter"),
        ),
        ImportField(
            "accepts_sms", "truth", "Whether they allowed marketing by SMS.",
            synonyms=("accepts_sms_marketing", "sms_marketing", "sms_opt_in"),
        ),
        ImportField(
            "tags", "words", "Words that the shop put to them, with commas between: they become tags.",
            synonyms=("tag", "customer_tags"),
        ),
        ImportField("note", "text", "What the shop noted about them.", synonyms=("notes", "comment")),
        ImportField(
            "city", "text", "Where they live.",
            synonyms=("default_address_city", "billing_city", "customer_city", "address_city"),
        ),
        ImportField(
            "country", "text", "In which country, best as its two letters.",
            synonyms=("country_code", "default_address_country_code", "billing_country", "customer_country",
                      "address_country", "address_country_code"),
        ),
    ),
    identity=("customer_id", "email"),
    occurred_at=("created_at",),
    to_fact=to_customer_imported,
    one_of=("customer_id", "email"),
    note=note_unread_phone,
    rest="traits",
)  # fmt: skip
