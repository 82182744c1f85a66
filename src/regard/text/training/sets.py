"""Public sets that may teach a model that ships, read from a folder that has them under these names.

None of them is part of Regard; without the folder, models are taught with the examples alone.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

# Clinc's intents that a shop is asked too, so they are no examples of what it is not asked.
ASKED_OF_SHOPS = {
    "cancel", "damaged_card", "freeze_account", "goodbye", "greeting", "order", "order_status", "pin_change",
    "redeem_rewards", "replacement_card_duration", "report_fraud", "report_lost_card", "rewards_balance",
    "card_declined", "account_blocked", "thank_you", "transactions", "lost_luggage", "international_fees",
    "pay_bill", "maybe", "yes", "no", "change_user_name", "what_can_i_ask_you", "credit_limit_change",
    "cancel_reservation", "application_status", "insurance_change", "are_you_a_bot", "new_card", "bill_due",
}  # fmt: skip


class Felt(NamedTuple):
    """text: in English. negative, positive: how much it is so, 0 to 1."""

    text: str
    negative: float
    positive: float


def felt_texts(folder: Path) -> Iterator[Felt]:
    """Reviews and sentences with what people said of their feeling."""
    yield from clothing_reviews(folder)
    yield from review_sentences(folder)
    yield from rated_snippets(folder)


def clothing_reviews(folder: Path) -> Iterator[Felt]:
    """Women's E-Commerce Clothing Reviews (CC0), by stars and whether the customer recommends the thing."""
    with gzip.open(folder / "clothing_reviews" / "clothing_reviews.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            text = f"{row['Title']}. {row['Review Text']}".strip(". ")
            if text:
                yield of_stars(text, int(row["Rating"]), recommends=row["Recommended IND"] == "1")


def of_stars(text: str, stars: int, *, recommends: bool) -> Felt:
    """A review by its stars: three are a complaint as often as not, rather so of who does not recommend it."""
    if stars == 3:
        return Felt(text, 0.1, 0.3) if recommends else Felt(text, 0.6, 0.1)
    return Felt(text, float(stars < 3), float(stars > 3))


def review_sentences(folder: Path) -> Iterator[Felt]:
    """Sentiment Labelled Sentences (CC BY 4.0; Kotzias and others, 2015), of Amazon and Yelp."""
    for name in ("amazon_cells", "yelp"):
        path = folder / "sentiment_uci_sentences" / f"{name}_labelled.txt"
        for line in path.read_text("utf-8").splitlines():
            text, _, polarity = line.rpartition("\t")
            if text and polarity.strip() in ("0", "1"):
                yield Felt(text, float(polarity.strip() == "0"), float(polarity.strip() == "1"))


def rated_snippets(folder: Path) -> Iterator[Felt]:
    """The ground truth of VADER (MIT; Hutto and Gilbert, 2014): pieces of reviews and tweets, rated -4 to 4."""
    for name in ("amazonReviewSnippets", "tweets"):
        path = folder / "sentiment_vader" / f"{name}_GroundTruth.txt"
        for line in path.read_text("latin-1").splitlines():
            _, rated, text = line.split("\t", 2)
            strength = float(rated) / 1.2
            yield Felt(text, min(1.0, max(0.0, -strength)), min(1.0, max(0.0, strength)))


def questions_no_shop_is_asked(folder: Path) -> list[str]:
    """Of CLINC150 (CC BY 3.0; Larson and others, 2019): what assistants are asked, but shops are not."""
    sets = json.loads((folder / "intents_clinc150" / "data_train_val.json").read_text("utf-8"))
    kept = [text for text, intent in sets["train"] if intent not in ASKED_OF_SHOPS]
    return kept[::10] + [text for text, _ in sets["oos_train"]]
