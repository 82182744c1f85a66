"""The import kind "orders": what a row of an order file is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regard.capture.domain.addresses import MAX_EMAIL
from regard.core.models import Store
from regard.core.registry import ImportField, ImportKind
from regard.profile.domain.naming import MAX_NAME
from regard.profile.domain.order_descriptions import MAX_ORDER_ID, MAX_STATUS
from regard.profile.domain.phones import note_unread_phone
from regard.profile.facts import OrderImported

MAX_CUSTOMER_ID = 500
MAX_PHONE = 60

CUSTOMER_FIELDS = (
    ImportField(
        "customer_id", "text", "The shop's id of the customer.", most=MAX_CUSTOMER_ID,
        synonyms=("customer", "user_id", "customer_number", "client_id", "buyer_id"),
    ),
    ImportField(
        "email", "email", "The customer's e-mail address.", most=MAX_EMAIL,
        synonyms=("customer_email", "e_mail", "email_address", "mail", "contact_email",
                  "billing_email"),
    ),
    ImportField(
        "name", "text", "The customer's name.", most=MAX_NAME,
        synonyms=("customer_name", "full_name", "billing_name", "buyer_name"),
    ),
    ImportField(
        "phone", "text", "The customer's phone number.", most=MAX_PHONE,
        synonyms=("customer_phone", "phone_number", "telephone", "mobile", "billing_phone"),
    ),
)  # fmt: skip

# Not first_name: a file of customers must not look like orders for it.
NAME_PARTS = (
    ImportField("billing_first_name", "text", "The customer's first name, where there is no `name`."),
    ImportField("billing_last_name", "text", "The customer's last name, where there is no `name`."),
)
APART = {"total", "refunded", "currency", *(part.name for part in NAME_PARTS)}


def to_order_imported(row: Mapping[str, Any], store: Store) -> OrderImported:
    """The fact that a converted row makes."""
    told = {name: value for name, value in row.items() if name not in APART}
    parts = [row[part.name] for part in NAME_PARTS if part.name in row]
    return OrderImported(
        **{"name": " ".join(parts)[:MAX_NAME], **told},
        total_minor=row.get("total"),
        refunded_minor=row.get("refunded"),
        currency=row.get("currency", store.currency),
    )


ORDERS = ImportKind(
    name="orders",
    fields=(
        ImportField(
            "order_id", "text", "The shop's id of the order.", required=True, most=MAX_ORDER_ID,
            synonyms=("order", "order_number", "order_no", "number", "id"),
        ),
        ImportField(
            "ordered_at", "time", "When it was placed.", required=True,
            synonyms=("order_date", "created_at", "purchased_at", "placed_at", "purchase_date",
                "purchase_timestamp", "order_purchase_timestamp", "date", "paid_at"),
        ),
        *CUSTOMER_FIELDS,
        *NAME_PARTS,
        ImportField(
            "status", "text", "How it stands, in the shop's words.", most=MAX_STATUS,
            synonyms=("order_status", "state", "fulfillment_status"),
        ),
        ImportField(
            "payment_status", "text", "How its payment stands, such as refunded or voided.", most=MAX_STATUS,
            synonyms=("financial_status", "payment_state"),
        ),
        ImportField(
            "total", "money", "What the customer pays, in the currency's major unit.", least=0,
            synonyms=("total_price", "order_total", "amount", "grand_total", "revenue"),
        ),
        ImportField(
            "refunded", "money", "What was paid back of it so far.", least=0,
            synonyms=("refunded_amount", "refund_amount", "total_refunded", "refund_total"),
        ),
        ImportField(
            "currency", "currency", "ISO 4217 code of the amounts. Without it: the store's currency.",
            synonyms=("currency_code", "order_currency"),
        ),
        ImportField(
            "promised_at", "time", "When its delivery was promised for.",
            synonyms=("promised_date", "estimated_delivery", "estimated_delivery_date",
                "order_estimated_delivery_date", "expected_at"),
        ),
        ImportField(
            "delivered_at", "time", "When it was delivered.",
            synonyms=("delivery_date", "delivered_date", "delivered_on", "order_delivered_customer_date"),
        ),
        ImportField(
            "cancelled_at", "time", "When it was cancelled.", synonyms=("canceled_at", "cancelled_on")
        ),
        ImportField("updated_at", "time", "When the shop last changed it.", synonyms=("modified_at",)),
    ),
    identity=("order_id",),
    occurred_at="ordered_at",
    to_fact=to_order_imported,
    one_of=("customer_id", "email"),
    note=note_unread_phone,
)  # fmt: skip
