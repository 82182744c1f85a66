"""One sitting a person where no invitation leads to the answers: at open links and in anonymous surveys."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client

from regard.core import clock
from regard.listen.models import Response
from regard.survey.domain.answering.giving import Circumstances, NotAsked, give_answer
from regard.survey.domain.answering.links import open_url
from regard.survey.domain.answering.visits import visit_by_open_link, visit_by_token
from regard.survey.models import GivenAnswer, Invitation, Submission, Survey
from tests.journeys.shop import NOW, Shop
from tests.survey.asking import NPS, Visitor, ask, form_of, heading, path_of, publish

pytestmark = pytest.mark.django_db

ANONYMOUS = NPS + "anonymous: true\n"


@pytest.fixture
def shop(store):
    with clock.set_to(NOW):
        shop = Shop(store)
        shop.identify("ada", name="Ada Lind", email="ada@example.com", accepts_marketing=True)
        yield shop
        shop.close()


def opened(store, text=NPS):
    survey = publish(store, text)
    Survey.objects.filter(pk=survey.pk).update(open_link=True)
    return path_of(open_url(survey))


class Forgetful:
    """A browser that keeps no cookies: each request is its first."""

    def __init__(self, path):
        self.path, self.address, self.page = path, path, ""
        self.load()

    def load(self):
        self.page = Client().get(self.address).content.decode()

    def press(self, **told):
        """What the form sends, read for five seconds."""
        with clock.set_to(clock.now() + timedelta(seconds=5)):
            return Client().post(self.address, {**form_of(self.page), **told})

    def answer(self, value):
        response = self.press(answer=value)
        assert response.status_code == 303, response.content.decode()
        self.address = response["Location"]
        self.load()
        return self.page


def token_in(path):
    return path.rstrip("/").rsplit("/", 1)[-1]


@pytest.mark.parametrize("is_invited", [False, True])
def test_a_button_pressed_twice_before_any_cookie_begins_one_sitting(shop, is_invited):
    if is_invited:
        publish(shop.store, ANONYMOUS)
        browser = Forgetful(path_of(ask(shop.store).url))
    else:
        browser = Forgetful(opened(shop.store))
    for _press in range(2):
        assert browser.press(answer="3").status_code == 303
    shop.settle()
    assert Submission.objects.values_list("is_suspect", "answers").get() == (False, 1)
    assert GivenAnswer.objects.count() == 1
    assert list(Response.objects.values_list("value", flat=True)) == [3]


@pytest.mark.parametrize("is_invited", [False, True])
def test_without_cookies_one_gets_to_the_end_and_back(shop, is_invited):
    if is_invited:
        publish(shop.store, ANONYMOUS)
        browser = Forgetful(path_of(ask(shop.store).url))
    else:
        browser = Forgetful(opened(shop.store) + "?l=de&c=web")
        assert heading(browser.page).startswith("Wie wahrscheinlich")
    assert heading(browser.answer("3")) == "What went wrong?"
    back = re.search(r'href="(\?[^"]*at=likely)"', browser.page).group(1).replace("&amp;", "&")
    assert 'value="3" class="chosen"' in Client().get(browser.path.partition("?")[0] + back).content.decode()
    browser.answer("price")
    assert "A person looks into it today." in browser.answer("Too dear.")
    sitting = Submission.objects.get()
    assert (sitting.answers, sitting.completed_at is None) == (3, False)
    assert sitting.channel == ("email" if is_invited else "web")


def test_addresses_say_nothing_of_the_sitting_where_a_cookie_does(shop):
    visitor = Visitor(opened(shop.store))
    response = visitor.send(answer="3")
    assert response["Location"] == visitor.path
    assert visitor.client.cookies[f"survey_{token_in(visitor.path)}"]["path"] == visitor.path
    sitting = str(Submission.objects.get().public_id)
    assert sitting not in visitor.look() + str(visitor.client.cookies)


def test_two_tabs_of_a_browser_are_one_sitting(shop):
    client, path = Client(), opened(shop.store)
    tabs = [form_of(client.get(path).content.decode()) for _tab in range(2)]
    with clock.set_to(clock.now() + timedelta(seconds=5)):
        for tab, value in zip(tabs, ("3", "9"), strict=True):
            client.post(path, {**tab, "answer": value})
    assert GivenAnswer.objects.values_list("question_id", "value").get() == ("likely", 9)


def test_an_anonymous_invitation_is_answered_in_one_browser(shop):
    publish(shop.store, ANONYMOUS)
    url = ask(shop.store).url
    first, late = Visitor(url), Visitor(url)
    form = form_of(late.look())
    first.answer("3")

    assert late.status() == 410
    assert "only that browser knows how far you are" in late.client.get(late.path).content.decode()
    assert late.client.post(late.path, {**form, "answer": "9"}).status_code == 410
    assert heading(first.look()) == "What went wrong?"
    first.answer("price")
    first.answer("")
    assert Invitation.objects.get().state == "completed"
    assert Submission.objects.count() == 1


def test_who_answered_namelessly_is_thanked_and_shown_and_asked_nothing_more(shop):
    publish(shop.store, ANONYMOUS)
    visitor = Visitor(ask(shop.store).url)
    page = visitor.answer("9")
    assert "Tell a friend." in page
    assert "https://shop.example/refer" in page
    assert "Change my answers" not in page
    assert "Tell a friend." in visitor.look("?at=likely")
    assert visitor.client.post(visitor.path, {"question": "likely", "answer": "1"}).status_code == 410
    assert GivenAnswer.objects.get().value == 9

    elsewhere = Visitor(visitor.path)
    assert elsewhere.status() == 410
    assert "You have answered this survey" in elsewhere.client.get(visitor.path).content.decode()


def test_who_began_in_another_press_goes_on_with_the_version_of_that(shop):
    token = token_in(opened(shop.store))
    before = visit_by_open_link(token)
    give_answer(before, before.definition.questions[0], 3, Circumstances())
    publish(shop.store, NPS.replace("answers.likely <= 6, to: wrong", "answers.likely <= 2, to: wrong"))
    after = replace(visit_by_open_link(token), sitting=before.sitting)  # its page was loaded before
    gone_on = give_answer(after, after.definition.questions[0], 4, Circumstances())
    assert gone_on.version == before.version
    assert gone_on.path.open.id == "wrong"


def test_a_sitting_is_of_one_address_and_cannot_be_made_up(shop):
    path = opened(shop.store)
    other = opened(shop.store, NPS.replace("survey: nps", "survey: other"))
    browser = Forgetful(path)
    browser.answer("3")
    told = urlsplit(browser.address).query
    assert heading(Client().get(f"{other}?{told}").content.decode()).startswith("How likely")
    sitting = Submission.objects.get().public_id
    assert heading(Client().get(f"{path}?s={sitting}").content.decode()).startswith("How likely")

    form = form_of(browser.page) | {"question": "likely", "answer": "9"}
    for told in (form_of(Forgetful(path).page)["sitting"], "x", str(sitting)):
        with clock.set_to(clock.now() + timedelta(seconds=5)):
            Client().post(other, {**form, "sitting": told})
    found = Submission.objects.values_list("survey__key", "answers")
    assert sorted(found) == [("nps", 1), *[("other", 1)] * 3]


def test_what_began_after_the_page_was_loaded_is_gone_on_with(shop):
    token = token_in(opened(shop.store))
    before = visit_by_open_link(token)
    same = visit_by_open_link(token, sitting=before.sitting)
    for visit, value in ((before, 3), (same, 9)):
        give_answer(visit, visit.definition.questions[0], value, Circumstances())
    assert Submission.objects.get().public_id == before.sitting
    assert GivenAnswer.objects.get().value == 9


def test_who_loaded_an_anonymous_page_before_somebody_began_is_refused(shop):
    publish(shop.store, ANONYMOUS)
    token = token_in(path_of(ask(shop.store).url))
    first, second = visit_by_token(token), visit_by_token(token)
    give_answer(first, first.definition.questions[0], 3, Circumstances())
    with pytest.raises(NotAsked, match="elsewhere"):
        give_answer(second, second.definition.questions[0], 9, Circumstances())
    assert Submission.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_presses_at_the_same_moment_begin_one_sitting(store):
    token = token_in(opened(store))
    first = visit_by_open_link(token)
    visits = [visit_by_open_link(token, sitting=first.sitting) for _press in range(4)]
    together = Barrier(len(visits))

    def press(number):
        try:
            together.wait(10)
            give_answer(visits[number], visits[number].definition.questions[0], number, Circumstances())
        finally:
            connection.close()

    with ThreadPoolExecutor(len(visits)) as pool:
        list(pool.map(press, range(len(visits))))
    assert Submission.objects.get().public_id == first.sitting
    assert GivenAnswer.objects.count() == 1
