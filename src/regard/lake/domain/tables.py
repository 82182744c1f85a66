"""The tables of the lake: what a row is, and what its columns mean. The one place that says so.

Rows hold no name, address or text of a person. A fact names the identity that it came with; which customer that is
today says the table `identities`, so that merging and parting change that table alone. Days are cut in the store's
time zone. Amounts are in minor units of the store's currency, and null where nobody told one or it is in another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["whole", "number", "text", "truth", "day", "moment"]
MINOR = "minor units of the store's currency"


@dataclass(frozen=True)
class Column:
    name: str
    type: ColumnType
    meaning: str
    unit: str = ""


@dataclass(frozen=True)
class LakeTable:
    """grain: what one row stands for. Every table has `id` besides its columns, by which its files are cut."""

    name: str
    grain: str
    columns: tuple[Column, ...]


ID = Column("id", "whole", "Of the row in PostgreSQL.")
IDENTITY = Column("identity_id", "whole", "The identity that the fact came with; null while nobody knows.")
ORDER = Column("order_id", "text", "The shop's number of the order; empty: none.")
PRODUCT = Column("product_id", "text", "The shop's number of the product; empty: none.")

TABLES = {
    table.name: table
    for table in (
        LakeTable(
            "identities",
            "a name that a person goes by, without the name itself",
            (
                Column("customer_id", "whole", "Whom it belongs to today."),
                Column("is_erased", "truth", "The person was erased; figures of their orders stay."),
            ),
        ),
        LakeTable(
            "customers",
            "a person",
            (
                Column("customer_id", "whole", "The same as `id`."),
                Column(
                    "country",
                    "text",
                    "Where they live, as last told: after ISO 3166 where it is known, else in the teller's "
                    "words; empty: not told.",
                ),
            ),
        ),
        LakeTable(
            "products",
            "something that the store sells",
            (
                Column("product_id", "text", "The shop's number of it."),
                Column("title", "text", "What it is called."),
                Column("brand", "text", "Empty: not told."),
                Column("category", "text", "Empty: not told."),
                Column("price_minor", "whole", "As last told.", MINOR),
            ),
        ),
        LakeTable(
            "orders",
            "an order as its shop last described it",
            (
                ORDER,
                IDENTITY,
                Column("ordered_at", "moment", "When it was placed."),
                Column("ordered_on", "day", "The same day."),
                Column("promised_on", "day", "The day that it was promised for."),
                Column("delivered_at", "moment", "When it came."),
                Column("delivered_on", "day", "The same day."),
                Column("is_purchase", "truth", "Placed, not called off, and no document of a return."),
                Column("total_minor", "whole", "Before refunds.", MINOR),
                Column("refunded_minor", "whole", "Paid back so far.", MINOR),
                Column("currency", "text", "That the shop told it in, after ISO 4217."),
            ),
        ),
        LakeTable(
            "lines",
            "a line of an order; a quantity below zero is a return",
            (
                ORDER,
                PRODUCT,
                Column("quantity", "number", "Pieces."),
                Column("total_minor", "whole", "Of the line.", MINOR),
            ),
        ),
        LakeTable(
            "refunds",
            "money given back for an order",
            (
                ORDER,
                Column(
                    "kind", "text", "single, sum (those so far, as a file sums them up) or returned (goods)."
                ),
                Column("refunded_at", "moment", "When."),
                Column("refunded_on", "day", "The same day."),
                Column("amount_minor", "whole", "How much.", MINOR),
                Column("is_whole", "truth", "No amount was told: all that was paid for the order."),
            ),
        ),
        LakeTable(
            "shipments",
            "a parcel, as the shop or its carrier last described it",
            (
                ORDER,
                Column("carrier", "text", "Empty: not told."),
                Column("state", "text", "How far it is: pending, shipped, in_transit, … delivered, lost."),
                Column("shipped_at", "moment", "When it was handed over."),
                Column("shipped_on", "day", "The same day."),
                Column(
                    "promised_on",
                    "day",
                    "The day that the parcel itself was promised for; null: that of its order counts.",
                ),
                Column("delivered_at", "moment", "When it came."),
                Column("delivered_on", "day", "The same day."),
            ),
        ),
        LakeTable(
            "visits",
            "what a visitor did on the site or in the app on a day without a pause of more than half an hour",
            (
                IDENTITY,
                Column("started_at", "moment", "Its first step."),
                Column("started_on", "day", "The same day."),
                Column("ended_at", "moment", "Its last step."),
                Column("pages", "whole", "Pages and screens; where none were told, products and lists seen."),
                Column("products", "whole", "Products that were looked at, each once."),
                Column(
                    "had_cart", "truth", "Something was put into the cart, or the cart or checkout was seen."
                ),
                Column("reached_checkout", "truth", "The checkout was begun."),
                Column("bounced", "truth", "One page and nothing else."),
                Column("order_id", "text", "The order that its own browser told of; empty: none."),
                Column("landing_page", "text", "The path of the first page; empty: not told, or forgotten."),
                Column("referrer", "text", "The host that the visitor came from; empty: not told."),
                Column("source", "text", "Of the campaign, such as newsletter; empty: not told."),
                Column("medium", "text", "Of the campaign, such as email; empty: not told."),
                Column("campaign", "text", "Its name; empty: not told."),
                Column("device", "text", "phone, tablet, desktop or app; empty: not told."),
            ),
        ),
        LakeTable(
            "answers",
            "an answer to one question of a survey",
            (
                IDENTITY,
                ORDER,
                PRODUCT,
                Column("survey", "text", "Its name; empty: not told."),
                Column("measure", "text", "What the question measures: nps, csat, ces or text."),
                Column(
                    "topic", "text", "What it is about: relationship, product, support, delivery, purchase."
                ),
                Column("value", "number", "As answered, on the scale from lowest to highest."),
                Column("lowest", "number", "Of the scale."),
                Column("highest", "number", "Of the scale."),
                Column("low_is_good", "truth", "Whether the lowest is the best."),
                Column("score", "number", "From 0 to 100, high is good."),
                Column("answered_at", "moment", "When."),
                Column("answered_on", "day", "The same day."),
            ),
        ),
        LakeTable(
            "reviews",
            "what a customer said of an order or a product, with stars",
            (
                IDENTITY,
                ORDER,
                PRODUCT,
                Column("rating", "whole", "One to five.", "stars"),
                Column("reviewed_at", "moment", "When."),
                Column("reviewed_on", "day", "The same day."),
            ),
        ),
        LakeTable(
            "score_changes",
            "a move of a score of a customer",
            (
                Column("name", "text", "Of the score, such as health or csi."),
                Column("customer_id", "whole", "Whose."),
                Column(
                    "value", "number", "After it, 0 to 100, of early_value 0 to 5; null: too little is known."
                ),
                Column("band", "text", "After the move, such as health:at_risk."),
                Column("value_before", "number", "What it moved from; null: too little was known."),
                Column("band_before", "text", "The same; empty: there was no score."),
                Column("is_retold", "truth", "It lies before scores were kept, and was computed afterwards."),
                Column("changed_at", "moment", "When."),
                Column("changed_on", "day", "The same day."),
            ),
        ),
        LakeTable(
            "texts",
            "what was understood of a text that a customer wrote; the words are not here",
            (
                Column("source", "text", "Where it stands: reviews, answers or tickets."),
                Column("source_id", "whole", "The `id` of its row there."),
                Column("language", "text", "After ISO 639; empty: not known."),
                Column(
                    "feeling", "text", "negative, neutral, positive, or unknown in languages not understood."
                ),
                Column("score", "number", "How the writer feels, -1 to 1."),
                Column("intent", "text", "What they want, the surest; empty: nothing that is known."),
                Column("urgency", "whole", "0 low to 3 urgent."),
                Column("said_at", "moment", "When."),
                Column("said_on", "day", "The same day."),
            ),
        ),
        LakeTable(
            "lifetime_values",
            "what a customer is expected to be worth, as last computed",
            (
                Column("customer_id", "whole", "Whose."),
                Column("first_on", "day", "When they first bought."),
                Column("expected_purchases", "number", "In the twelve months that follow; null: no model."),
                Column("expected_minor", "whole", "What these are worth; null: no model.", MINOR),
                Column("computed_on", "day", "When it was computed."),
            ),
        ),
        LakeTable(
            "costs",
            "what the store spent on something in a month, as its people told it",
            (
                Column("month", "day", "Its first day."),
                Column(
                    "kind",
                    "text",
                    "marketing, support, goods, shipping, tools, discounts, programme, experience or other.",
                ),
                Column("amount_minor", "whole", "How much.", MINOR),
            ),
        ),
        LakeTable(
            "tickets",
            "a request for help, as the helpdesk last described it",
            (
                IDENTITY,
                ORDER,
                Column("channel", "text", "Empty: not told."),
                Column("category", "text", "What it is about, in the helpdesk's words; empty: not told."),
                Column("priority", "text", "In the helpdesk's words; empty: not told."),
                Column("agent", "text", "Who works on it; empty: not told."),
                Column("opened_at", "moment", "When it was opened."),
                Column("opened_on", "day", "The same day."),
                Column("first_answered_at", "moment", "When it was first answered."),
                Column("first_answered_on", "day", "The same day."),
                Column("solved_at", "moment", "When it was solved; null again when it was reopened since."),
                Column("solved_on", "day", "The same day."),
                Column("reopened_at", "moment", "The last time."),
                Column("escalated_at", "moment", "The first time."),
            ),
        ),
    )
}
