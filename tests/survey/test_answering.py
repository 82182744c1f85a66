"""Answering over HTTP: what is kept, what follows from it, and who is let in."""

from __future__ import annotations

import html
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from regard.act.models import Alert, Send
from regard.capture.models import Event
from regard.core import clock
from regard.listen.models import Response
from regard.profile.models import Identity
from regard.score.models import Score
from regard.survey.domain.answering.links import open_url, token_of
from regard.survey.models import GivenAnswer, Invitation, Submission, Survey, Upload
from tests.journeys.shop import NOW, Shop, states
from tests.journeys.test_playbooks_going import start_playbook
from tests.survey.asking import NPS, Visitor, ask, form_of, heading, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(store):
    with clock.set_to(NOW):
        shop = Shop(store)
        shop.identify("ada", name="Ada Lind", email="ada@example.com", accepts_marketing=True)
        yield shop
        shop.close()


def test_an_answer_moves_the_score_raises_the_alert_and_starts_the_recovery(shop):
    publish(shop.store, NPS)
    recovery = start_playbook(shop, "detractor-recovery")
    shop.happens("ada", "NPS Survey Submitted", value=10, response_id="before")
    before = health(shop.store)
    shop.later(days=1)

    visitor = Visitor(ask(shop.store).url)
    assert heading(visitor.look()) == "How likely are you to recommend us?"
    assert heading(visitor.answer("2")) == "What went wrong?"
    shop.settle()

    assert Response.objects.order_by("answered_at").values_list("value", "survey").last() == (
        2,
        "Recommendation",
    )
    assert health(shop.store) < before
    assert list(Alert.objects.filter(kind="nps_fall").values_list("level", flat=True)) == ["critical"]
    assert [state for state, *_ in states(recovery)] == ["active"]


def health(store):
    ada = Identity.objects.get(store=store, kind="user_id", value="ada").customer_id
    scores = Score.objects.filter(name="health", subject_type="customer", subject_id=ada)
    return scores.values_list("value", flat=True).get()


def test_the_mail_asks_the_first_question(shop):
    publish(shop.store, NPS)
    url = ask(shop.store).url

    sent = Send.objects.get(purpose="survey")
    assert (sent.recipient, sent.subject, sent.topic) == ("ada@example.com", "How are we doing?", "surveys")
    assert "Hello Ada," in sent.body_text
    for number in range(11):
        assert f'href="{url}?likely={number}"' in sent.body_html
    assert "unsubscribe" in sent.body_html.lower()
    assert "surveys" in sent.body_html


def test_looking_at_a_link_of_the_mail_records_nothing_and_pressing_once_records_once(shop):
    publish(shop.store, NPS)
    visitor = Visitor(ask(shop.store).url)
    for _scanner in range(5):
        page = visitor.look("?likely=9")
    visitor.client.head(visitor.path + "?likely=9")
    shop.settle()
    assert not Submission.objects.exists()
    assert not Response.objects.exists()
    assert Invitation.objects.get().state == "waiting"

    assert '<button class="primary" id="send" name="answer" value="9">' in page
    for _press in range(2):
        visitor.client.post(visitor.path, {"question": "likely", "answer": "9"})
    shop.settle()
    assert GivenAnswer.objects.values_list("question_id", "value").get() == ("likely", 9)
    assert Response.objects.values_list("value", flat=True).get() == 9
    told = Event.objects.filter(store_id=shop.store.pk, name__regex="Survey|Answer").order_by("id")
    assert list(told.values_list("name", flat=True)) == [
        "SurveyInvited", "SurveyStarted", "AnswerGiven", "SurveyCompleted",
    ]  # fmt: skip


def test_each_answer_is_kept_as_it_is_given_and_may_be_changed(shop):
    publish(shop.store, NPS)
    visitor = Visitor(ask(shop.store).url)
    visitor.answer("3")
    assert Invitation.objects.get().state == "partial"
    visitor.answer("price")
    page = visitor.answer("Too dear.")
    assert "A person looks into it today." in page
    shop.later(days=2)

    visitor.client.post(visitor.path, {"question": "likely", "answer": "9"})
    shop.settle()

    sitting = Submission.objects.get()
    assert (sitting.answers, sitting.completed_at) == (1, NOW)
    counting = GivenAnswer.objects.filter(does_count=True)
    assert list(counting.values_list("question_id", "value")) == [("likely", 9)]
    assert list(Response.objects.values_list("measure", "value")) == [("nps", 9)]
    assert "Invite a friend" in visitor.look()
    assert "https://shop.example/refer" in visitor.look()


def test_the_way_may_be_gone_back_and_on(shop):
    publish(shop.store, NPS)
    visitor = Visitor(ask(shop.store).url)
    visitor.answer("3")
    page = visitor.answer("price")
    assert heading(page) == "Tell us more"
    assert 'href="?at=wrong"' in page
    back = visitor.look("?at=wrong")
    assert heading(back) == "What went wrong?"
    assert 'value="price" class="chosen"' in back
    assert heading(visitor.look("?at=better")) == "Tell us more"  # which is not on the way


def test_what_is_no_answer_is_refused_with_what_to_do(shop):
    publish(shop.store, NPS)
    visitor = Visitor(ask(shop.store).url)
    for value in ("11", "", "-1", "many", "5.5"):
        response = visitor.send(answer=value)
        assert response.status_code == 422
        assert 'role="alert"' in response.content.decode()
    assert visitor.send(skip="1").status_code == 422  # it is required
    assert not Submission.objects.exists()


@pytest.mark.parametrize("words", [
    "<script>alert(1)</script><img src=x onerror=alert(1)>", "👩🏽‍🔬🎉",
    "الطرد تأخر כאן", "a\u200bb\u200d\u202ec", "\0nul",
    "{{ customer.email }} {% raw %}",
])  # fmt: skip
def test_words_are_kept_as_they_are_and_never_run(shop, words):
    publish(shop.store, NPS)
    visitor = Visitor(ask(shop.store).url)
    visitor.answer("3")
    visitor.answer("price")
    visitor.answer(words)
    shop.settle()

    kept = words.replace("\0", "")
    assert GivenAnswer.objects.get(question_id="words").text == kept
    assert Response.objects.get(measure="text").text == kept
    page = visitor.look("?at=words")
    assert "<script>alert" not in page
    assert "onerror=alert(1)>" not in page
    assert html.escape(kept) in page


def test_links_that_lead_nowhere_say_so(shop, other_store):
    survey = publish(shop.store, NPS)
    url = ask(shop.store).url
    token = url.rstrip("/").rpartition("/")[2]
    assert [
        Visitor(f"/q/{forged}/").status() for forged in (token[:-1] + "!", token.lower() + "x", "x" * 22)
    ] == [410] * 3

    theirs = publish(other_store, NPS)
    assert token_of(other_store.pk, "ada:nps") != token
    assert Visitor(f"/q/o/{theirs.link}/").status() == 410  # its open link is not switched on
    shop.later(days=15)
    assert Visitor(url).status() == 410
    assert (
        Visitor(url).client.post(Visitor(url).path, {"question": "likely", "answer": "9"}).status_code == 410
    )
    assert not Submission.objects.exists()
    survey.refresh_from_db()


@pytest.mark.parametrize("state", ["ended"])
def test_a_survey_that_has_ended_takes_nothing(shop, state):
    survey = publish(shop.store, NPS)
    visitor = Visitor(ask(shop.store).url)
    visitor.answer("9")
    survey.state = state
    survey.save()

    assert "This survey has ended" in visitor.client.get(visitor.path).content.decode()
    assert visitor.client.post(visitor.path, {"question": "likely", "answer": "1"}).status_code == 410
    assert GivenAnswer.objects.get().value == 9


def test_a_full_survey_lets_those_finish_who_began(shop):
    publish(shop.store, NPS + "quota: 1\n")
    for user in ("bob", "cyd"):
        shop.identify(user, name=user, email=f"{user}@example.com")
    first, begun, late = (Visitor(ask(shop.store, user).url) for user in ("ada", "bob", "cyd"))
    begun.answer("3")
    first.answer("9")

    assert late.status() == 410
    assert heading(begun.answer("price")) == "Tell us more"
    assert ask(shop.store, "cyd", key="again").why == "full"


def test_who_began_goes_on_with_the_version_they_began_with(shop):
    publish(shop.store, NPS)
    visitor = Visitor(ask(shop.store).url)
    visitor.answer("3")
    publish(shop.store, NPS.replace("What went wrong?", "What was bad?").replace("Tell us more", "Go on"))

    assert heading(visitor.look()) == "What went wrong?"
    assert heading(visitor.answer("price")) == "Tell us more"
    shop.identify("bob", name="Bob", email="bob@example.com")
    assert heading(Visitor(ask(shop.store, "bob").url).answer("3")) == "What was bad?"


def test_an_open_link_is_answered_once_a_browser_and_by_people(shop):
    survey = publish(shop.store, NPS)
    Survey.objects.update(open_link=True)
    link = open_url(survey)
    person = Visitor(link)
    for _twice in range(2):
        form = form_of(person.look("?at=likely"))
        with clock.set_to(clock.now() + timedelta(seconds=4)):
            person.client.post(person.path, {**form, "answer": "9"})
    quick, filler = Visitor(link), Visitor(link)
    quick.answer("0")
    with clock.set_to(clock.now() + timedelta(seconds=4)):
        form = form_of(filler.look())
    with clock.set_to(clock.now() + timedelta(seconds=14)):
        filler.client.post(filler.path, {**form, "answer": "0", "website": "x"})
    shop.settle()

    sittings = Submission.objects.order_by("id").values_list("is_suspect", "channel", "identity")
    assert list(sittings) == [(False, "link", None), (True, "link", None), (True, "link", None)]
    assert list(Response.objects.values_list("value", "identity")) == [(9, None)]


ANONYMOUS = NPS + "anonymous: true\n"


def test_nothing_leads_from_an_anonymous_answer_to_a_person(shop):
    publish(shop.store, ANONYMOUS)
    visitor = Visitor(ask(shop.store).url)
    visitor.answer("3")
    visitor.answer("price")
    visitor.answer("Bad.")
    shop.settle()

    sitting = Submission.objects.get()
    assert (sitting.identity, sitting.invitation) == (None, None)
    moments = {
        sitting.started_at,
        sitting.last_at,
        sitting.completed_at,
        *GivenAnswer.objects.values_list("given_at", flat=True),
    }
    local = {at.astimezone(ZoneInfo(shop.store.time_zone)) for at in moments}
    assert {(at.hour, at.minute) for at in local} == {(0, 0)}
    invitation = Invitation.objects.get()
    assert (invitation.state, invitation.opened_at) == ("completed", None)
    facts = Event.objects.filter(
        store_id=shop.store.pk, name__in=["AnswerGiven", "SurveyStarted", "SurveyCompleted"]
    )
    assert {(fact.name, fact.body.get("identity_id"), fact.body["invitation"]) for fact in facts} == {
        ("AnswerGiven", None, "")
    }
    assert Response.objects.filter(identity__isnull=False).count() == 0
    assert "You have answered this survey" in Visitor(visitor.path).client.get(visitor.path).content.decode()


FILES = """
survey: photo
name: Photo
title: Show us
questions:
  - {id: photo, kind: file, text: Show us what arrived, required: true}
"""


def test_a_picture_is_kept_and_what_is_too_large_or_none_is_refused(shop):
    publish(shop.store, FILES)
    visitor = Visitor(ask(shop.store, survey="photo").url)
    assert 'enctype="multipart/form-data"' in visitor.look()
    for name, content, status in (
        ("a.png", b"<html><script>alert(1)</script>", 422),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * (10 * 1024 * 1024), 422),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * (11 * 1024 * 1024), 413),
        ("p\u202ehoto.png", b"\x89PNG\r\n\x1a\n" + b"0" * 1_000, 303),
    ):
        sent = visitor.send(answer=SimpleUploadedFile(name, content, content_type="image/png"))
        assert sent.status_code == status
    kept = Upload.objects.get()
    assert (kept.name, kept.type, kept.size) == ("photo.png", "image/png", 1_008)


def test_ten_megabytes_of_words_are_refused_in_words(shop):
    publish(shop.store, NPS)
    visitor = Visitor(ask(shop.store).url)
    visitor.answer("3")
    visitor.answer("price")
    sent = visitor.send(answer="x" * (10 * 1024 * 1024))
    assert sent.status_code == 413
    assert "What was sent is too large" in sent.content.decode()
    assert visitor.send(answer="x" * 5_000).status_code == 422


@pytest.mark.parametrize(("asked", "language", "direction", "words"), [
    ({}, "en", "ltr", "How likely"), ({"HTTP_ACCEPT_LANGUAGE": "de-AT,en;q=0.5"}, "de", "ltr", "Wie wahr"),
    ({"HTTP_ACCEPT_LANGUAGE": "xx;q=zz, ar;q=0.9"}, "ar", "rtl", "ما مدى"),
])  # fmt: skip
def test_pages_speak_the_language_that_the_browser_asks_for(shop, asked, language, direction, words):
    survey = publish(
        shop.store,
        NPS.replace("[en, de]", "[en, de, ar]").replace(
            "text: {en: 'How", "text: {ar: 'ما مدى احتمال', en: 'How"
        ),
    )
    Survey.objects.update(open_link=True)
    page = Visitor(open_url(survey), **asked).look()
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert words in heading(page)
    assert heading(Visitor(open_url(survey)).look("?l=de")).startswith("Wie")


def test_pages_weigh_little_and_need_no_script_or_anything_from_elsewhere(shop):
    publish(shop.store, NPS)
    visitor = Visitor(ask(shop.store).url)
    response = visitor.client.get(visitor.path + "?likely=9")
    assert len(response.content) <= 30_000
    assert "script-src 'nonce-" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert (response["X-Robots-Tag"], response["Referrer-Policy"]) == ("noindex", "no-referrer")
    assert "src=" not in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert "<script" not in visitor.look()


@pytest.mark.parametrize("questions", [1, 3])
def test_a_page_costs_the_same_statements_however_far_one_is(shop, questions, django_assert_max_num_queries):
    publish(shop.store, NPS)
    visitor = Visitor(ask(shop.store).url)
    for answer in ("3", "price", "words")[:questions]:
        visitor.answer(answer)
    with django_assert_max_num_queries(6):
        visitor.look("?at=likely")
