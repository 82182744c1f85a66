from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from regard.capture.domain.batch import Stage
from regard.core.models import AuditEntry
from regard.desk import reactions as desk
from regard.listen import reactions as listen
from regard.listen.domain import taught, understanding
from regard.listen.domain.labels import INTENTS, THEMES, intent_label
from regard.listen.domain.personal_data import clear_said, erase_said
from regard.listen.domain.quotes import Wanted, quotes_for_viewer, said_of, texts_of
from regard.listen.domain.taught import (
    forget_intent,
    judge_feeling,
    judge_intent,
    judge_text,
    judged_parts,
    known_intents,
    own_intents,
    quality_of,
    teach_intent,
)
from regard.listen.domain.texts import count_waiting
from regard.listen.domain.understanding import felt, sure_intents, understand_waiting
from regard.listen.models import Lesson, Review, ThemeMention, Understanding, Urgency
from regard.text.intents import Intent
from regard.text.sentiment import Sentiment
from regard.text.shipped import model_named
from regard.text.topics import TOPICS
from regard.text.understanding import understand
from tests.profile.histories import STAGES, append, call, take

pytestmark = pytest.mark.django_db
ALL = (*STAGES, Stage("said", listen.project_said), Stage("tickets", desk.project_tickets))
BROKEN = "The shoes arrived broken and support never answered, terrible"


def tell(store, *rows):
    return take(store, append(rows), stages=ALL)


def review(store, number=1, body=BROKEN, hour=1, user="1", **told):
    properties = {"review_id": f"r{number}", "rating": 3, "review_body": body, **told}
    return call(store, hour=hour, user=user, name="Product Reviewed", properties=properties)


def past(*rows):
    return [row._replace(history=True) for row in rows]


def themes_of(understanding):
    mentions = ThemeMention.objects.filter(understanding=understanding)
    return set(mentions.values_list("theme__name", flat=True))


def test_what_is_said_now_is_understood_with_it(store):
    answer = {"response_id": "a1", "measure": "text", "text": "Where is my order? It should be here by now."}
    ticket = {"ticket_id": "t1", "subject": "I want my money back, please refund my order"}
    tell(
        store,
        review(store),
        call(store, hour=2, user="1", name="Survey Answered", properties=answer),
        call(store, hour=3, user="1", name="Ticket Opened", properties=ticket),
    )
    said = {row.source: row for row in Understanding.objects.all()}

    assert set(said) == {"reviews", "answers", "tickets"}
    assert (said["reviews"].feeling, said["reviews"].language) == ("negative", "en")
    assert said["reviews"].score < 0
    assert themes_of(said["reviews"]) >= {"damaged or defective", "poor support"}
    assert said["answers"].intents[0] == "order_status"
    assert said["tickets"].intents[0] == "refund"
    assert said["tickets"].urgency is not None
    assert count_waiting(store) == 0


def test_what_an_import_brings_waits_and_is_understood_as_if_it_were_said_now(store):
    tell(store, *past(review(store, 1), review(store, 2, BROKEN), review(store, 3, "Lovely, fits perfectly")))
    assert count_waiting(store) == 3
    assert Understanding.objects.exclude(feeling="").count() == 0

    assert understand_waiting(store, limit=2) == 2
    assert understand_waiting(store) == 1
    assert understand_waiting(store) == 0
    feelings = Understanding.objects.order_by("source_id").values_list("feeling", flat=True)
    assert list(feelings) == ["negative", "negative", "positive"]


def test_words_that_change_are_understood_anew_and_the_same_words_once(store):
    tell(store, review(store))
    first = Understanding.objects.get()
    tell(store, review(store, hour=2, order_id="o"))
    assert Understanding.objects.get().understood_at == first.understood_at

    judge_feeling(first, "neutral", actor="anna")
    tell(store, review(store, hour=3, body="Now they fit perfectly, thank you, I love them"))
    held = Understanding.objects.get()
    assert (held.pk, held.feeling, held.is_feeling_told) == (first.pk, "positive", False)
    assert "damaged or defective" not in themes_of(held)


def test_a_review_that_loses_its_words_leaves_nothing_to_understand(store):
    tell(store, review(store))
    tell(store, review(store, hour=2, body=""))
    assert not Understanding.objects.exists()
    assert not ThemeMention.objects.exists()


def test_a_foreign_language_is_told_as_such(store):
    tell(store, review(store, body="Обувь пришла сломанной, никто не отвечает"))
    held = Understanding.objects.get()  # of three stars
    assert (held.language, held.feeling, held.intents) == ("ru", "neutral", ["unknown"])


def test_a_person_is_right_and_stays_so_when_the_text_is_understood_again(store):
    tell(store, review(store))
    held = Understanding.objects.get()
    told = held.intents[0] if held.intents else "unknown"
    judge_feeling(held, "neutral", actor="anna")
    judge_intent(held, "Warranty Claim", actor="anna")
    Understanding.objects.update(understood_at=None)
    understand_waiting(store)

    held.refresh_from_db()
    assert (held.feeling, held.intents[0]) == ("neutral", "warranty_claim")
    lessons = {row.about: row for row in Lesson.objects.all()}
    assert (lessons["feeling"].told, lessons["feeling"].right) == ("negative", "neutral")
    assert (lessons["intent"].told, lessons["intent"].words) == (told, BROKEN)
    assert AuditEntry.objects.filter(store=store, action__startswith="text.").count() == 2


def test_a_judgement_keeps_the_other_wishes_of_the_text(store):
    tell(store, review(store, body="Where is my parcel? It has not come. I want my money back."))
    held = Understanding.objects.get()
    Understanding.objects.update(intents=["tracking", "refund", "delivery_delay"])
    judge_intent(held, "refund", actor="anna")
    held.refresh_from_db()
    assert held.intents == ["refund", "delivery_delay"]
    judge_intent(held, "refund", actor="anna")
    held.refresh_from_db()
    assert held.intents == ["refund", "delivery_delay"]
    [lesson] = Lesson.objects.all()
    told = ["tracking", "cancel_order", "refund"]
    assert judged_parts([lesson], lesson.words, told)["intents"] == ["refund", "cancel_order"]
    assert judged_parts([lesson], lesson.words, [])["intents"] == ["refund"]
    judge_intent(held, "unknown", actor="anna")
    [lesson] = Lesson.objects.all()
    assert judged_parts([lesson], lesson.words, told)["intents"] == ["unknown"]


def test_a_judgement_holds_for_the_very_words_alone(store):
    tell(store, review(store, body=f"{BROKEN}. {'They sent new ones. ' * 500}"))
    held = Understanding.objects.get()
    judge_feeling(held, "neutral", actor="anna")
    Understanding.objects.update(understood_at=None)
    understand_waiting(store)
    held.refresh_from_db()
    assert (held.feeling, held.is_feeling_told) == ("neutral", True)

    tell(store, review(store, hour=3, body=BROKEN))
    held.refresh_from_db()
    assert (held.feeling, held.is_feeling_told) == ("negative", False)


def test_how_good_it_is_counts_what_was_told_and_not_what_a_person_said_before(store):
    tell(
        store,
        review(store, 1),
        review(store, 2, "Lovely, fits perfectly"),
        review(store, 3, "Terrible, broken"),
    )
    broken, lovely, terrible = Understanding.objects.order_by("source_id")
    judge_feeling(broken, "neutral", actor="anna")
    judge_feeling(broken, "negative", actor="anna")  # as was told: the first word was a slip
    judge_feeling(lovely, "positive", actor="anna")
    judge_feeling(terrible, "neutral", actor="anna")

    every, *labels = quality_of(store, Lesson.About.FEELING)
    assert (every.judged, every.right, round(every.share, 2)) == (3, 2, 0.67)
    assert {(each.label, each.judged, each.right) for each in labels} == {
        ("negative", 1, 1), ("positive", 1, 1), ("neutral", 1, 0),
    }  # fmt: skip
    assert quality_of(store, Lesson.About.INTENT)[0].share is None


def test_a_store_teaches_an_intent_by_examples_and_forgets_it(store):
    examples = ["Do you engrave rings?", "can I have my initials engraved", "engraving on the ring please",
                "I would like an engraving", "engrave a name for me"]  # fmt: skip
    assert teach_intent(store, intent="Engraving", examples=[*examples, " ", examples[0]], actor="anna") == 5
    assert teach_intent(store, intent="engraving", examples=examples, actor="anna") == 0
    assert ("engraving" in known_intents(store), own_intents(store)) == (True, [("engraving", 5)])

    tell(store, review(store, body="Can you engrave my initials on a ring?"))
    assert "engraving" in Understanding.objects.get().intents

    assert forget_intent(store, "engraving", actor="anna") == 5
    tell(store, review(store, 2, body="Could you engrave my initials on the ring?"))
    assert "engraving" not in Understanding.objects.latest("pk").intents


@pytest.mark.parametrize(
    ("intent", "examples"), [("", ["a"]), ("x" * 61, ["a"]), ("refund", [" "]), ("unknown", ["a"])]
)
def test_what_teaches_nothing_is_refused(store, intent, examples):
    with pytest.raises(ValidationError):
        teach_intent(store, intent=intent, examples=examples, actor="anna")
    assert not Lesson.objects.exists()


def test_another_stores_lessons_change_nothing(store, other_store):
    teach_intent(other_store, intent="engraving", examples=["engrave it", "engraving please"], actor="bob")
    tell(store, review(store, body="Please engrave it"))
    assert "engraving" not in Understanding.objects.get().intents


def test_texts_are_found_by_what_was_understood_in_a_few_queries(store, django_assert_num_queries):
    tell(store, review(store, 1, hour=1), review(store, 2, "Lovely, fits perfectly", hour=2, user="2"))
    found, following = quotes_for_viewer(store, Wanted(), limit=1)
    assert (found[0].words, found[0].source, found[0].rating) == ("Lovely, fits perfectly", "Review", 3)
    [other], _end = quotes_for_viewer(store, Wanted(), cursor=following, limit=1)
    assert (other.words, _end) == (BROKEN, "")
    assert other.customer.pk == Review.objects.get(external_id="r1").identity.customer_id

    assert [quote.words for quote in quotes_for_viewer(store, Wanted(feeling="negative"))[0]] == [BROKEN]
    assert texts_of(store, Wanted(source="tickets")).count() == 0
    lovely = Understanding.objects.get(feeling="positive")
    assert list(texts_of(store, Wanted(urgency=Urgency(lovely.urgency)))) == [lovely]
    tell(store, *(review(store, number, BROKEN, user=str(number)) for number in range(3, 9)))
    with django_assert_num_queries(5):
        assert len(quotes_for_viewer(store, Wanted())[0]) == 8


def test_erasing_and_clearing_take_what_was_understood_with_them(store):
    tell(store, review(store, 1), review(store, 2, user="2"))
    mine = Review.objects.get(external_id="r1")
    held = Understanding.objects.get(source_id=mine.pk)
    judge_feeling(held, "neutral", actor="anna")

    erase_said(store, mine.identity.customer_id)
    assert not Lesson.objects.exists()
    left = Understanding.objects.get()
    assert said_of(left).words == BROKEN
    clear_said(store, [Review.objects.get(external_id="r2").identity_id])
    assert not Understanding.objects.exists()
    assert not ThemeMention.objects.exists()


def test_every_intent_and_theme_that_shops_hear_of_has_words():
    assert set(INTENTS) == {*model_named("intents").labels, "unknown"}
    assert set(THEMES) == {topic.name for topic in TOPICS}
    assert (intent_label("order_status"), intent_label("ring_engraving")) == (
        "Where is my order",
        "Ring engraving",
    )


@pytest.mark.parametrize(
    ("label", "score", "rating", "feeling", "felt_score"),
    [
        ("negative", -0.9, None, "negative", -0.9),
        ("negative", -0.9, 5, "neutral", 0.05),
        ("negative", -0.9, 3, "negative", -0.45),
        ("neutral", 0.0, 4, "positive", 0.25),
        ("positive", 0.8, 1, "neutral", -0.1),
        ("unknown", 0.0, 1, "negative", -1.0),
        ("unknown", 0.0, None, "unknown", 0.0),
    ],
)
def test_stars_count_as_much_as_the_words(label, score, rating, feeling, felt_score):
    assert felt(Sentiment(label, score), rating) == (feeling, pytest.approx(felt_score))


def test_what_sounds_a_little_like_a_wish_is_none_in_a_review():
    sure, unsure, unknown = Intent("refund", 0.9), Intent("sizing", 0.5), Intent("unknown", 0.8)
    assert sure_intents((sure, unsure)) == (sure,)
    assert sure_intents((unsure,)) == (Intent("unknown", 0.5),)
    assert sure_intents((unknown,)) == (unknown,)


def test_what_people_said_holds_when_the_log_is_read_again_and_not_for_other_words(store):
    tell(store, review(store, 1), review(store, 2, user="2"))
    held = Understanding.objects.get(source_id=Review.objects.get(external_id="r1").pk)
    judge_feeling(held, "neutral", actor="anna")
    judge_intent(held, "warranty", actor="anna")

    identities = [row.identity_id for row in Review.objects.all()]
    clear_said(store, identities)
    assert (Understanding.objects.count(), Lesson.objects.count()) == (0, 2)
    tell(store, *past(review(store, 1, hour=2), review(store, 2, user="2", hour=2)))
    understand_waiting(store)
    first, second = (
        Understanding.objects.get(source_id=Review.objects.get(external_id=name).pk) for name in ("r1", "r2")
    )
    assert (first.feeling, first.intents, first.is_feeling_told) == ("neutral", ["warranty"], True)
    assert (second.feeling, second.is_feeling_told) == ("negative", False)

    tell(store, review(store, 1, "Now they fit perfectly, thank you, I love them", hour=3))
    first.refresh_from_db()
    assert (first.feeling, first.is_feeling_told) == ("positive", False)


def test_stars_that_change_are_felt_though_the_words_stay(store):
    tell(store, review(store, body="it is ok", rating=5))
    tell(store, review(store, body="it is ok", rating=1, hour=2))
    assert Understanding.objects.get().feeling == "negative"


def test_what_nobody_wants_wants_nothing(store):
    tell(store, review(store))
    held = Understanding.objects.get()
    Understanding.objects.update(intents=["refund", "return"])
    judge_intent(held, "unknown", actor="anna")
    assert Understanding.objects.get().intents == ["unknown"]


def test_who_may_only_judge_makes_no_new_intents(store):
    tell(store, review(store))
    held = Understanding.objects.get()
    with pytest.raises(ValidationError):
        judge_text(held, feeling="neutral", intent="engraving", may_teach=False, actor="anna")
    assert Understanding.objects.get().feeling == "negative"
    assert not Lesson.objects.exists()
    judge_text(held, feeling="neutral", intent="refund", may_teach=False, actor="anna")
    judge_text(held, feeling="", intent="engraving", may_teach=True, actor="anna")
    assert Understanding.objects.get().intents[0] == "engraving"


def test_a_text_that_cannot_be_understood_keeps_no_other_waiting(store, monkeypatch):
    tell(store, *past(review(store, 1), review(store, 2, "EVIL"), review(store, 3, "Lovely, fits perfectly")))

    def refuse(words, **more):
        if "EVIL" in words:
            raise RuntimeError(words)
        return understand(words, **more)

    monkeypatch.setattr(understanding, "understand", refuse)
    assert understand_waiting(store) == 3
    assert count_waiting(store) == 0
    feelings = Understanding.objects.order_by("source_id").values_list("feeling", flat=True)
    assert list(feelings) == ["negative", "unknown", "positive"]


def test_what_is_said_now_is_kept_though_it_cannot_be_understood(store, monkeypatch):
    def refuse(words, **_more):
        raise RuntimeError(words)

    monkeypatch.setattr(understanding, "understand", refuse)
    tell(store, review(store))
    assert Review.objects.count() == 1
    assert count_waiting(store) == 1


def test_texts_of_an_import_are_told_apart_from_what_is_said_now(store):
    tell(store, *past(review(store, 1)))
    tell(store, review(store, 2))
    understand_waiting(store)
    assert list(Understanding.objects.order_by("source_id").values_list("history", flat=True)) == [
        True,
        False,
    ]


def test_many_lessons_are_fitted_beside_the_pipeline(store, monkeypatch):
    monkeypatch.setattr(taught, "FEW_LESSONS", 1)
    teach_intent(store, intent="engraving", examples=["engrave it", "engraving please"], actor="anna")
    tell(store, review(store))
    assert count_waiting(store) == 1
    understand_waiting(store)
    assert count_waiting(store) == 0
    tell(store, review(store, 2))
    assert count_waiting(store) == 0
