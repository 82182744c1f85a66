"""What is told of each model that ships: what taught it, under which licence, when, and how good it was found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from regard.text.shipped import FOLDER, NAMES


class Taught(NamedTuple):
    """A set that taught a model, and the licence that allows it."""

    what: str
    licence: str


EXAMPLES = Taught("examples and a lexicon written for Regard, in seven languages", "Apache-2.0")
SETS = {
    "intents": (Taught("CLINC150 (Larson and others, 2019): what no shop is asked", "CC BY 3.0"),),
    "sentiment": (
        Taught("Women's E-Commerce Clothing Reviews", "CC0"),
        Taught("Sentiment Labelled Sentences (Kotzias and others, 2015): Amazon and Yelp", "CC BY 4.0"),
        Taught("ground truth of VADER (Hutto and Gilbert, 2014): reviews and tweets", "MIT"),
    ),
    "emotions": (),
}


@dataclass(frozen=True)
class Card:
    """digest: SHA-256 of the model's file. measured: what was tried, and what came of it."""

    name: str
    made_on: str
    languages: Sequence[str]
    labels: Sequence[str]
    taught_with: Sequence[Taught]
    digest: str
    measured: Sequence[tuple[str, str]] = ()

    def save(self, folder: Path) -> None:
        """Keep the card beside the model's file."""
        told = asdict(self) | {"taught_with": [each._asdict() for each in self.taught_with]}
        (folder / f"{self.name}.json").write_text(
            json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8"
        )


def card_of_new(
    name: str,
    folder: Path,
    *,
    labels: Sequence[str],
    languages: Sequence[str],
    with_sets: bool,
    made_on: date,
) -> Card:
    """The card of a model whose file was just written to a folder; nobody has measured it yet."""
    taught = (EXAMPLES, *(SETS[name] if with_sets and "en" in languages else ()))
    return Card(name, made_on.isoformat(), languages, labels, taught, digest_of(folder / f"{name}.npz"))


def card_named(name: str, folder: Path = FOLDER) -> Card:
    """The card of one of `NAMES`."""
    told = json.loads((folder / f"{name}.json").read_text("utf-8"))
    taught = [Taught(**each) for each in told.pop("taught_with")]
    measured = [(what, found) for what, found in told.pop("measured")]
    return Card(**told, taught_with=taught, measured=measured)


def cards_that_ship() -> list[Card]:
    return [card_named(name) for name in NAMES]


def digest_of(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
