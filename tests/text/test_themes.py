from __future__ import annotations

import csv
import gzip
import random

from regard.text.themes import KnownThemes, Theme, find_themes
from regard.text.topics import topics_of
from regard.text.understanding import understand
from tests.conftest import shared_data

SAID = [
    "it runs small", "these run small, order up", "runs small in the chest", "lovely but runs small",
    "the zipper broke", "zipper broke on day one", "my zipper broke", "I like it", "great", "arrived today",
    "would buy again", "for my sister",
]  # fmt: skip


def names(themes: list[Theme]) -> set[str]:
    return {theme.name for theme in themes}


def test_what_recurs_is_found_and_named_as_people_say_it():
    found = find_themes(SAID)
    assert {"runs small", "zipper broke"} <= names(found)
    [small] = [theme for theme in found if theme.name == "runs small"]
    assert small.texts == (0, 1, 2, 3)


def test_the_order_of_texts_does_not_matter():
    assert names(find_themes(SAID)) == names(find_themes(SAID[::-1]))


def test_a_known_theme_keeps_its_name():
    found = find_themes(SAID, known={"Sizing": ["runs small"]})
    assert "Sizing" in names(found)
    assert "runs small" not in names(found)


def test_nothing_recurs():
    assert find_themes([]) == []
    assert find_themes(["one", "two words here", "three"]) == []


def test_themes_of_a_clothing_shop_are_the_same_from_day_to_day():
    path = shared_data("clothing_reviews", "clothing_reviews.csv.gz")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        reviews = [row["Review Text"] for row in csv.DictReader(file) if row["Review Text"]]
    random.Random(1).shuffle(reviews)
    first = find_themes(reviews[:2000], most=30)
    second = find_themes(reviews[2000:4000], most=30, known={each.name: each.phrases for each in first})
    assert "runs small" in names(first)
    assert len(names(first) & names(second)) >= 18


def test_topics_are_found_in_all_languages():
    said = {
        "en": "The dress runs small", "de": "Das Kleid fällt klein aus", "fr": "La robe taille petit",
        "es": "La talla es pequeña", "pt": "O tamanho é pequeno", "it": "La taglia è piccola",
        "nl": "De maat valt klein uit",
    }  # fmt: skip
    assert {code for code, text in said.items() if "runs small" in topics_of(text, code)} == set(said)


def test_topics_mind_what_is_denied():
    assert topics_of("My parcel was not delivered", "en") == ("not received",)
    assert topics_of("The quality is good but delivery was late", "en") == ("good quality", "late delivery")
    assert topics_of("Gdzie jest paczka", "pl") == ()


def test_a_name_has_the_accents_that_people_write_and_is_met_again():
    said = [
        f"Das Kleid fällt größer aus, {end}"
        for end in ("sagt sie", "meint er", "finde ich", "so Oma", "leider")
    ]
    said += [
        f"{what} kam an"
        for what in ("Hut", "Tasse", "Buch", "Ring", "Schal", "Gürtel", "Tee", "Hose", "Jacke")
    ]
    [theme, *_others] = find_themes(
        [*said, *(f"Ich mag den {what} sehr" for what in ("Hut", "Ring", "Tee", "Schal"))]
    )
    assert "fällt größer" in theme.phrases
    assert "ä" in theme.name or "ö" in theme.name
    known = KnownThemes({theme.name: theme.phrases})
    assert known.said_in("Es fällt größer aus", "de") == (theme.name,)
    assert known.said_in("Alles gut", "de") == ()


def test_size_is_not_large_and_small_talk_says_nothing():
    assert topics_of("Die Größe stimmt, das Kleid passt", "de") == ()
    assert topics_of("Welche Größe soll ich nehmen?", "de") == ()
    assert topics_of("Die Hose fällt größer aus", "de") == ("runs large",)
    assert topics_of("These shorts fit", "en") == ()
    assert "late delivery" not in topics_of("Entregue dentro do prazo", "pt")
    assert topics_of("De korting geldt ook voor mijn maat", "nl") == ("discounts",)
    assert topics_of("Cher service client, quelle taille prendre ?", "fr") == ()
    assert topics_of("C'est trop cher", "fr") == ("too expensive",)
    [told] = understand(["Runs small"])
    assert (told.language, told.themes) == ("en", ("runs small",))
