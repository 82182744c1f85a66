"""How well texts are understood: by the models as they ship, and by what a new store has taught them."""

from __future__ import annotations

import csv
import gzip
import os
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from bench.installation import Installation

SETS = "REGARD_BENCH_SETS"  # a folder with the public sets that docs/understanding-text.md names
COMMON = Path(__file__).parents[1] / "tests" / "text" / "common_inquiries.tsv"
URGENCY = Path(__file__).parents[1] / "tests" / "text" / "urgency_lines.tsv"
TAUGHT = (5, 20, 100)  # texts of each intent
SHOPS = ("sofmattress", "curekart")
# Which intents of the two shops' bots are, put by hand, intents that every shop hears of.
OURS = {
    "ORDER_STATUS": {"order_status"}, "DELAY_IN_DELIVERY": {"order_status", "complaint"},
    "DELAY_IN_PARCEL": {"order_status", "complaint", "lost_package"}, "ORDER_QUERY": {"order_status"},
    "CANCEL_ORDER": {"cancel_order"}, "OFFERS": {"discount"}, "REFER_EARN": {"loyalty"},
    "EMI": {"payment_problem"}, "COD": {"payment_problem"}, "MODES_OF_PAYMENTS": {"payment_problem"},
    "PAYMENT_AND_BILL": {"payment_problem", "refund", "invoice"}, "WARRANTY": {"warranty"},
    "RETURN_EXCHANGE": {"return", "exchange", "refund"}, "CHECK_PINCODE": {"shipping_question"},
    "REFUNDS_RETURNS_REPLACEMENTS": {"return", "exchange", "refund", "damaged_item", "wrong_item"},
    "INTERNATIONAL_SHIPPING": {"shipping_question"}, "SIZE_CUSTOMIZATION": {"sizing"},
    "WHAT_SIZE_TO_ORDER": {"sizing"}, "PRODUCT_VARIANTS": {"product_question", "availability"},
    "MODIFY_ADDRESS": {"change_address"}, "CHAT_WITH_AGENT": {"human_agent"}, "CALL_CENTER": {"human_agent"},
    "RECOMMEND_PRODUCT": {"recommendation"}, "SIGN_UP": {"account_access"}, "PORTAL_ISSUE": {"account_access"},
    "ORIGINAL_PRODUCT": {"product_question"}, "EXPIRY_DATE": {"product_question"},
    "ORTHO_FEATURES": {"product_question"}, "ERGO_FEATURES": {"product_question"},
}  # fmt: skip
FEWEST_INTENTS = 5
Labelled = Sequence[tuple[str, str]]  # texts with their intents


def measure_understanding(_: Installation) -> Iterator[str]:
    """Lines that say what was measured, good or bad."""
    yield from _urgency()
    yield from _common()
    folder = os.environ.get(SETS)
    if not folder:
        yield f"intents were not tried: {SETS} names no folder of public sets"
        return
    yield from _reviews(Path(folder))
    for shop in SHOPS:
        rows = _read(Path(folder) / "intents_hint3" / "train" / f"{shop}_train.csv", "sentence", "label")
        yield from _untaught(shop, rows)
        yield from _taught(shop, rows)
    rows = _read(Path(folder) / "intents_banking77" / "train.csv", "text", "category")
    largest = {name for name, _count in Counter(intent for _text, intent in rows).most_common(20)}
    yield from _taught("20 intents of a bank", [row for row in rows if row[1] in largest])


def _urgency() -> Iterator[str]:
    from regard.text.understanding import understand
    from regard.text.urgency import LEVELS

    lines = [line.split("\t") for line in URGENCY.read_text("utf-8").splitlines()]
    told = [LEVELS.index(each.urgency.level) for each in understand([text for _, _, text in lines])]
    right = [LEVELS.index(level) for level, _code, _text in lines]
    off = np.abs(np.subtract(told, right))
    yield f"urgency of {len(lines)} lines: {np.mean(off == 0):.2f} right, {np.mean(off <= 1):.2f} within a level"
    pressing, said = np.array(right) >= LEVELS.index("high"), np.array(told) >= LEVELS.index("high")
    yield f"  high or urgent: {said[pressing].mean():.2f} found, {pressing[said].mean():.2f} of those told are"


def _common() -> Iterator[str]:
    from regard.text.intents import intents_of

    lines = [line.split("\t") for line in COMMON.read_text("utf-8").splitlines()]
    told = intents_of([text for _, _, text in lines], [code for code, _, _ in lines])
    right = [each[0].name == intent for (_, intent, _), each in zip(lines, told, strict=True)]
    yield f"{len(lines)} common inquiries in seven languages: {np.mean(right):.2f} right, `unknown` counted"


def _reviews(folder: Path) -> Iterator[str]:
    """Portuguese reviews, which taught nothing: one or two stars against four or five."""
    from regard.text.sentiment import sentiments_of

    with gzip.open(folder / "olist" / "olist_order_reviews.csv.gz", "rt", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["review_comment_message"].strip()]
    rows = [row for row in rows if row["review_score"] != "3"]
    texts = [f"{row['review_comment_title']}. {row['review_comment_message']}" for row in rows]
    bad = np.array([int(row["review_score"]) < 3 for row in rows])
    said = np.array([each.label == "negative" for each in sentiments_of(texts, ["pt"] * len(texts))])
    yield f"{len(rows):,} Portuguese reviews, {bad.mean():.2f} of them negative:"
    yield f"  {said[bad].mean():.2f} of these found, {bad[said].mean():.2f} of those told are"


def _untaught(shop: str, rows: Labelled) -> Iterator[str]:
    from regard.text.intents import intents_of
    from regard.text.language import UNKNOWN, language_of

    known = [(text, OURS[intent]) for text, intent in rows if intent in OURS]
    told = intents_of([text for text, _ in known], [language_of(text).code for text, _ in known])
    right = [
        not intent.isdisjoint(one.name for one in each) for (_, intent), each in zip(known, told, strict=True)
    ]
    is_told = [each[0].name != UNKNOWN for each in told]
    sure = np.mean(np.array(right)[is_told])
    yield f"{shop}, untaught: {len(known)} of {len(rows)} texts have an intent that every shop knows;"
    yield f"  {np.mean(is_told):.2f} are told, {np.mean(right):.2f} of all are right, {sure:.2f} of those told"


def _taught(name: str, rows: Labelled) -> Iterator[str]:
    from regard.text.store_intents import Taught, fit_store_intents

    for count in TAUGHT:
        kept, held = _split(rows, count)
        intents = {intent for _, intent in kept}
        if len(intents) < FEWEST_INTENTS:
            continue
        model = fit_store_intents([Taught(text, "en", intent) for text, intent in kept])
        likely = model.probabilities([text for text, _ in held], ["en"] * len(held))
        right = [
            model.labels[each.argmax()] == intent for each, (_, intent) in zip(likely, held, strict=True)
        ]
        yield (
            f"{name}, {count} texts of each of {len(intents)} intents: {np.mean(right):.2f} of {len(held)} others"
        )


def _split(rows: Labelled, count: int) -> tuple[Labelled, Labelled]:
    """So many texts of each intent that has more, and the others of these."""
    by_intent: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        by_intent[row[1]].append(row)
    kept, held = [], []
    for _intent, each in sorted(by_intent.items()):
        random.Random(1).shuffle(each)
        if len(each) > count + 2:
            kept += each[:count]
            held += each[count:]
    return kept, held


def _read(path: Path, text: str, label: str) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [(row[text], row[label]) for row in csv.DictReader(file)]
