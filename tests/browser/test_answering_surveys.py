"""Pages on which customers answer: for everybody, on small screens, without JavaScript and without cookies."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from tests.act.test_leaving import customer_at
from tests.browser.visiting import _plain_static_files, chromium, complaints_of
from tests.score.people import identity_of
from tests.survey.asking import path_of, publish

from regard.core.models import Store
from regard.survey.domain.answering.links import open_url
from regard.survey.domain.asking.inviting import ask_surveys
from regard.survey.domain.asking.wishes import Wish
from regard.survey.models import GivenAnswer, Submission, Survey

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["_plain_static_files", "chromium"]

ENDS = "ends: {lowest: {en: Not at all, de: Gar nicht}, highest: {en: Very, de: Sehr}}"
TEXT = f"""
survey: all
name: All
title: How are we doing?
languages: [en, de]
questions:
  - {{id: likely, kind: nps, text: {{en: 'Would you recommend us?', de: 'Empfehlen Sie uns?'}}, {ENDS}}}
  - {{id: stars, kind: stars, text: {{en: 'How many stars?', de: 'Wie viele Sterne?'}}, {ENDS}}}
  - id: liked
    kind: multiple
    text: {{en: 'What did you like?', de: 'Was gefiel Ihnen?'}}
    options: [{{value: price, text: {{en: Price, de: Preis}}}}, {{value: look, text: {{en: Look, de: Aussehen}}}}]
  - id: parts
    kind: matrix
    text: {{en: 'And in particular?', de: 'Und im Einzelnen?'}}
    rows: [{{value: box, text: {{en: Box, de: Karton}}}}, {{value: mug, text: {{en: Mug, de: Becher}}}}]
    options: [{{value: bad, text: {{en: Bad, de: Schlecht}}}}, {{value: good, text: {{en: Good, de: Gut}}}}]
  - {{id: words, kind: text, text: {{en: 'What else?', de: 'Was noch?'}}}}
thanks: [{{text: {{en: We read it all., de: Wir lesen alles.}}}}]
"""


def invited(store: Store, text: str) -> str:
    publish(store, text)
    whose = identity_of(customer_at(store, "ada@example.com"))
    wish = Wish(
        key="ada", origin="tests", identity_id=whose.pk, customer_id=whose.customer_id, survey="all",
        channel="link",
    )  # fmt: skip
    return path_of(ask_surveys(store, [wish])["ada"].url)


def looks_well(page: Page) -> None:
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("look", ["light de", "dark en"])
def test_every_question_can_be_answered_by_everybody_and_lasts_until_the_thanks(
    look: str, chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    scheme, language = look.split()
    context = chromium.new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme)
    page = context.new_page()
    complaints = complaints_of(page)
    page.goto(live_server.url + invited(store, TEXT))
    if language == "de":
        page.get_by_role("link", name="Deutsch").click()
        expect(page.get_by_role("heading", name="Empfehlen Sie uns?")).to_be_visible()
    for _question in range(5):
        looks_well(page)
        page.locator("button[name=skip]").click()
    looks_well(page)
    expect(page.get_by_text("Wir lesen alles." if language == "de" else "We read it all.")).to_be_visible()
    context.close()
    assert complaints == []
    assert Submission.objects.get().completed_at is not None


@pytest.mark.parametrize("keeps_cookies", [True, False])
def test_an_open_link_is_answered_to_its_end_without_javascript(
    keeps_cookies: bool, chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    survey = publish(store, TEXT)
    Survey.objects.update(open_link=True)
    context = chromium.new_context(java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto(live_server.url + path_of(open_url(survey)))

    def go_on(name: str) -> None:
        if not keeps_cookies:
            context.clear_cookies()
        page.get_by_role("button", name=name, exact=True).click()

    page.wait_for_timeout(1_100)  # who answers in less is taken for a machine
    go_on("9")
    expect(page.get_by_role("heading", name="How many stars?")).to_be_visible()
    go_on("Skip")
    page.get_by_label("Look").check()
    go_on("Next")
    for name in ("Skip", "Skip"):
        go_on(name)
    expect(page.get_by_text("We read it all.")).to_be_visible()
    assert ("?s=" in page.url) is not keeps_cookies
    context.close()
    sitting = Submission.objects.get()
    assert (sitting.is_suspect, sitting.answers) == (False, 2)
    given = GivenAnswer.objects.filter(submission=sitting, value__isnull=False).order_by("id")
    assert list(given.values_list("question_id", "value")) == [("likely", 9), ("liked", ["look"])]


def test_a_nameless_survey_begun_in_one_browser_says_so_in_another(
    chromium: Browser, live_server: Any, transactional_db: None, store: Store
) -> None:
    address = live_server.url + invited(store, TEXT + "anonymous: true\n")
    first, second = (chromium.new_context(viewport={"width": 320, "height": 640}) for _browser in range(2))
    page = first.new_page()
    page.goto(address)
    page.locator("button[name=skip]").click()
    elsewhere = second.new_page()
    elsewhere.goto(address)
    expect(elsewhere.get_by_role("heading")).to_have_text("You have begun this survey in another browser")
    looks_well(elsewhere)
    page.goto(address)
    expect(page.get_by_role("heading", name="How many stars?")).to_be_visible()
    first.close()
    second.close()
