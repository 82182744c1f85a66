"""All that is understood of a text, at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from regard.text.entities import Entity, entities_of
from regard.text.features import rows_of
from regard.text.intents import Intent, intents_of
from regard.text.language import language_of
from regard.text.parts import parts_of
from regard.text.sentiment import Sentiment, sentiments_of
from regard.text.topics import topics_of
from regard.text.urgency import Urgency, urgency_of


class Understood(NamedTuple):
    """What a text says; `themes` are the known ones of `topics`."""

    language: str
    sentiment: Sentiment
    intents: tuple[Intent, ...]
    urgency: Urgency
    themes: tuple[str, ...]
    entities: tuple[Entity, ...]

    def as_json(self) -> dict[str, Any]:
        """For the command and for what keeps it."""
        return {
            "language": self.language,
            "sentiment": {
                "label": self.sentiment.label,
                "score": self.sentiment.score,
                "emotions": list(self.sentiment.emotions),
            },
            "intents": [{"intent": each.name, "confidence": each.confidence} for each in self.intents],
            "urgency": self.urgency.level,
            "themes": list(self.themes),
            "entities": [each._asdict() for each in self.entities],
        }


def understand(texts: Sequence[str], *, products: Sequence[str] = ()) -> list[Understood]:
    """What is understood of each text. products: names of the store's products, to be found in texts."""
    languages = [language_of(text).code for text in texts]
    rows, parts = rows_of(texts, languages), parts_of(texts, languages)
    sentiments = sentiments_of(texts, languages, rows=rows, parts=parts)
    intents = intents_of(texts, languages, rows=rows, parts=parts)
    return [
        Understood(
            language,
            sentiment,
            wanted,
            urgency_of(text, language, intents=wanted, sentiment=sentiment),
            topics_of(text, language),
            entities_of(text, products=products),
        )
        for text, language, sentiment, wanted in zip(texts, languages, sentiments, intents, strict=True)
    ]
