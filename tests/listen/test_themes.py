from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from regard.core import clock
from regard.listen.domain import finding_themes
from regard.listen.domain.finding_themes import find_store_themes, hide_theme, rename_theme
from regard.listen.domain.quotes import Wanted, texts_of
from regard.listen.domain.summary import findings_of
from regard.listen.domain.theme_figures import (
    Span,
    affected_customers,
    feelings_in,
    products_mentioned,
    theme_by_week,
    themes_in,
)
from regard.listen.domain.understanding import understand_waiting
from regard.listen.models import Theme, ThemeMention, Understanding
from regard.ui.charts.weeks import last_weeks
from tests.listen.test_understanding import BROKEN, review, tell

pytestmark = pytest.mark.django_db
ENDS = (
    "today",
    "in May",
    "at work",
    "while I sat",
    "on a train",
    "indoors",
    "twice",
    "by itself",
    "at once",
    "again",
    "in rain",
    "soon",
)
ZIPS = [f"The zip pull came off {end}" for end in ENDS]
OTHERS = [
    f"{what} {how}"
    for what in (
        "The green coat",
        "My new hat",
        "This belt",
        "Her scarf",
        "A warm jumper",
        "Your tea",
        "His book",
    )
    for how in ("looks nice", "came on Monday", "is for my mother", "went to a friend", "reminds me of home")
]
SPAN = timedelta(days=3)


@pytest.fixture
def said_lately(monkeypatch):
    """Events of the tests occur in 2026; the clock stands three days after the first."""
    from tests.profile.histories import at

    monkeypatch.setattr(clock, "now", lambda: at(72))
    return at


def span(at):
    return {"span": Span(at(0), at(72)), "before": Span(at(-72), at(0))}


def test_themes_are_counted_with_feelings_and_with_the_span_before(store, said_lately):
    tell(
        store,
        review(store, 1),
        review(store, 2, "The heel of the shoe is broken", hour=2),
        review(store, 3, BROKEN, hour=-5),
    )
    [theme, *_others] = themes_in(store, **span(said_lately))

    assert (theme.name, theme.feelings.all, theme.before, theme.is_found) == (
        "damaged or defective",
        2,
        1,
        False,
    )
    assert theme.feelings.negative == 2
    feelings = feelings_in(store, Span(said_lately(0), said_lately(72)))
    assert (feelings.all, feelings.negative, feelings.negative_share) == (2, 2, 1.0)
    assert feelings_in(store, Span(said_lately(100), said_lately(101))).negative_share is None


def test_only_what_it_is_compared_with_counts_as_before(store, said_lately):
    tell(store, review(store, 1), review(store, 2, BROKEN, hour=-5), review(store, 3, BROKEN, hour=-400))
    lately = Span(said_lately(0), said_lately(72))
    for first, last, count in ((-72, 0, 1), (-450, -380, 1), (-450, 0, 2), (-300, -200, 0)):
        [theme, *_others] = themes_in(store, lately, before=Span(said_lately(first), said_lately(last)))
        assert (theme.feelings.all, theme.before) == (1, count), (first, last)
    assert themes_in(store, lately)[0].before == 0


def test_a_theme_knows_its_weeks_customers_products_and_texts(store, said_lately):
    tell(
        store,
        review(store, 1, product_id="boot"),
        review(store, 2, "Broken again", hour=2, product_id="boot"),
        review(store, 3, "It was broken", hour=3, user="2", product_id="hat"),
    )
    theme = Theme.objects.get(name="damaged or defective")
    weeks = theme_by_week(theme, last_weeks(store))
    assert sum(week.texts for week in weeks) == 3
    all_of_it = Span(said_lately(0), said_lately(72))
    affected = affected_customers(theme, all_of_it)
    assert [each.texts for each in affected] == [1, 2]
    assert [(each.name, each.texts) for each in products_mentioned(theme, all_of_it)] == [
        ("boot", 2),
        ("hat", 1),
    ]
    assert texts_of(store, Wanted(theme=theme, since=said_lately(3))).count() == 1
    answers = replace(all_of_it, source="answers")
    assert affected_customers(theme, answers) == products_mentioned(theme, answers) == []
    assert sum(week.texts for week in theme_by_week(theme, last_weeks(store), source="answers")) == 0


def test_what_nobody_thought_of_is_found_named_and_met_in_later_texts(store, said_lately):
    tell(
        store,
        *(review(store, number, words, user=str(number)) for number, words in enumerate([*ZIPS, *OTHERS])),
    )
    assert find_store_themes(store) >= 1
    theme = Theme.objects.exclude(phrases=[]).get(name__contains="zip")
    assert ThemeMention.objects.filter(theme=theme).count() == 12

    tell(store, review(store, 100, "Oh well, the zip pull fell to the floor", user="x"))
    assert ThemeMention.objects.filter(theme=theme).count() == 13
    rename_theme(theme, "Zips that come off", actor="anna")
    find_store_themes(store)
    assert [each.name for each in Theme.objects.exclude(phrases=[])].count("Zips that come off") == 1
    assert not Theme.objects.filter(name=theme.name).exists()
    assert ThemeMention.objects.filter(theme=theme).count() == 13


def test_few_texts_make_no_themes(store, said_lately):
    tell(store, *(review(store, number, words) for number, words in enumerate(ZIPS[:10])))
    assert find_store_themes(store) == 0


def test_what_every_shop_hears_of_is_not_found_again(store, said_lately):
    words = [f"The shoes arrived broken, on day {number} of waiting" for number in range(12)]
    tell(
        store,
        *(review(store, number, each, user=str(number)) for number, each in enumerate([*words, *OTHERS])),
    )
    assert find_store_themes(store) >= 1  # the others', at the least
    known = set(
        ThemeMention.objects.filter(theme__name="damaged or defective").values_list(
            "understanding", flat=True
        )
    )
    for theme in Theme.objects.exclude(phrases=[]):
        mine = set(ThemeMention.objects.filter(theme=theme).values_list("understanding", flat=True))
        assert len(mine & known) <= len(mine) / 2


def test_a_theme_that_says_nothing_is_hidden_until_it_is_shown_again(store, said_lately):
    tell(store, review(store))
    for theme in Theme.objects.all():
        hide_theme(theme, hidden=True, actor="anna")
    assert themes_in(store, **span(said_lately)) == []
    hide_theme(theme, hidden=False, actor="anna")
    assert [each.name for each in themes_in(store, **span(said_lately))] == [theme.name]


def test_a_name_must_be_one_and_free(store):
    own = Theme.objects.create(store=store, name="zips", phrases=["zip pull"])
    shops = Theme.objects.create(store=store, name="returns")
    for theme, name in ((own, " "), (own, "x" * 121), (own, "returns"), (shops, "zip")):
        with pytest.raises(ValidationError):
            rename_theme(theme, name, actor="anna")


def test_a_text_whose_source_is_gone_is_asked_for_once(store):
    tell(store, review(store)._replace(history=True))
    Understanding.objects.update(source_id=0)
    assert understand_waiting(store) == 1
    assert not Understanding.objects.exists()


def test_what_stands_out_is_told_with_its_counts_and_a_text(store, said_lately):
    tell(
        store,
        *(
            review(store, number, "The heel of the shoe is broken", hour=number, rating=1)
            for number in range(1, 5)
        ),
        *(review(store, number, "Great quality, I love it", hour=1, rating=5) for number in range(5, 9)),
        review(store, 9, "They arrived broken", hour=-3, rating=1),
    )
    lately = Span(said_lately(0), said_lately(72))
    feelings = feelings_in(store, lately)
    themes = themes_in(store, **span(said_lately))
    found = {each.kind: each for each in findings_of(store, themes, feelings, lately)}

    complaint, praise = found["complaint"], found["praise"]
    assert (complaint.theme.name, complaint.count, complaint.among) == ("damaged or defective", 4, 4)
    assert complaint.quote.words == "The heel of the shoe is broken"
    assert (praise.theme.name, praise.count, praise.among) == ("good quality", 4, 4)
    rising = found["rising"]
    assert (rising.theme.name, rising.count, rising.among) == ("good quality", 4, 0)
    answers = feelings_in(store, replace(lately, source="answers"))
    assert findings_of(store, [], answers, lately) == []
    assert answers.all == 0


def test_the_past_is_put_to_a_theme_though_finding_was_killed_before(store, said_lately, monkeypatch):
    texts = [*ZIPS, *OTHERS]
    tell(store, *(review(store, number, words, user=str(number)) for number, words in enumerate(texts)))

    def die(*_rows):
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(finding_themes, "add_mentions", die)
        with pytest.raises(RuntimeError):
            find_store_themes(store)
    theme = Theme.objects.exclude(phrases=[]).get(name__contains="zip")
    assert (theme.mentioned_at, ThemeMention.objects.filter(theme=theme).count()) == (None, 0)
    find_store_themes(store)
    theme.refresh_from_db()
    assert ThemeMention.objects.filter(theme=theme).count() == 12
    assert theme.mentioned_at is not None


def test_words_without_end_are_no_themes(store, said_lately):
    long = "a" * 90 + " " + "b" * 90
    texts = [*(f"{long} {number}" for number in range(12)), *OTHERS]
    tell(store, *(review(store, number, words, user=str(number)) for number, words in enumerate(texts)))
    find_store_themes(store)
    assert all(len(name) < 100 for name in Theme.objects.values_list("name", flat=True))


def test_a_mention_moves_with_the_day_of_its_text(store, said_lately):
    tell(store, review(store, 1))
    theme = Theme.objects.get(name="damaged or defective")
    tell(store, review(store, 1, hour=40))
    assert ThemeMention.objects.get(theme=theme).said_at == said_lately(40)
