"""What a segment may ask of orders' contents, of consents and of where a customer lives.

Each source is gathered for the whole store at once, which takes less than a look for each customer.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from regard.core.registry import SegmentField, SegmentSource
from regard.profile.domain.consents import STATES
from regard.profile.models import ConsentChannel

BOUGHT = SegmentSource(
    "bought",
    """LEFT JOIN (
        SELECT identity.customer_id, ARRAY_AGG(DISTINCT line.product_external_id)
            || ARRAY_AGG(DISTINCT line.title) FILTER (WHERE line.title <> '') AS products
        FROM profile_orderline AS line
        JOIN profile_order AS placed
            ON placed.store_id = line.store_id AND placed.external_id = line.order_external_id
        JOIN profile_identity AS identity ON identity.id = placed.identity_id
        WHERE line.store_id = %(store)s AND line.quantity > 0 AND line.product_external_id <> ''
        GROUP BY identity.customer_id
    ) AS bought ON bought.customer_id = customer.id""",
)
_COLUMNS = ", ".join(
    f"BOOL_OR(given AND NOT is_pending) FILTER (WHERE channel = '{channel}') AS {channel}, "
    f"BOOL_OR(is_pending) FILTER (WHERE channel = '{channel}') AS {channel}_pending"
    for channel in ConsentChannel.values
)
CONSENTS = SegmentSource(
    "consents",
    f"""LEFT JOIN (
        SELECT customer_id, {_COLUMNS} FROM ({STATES.format(whose="consent.store_id = %(store)s")}) AS latest
        GROUP BY customer_id
    ) AS consents ON consents.customer_id = customer.id""",
)
LABELS = {
    ConsentChannel.EMAIL: _("Allows e-mail marketing"),
    ConsentChannel.SMS: _("Allows SMS marketing"),
    ConsentChannel.PHONE: _("Allows marketing by phone"),
    ConsentChannel.PUSH: _("Allows push messages"),
    ConsentChannel.WHATSAPP: _("Allows WhatsApp marketing"),
    ConsentChannel.POST: _("Allows marketing by letter"),
}
PENDING_LABELS = {
    "email": _("Has yet to confirm e-mail marketing"),
    "sms": _("Has yet to confirm SMS marketing"),
    "whatsapp": _("Has yet to confirm WhatsApp marketing"),
}


def _address(part: str, customer: str = "customer") -> str:
    """As files and shops tell it: a trait by itself, or of Segment's `address`; an empty text tells nothing.

    customer: what the statement calls the row.
    """
    alone, within = f"{customer}.attributes ->> '{part}'", f"{customer}.attributes -> 'address' ->> '{part}'"
    return f"COALESCE(NULLIF({alone}, ''), NULLIF({within}, ''))"


def country_told(customer: str) -> str:
    """SQL: where a customer lives, in the words of who told it; null: not told. customer: the row."""
    return _address("country", customer)


SOURCES = (BOUGHT, CONSENTS)
FIELDS = (
    SegmentField("country", "text", _("Country"), country_told("customer")),
    SegmentField("city", "text", _("City"), _address("city")),
    SegmentField("bought", "texts", _("Products bought, by number or title"), "bought.products", BOUGHT.name),
    *(
        SegmentField(f"consent.{channel.value}", "truth", label, f"consents.{channel.value}", CONSENTS.name)
        for channel, label in LABELS.items()
    ),
    *(
        SegmentField(
            f"consent_pending.{channel}", "truth", label, f"consents.{channel}_pending", CONSENTS.name
        )
        for channel, label in PENDING_LABELS.items()
    ),
)
