from __future__ import annotations

import csv
import gzip

import numpy as np
import pytest

from regard.text.sentiment import EMOTIONS, Sentiment, sentiments_of
from tests.conftest import shared_data


def sentiment(text: str, language: str = "en") -> Sentiment:
    return sentiments_of([text], [language])[0]


NEGATIVE = [
    ("en", "The shoes arrived broken and support never answered, terrible"),
    ("en", "I wanted to love this coat, but the zipper broke on day one"),
    ("en", "would not recommend"),
    ("es", "El paquete nunca llegó y nadie contesta, pésimo"),
    ("fr", "Très déçue, la robe est arrivée déchirée"),
    ("de", "Nie wieder, die Ware kam kaputt an und keiner meldet sich"),
    ("pt", "Comprei duas e veio só uma, quero meu dinheiro de volta"),
    ("it", "Delusa, si è rotto dopo due giorni"),
    ("nl", "Slechte kwaliteit, na een week al kapot"),
]
POSITIVE = [
    ("en", "Not bad at all, I love the colour and it fits perfectly"),
    ("en", "A bit expensive but worth every penny"),
    ("es", "Me encanta, llegó antes de tiempo y muy buena calidad"),
    ("fr", "Parfait, livraison rapide et très jolie robe"),
    ("de", "Super Qualität, passt perfekt, gerne wieder"),
    ("pt", "Ótimo produto, chegou antes do prazo, recomendo"),
    ("it", "Bellissimo, spedizione veloce, lo consiglio"),
    ("nl", "Heel mooi, snel geleverd, zeer tevreden"),
]
NEUTRAL = [
    ("en", "where is my order"),
    ("en", "I ordered two on Monday"),
    ("es", "qué talla me recomiendan"),
    ("de", "welche Größe soll ich nehmen"),
    ("en", "what size do you recommend"),
    ("es", "Quiero devolver unos zapatos"),
    ("fr", "Quand recevrai-je mon colis ?"),
]


@pytest.mark.parametrize(
    ("label", "language", "text"),
    [
        (label, *line)
        for label, lines in (("negative", NEGATIVE), ("positive", POSITIVE), ("neutral", NEUTRAL))
        for line in lines
    ],
)
def test_feelings(label: str, language: str, text: str):
    found = sentiment(text, language)
    assert found.label == label
    assert -1 <= found.score <= 1


def test_strength_grows():
    fine, better, best = (
        sentiment(text).score for text in ("it is ok", "good", "I love it, amazing quality")
    )
    assert fine < better < best


def test_emotions():
    assert "anger" in sentiment("I am furious, this is a scam, you ignore my emails").emotions
    assert "disappointment" in sentiment("very disappointed, I expected more").emotions
    assert "joy" in sentiment("I love it, my daughter was thrilled").emotions
    assert sentiment("my order number is 5567").emotions == ()
    assert set(EMOTIONS) == {"anger", "anxiety", "disappointment", "joy", "trust"}


def test_a_language_that_is_not_understood_is_said_to_be_so():
    assert sentiment("Buty przyszły uszkodzone", "pl") == Sentiment("unknown", 0.0)


def test_no_texts():
    assert sentiments_of([], []) == []


def test_negative_reviews_of_a_marketplace_are_found():
    with gzip.open(shared_data("olist", "olist_order_reviews.csv.gz"), "rt", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["review_comment_message"].strip()]
    rows = [row for row in rows if row["review_score"] != "3"]
    texts = [f"{row['review_comment_title']}. {row['review_comment_message']}" for row in rows]
    negative = np.array([int(row["review_score"]) < 3 for row in rows])
    found = np.array([each.label == "negative" for each in sentiments_of(texts, ["pt"] * len(texts))])
    assert found[negative].mean() > 0.8
    assert negative[found].mean() > 0.78


def test_a_long_review_is_what_its_sentences_say_on_average():
    praise = "I love it. The fabric is soft. It fits perfectly."
    blame = "The zip broke. The seam is torn. I want my money back."
    both = sentiment(f"{praise} {blame}").score
    assert sentiment(blame).score < both < sentiment(praise).score
    assert sentiment(f". {blame}").score == pytest.approx(sentiment(blame).score)  # a title that is not there
