"""Surveys that are live, customers who are asked, and what they see over HTTP."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django.test import Client

from regard.core.models import Store
from regard.profile.models import Identity
from regard.survey.domain.asking.inviting import ask_surveys
from regard.survey.domain.asking.wishes import Asked, Wish
from regard.survey.domain.definition.reading import read_yaml
from regard.survey.domain.definition.writing import definition_values
from regard.survey.models import Survey, SurveyState, SurveyVersion

NPS = """
survey: nps
name: Recommendation
title: How are we doing?
languages: [en, de]
questions:
  - id: likely
    kind: nps
    required: true
    text: {en: 'How likely are you to recommend us?', de: 'Wie wahrscheinlich empfehlen Sie uns weiter?'}
    ends: {lowest: {en: Not at all likely, de: Gar nicht}, highest: {en: Very likely, de: Sehr}}
    goto:
      - {when: answers.likely <= 6, to: wrong}
      - {when: answers.likely >= 9, to: end}
  - {id: better, kind: text, text: 'What would make us better?'}
  - {id: wrong, kind: single, text: 'What went wrong?', show_if: answers.likely <= 6,
     options: [{value: price, text: The price}, {value: delivery, text: The delivery}]}
  - {id: words, kind: text, text: Tell us more, show_if: answers.likely <= 6}
thanks:
  - when: answers.likely >= 9
    text: Tell a friend.
    link: https://shop.example/refer
    link_label: Invite a friend
  - {when: answers.likely <= 6, text: A person looks into it today.}
  - {text: Thank you.}
reminders: [3 days]
expires: 14 days
"""


def publish(store: Store, text: str, *, state: str = SurveyState.LIVE) -> Survey:
    """A survey that is live; published again, it has a further version."""
    definition = read_yaml(text)
    plain = definition_values(definition)
    survey, _made = Survey.objects.update_or_create(
        store=store, key=definition.key, defaults={"name": definition.name, "draft": plain, "state": state}
    )
    number = SurveyVersion.objects.filter(survey=survey).count() + 1
    survey.current = SurveyVersion.objects.create(
        survey=survey, number=number, definition=plain, published_by="tests"
    )
    survey.save()
    return survey


def ask(store: Store, user: str = "ada", survey: str = "nps", *, key: str = "", **wish: Any) -> Asked:
    identity = Identity.objects.get(store=store, kind="user_id", value=user)
    asked = Wish(
        key=key or f"{user}:{survey}", origin="tests", identity_id=identity.pk,
        customer_id=identity.customer_id, survey=survey, **wish,
    )  # fmt: skip
    return ask_surveys(store, [asked])[asked.key]


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


class Visitor:
    """Somebody with a browser and a link."""

    def __init__(self, url: str, **headers: Any) -> None:
        self.client, self.path, self.headers = Client(), path_of(url), headers

    def look(self, query: str = "") -> str:
        response = self.client.get(self.path + query, **self.headers)
        assert response.status_code == 200, response.content.decode()
        return response.content.decode()

    def status(self, query: str = "") -> int:
        return self.client.get(self.path + query).status_code

    def send(self, **told: Any) -> Any:
        """As the form of the page before them does."""
        page = self.client.get(self.path, **self.headers).content.decode()
        return self.client.post(self.path, {**form_of(page), **told}, **self.headers)

    def answer(self, value: Any, **told: Any) -> str:
        """Answers the question that is asked; gives the page after it."""
        response = self.send(answer=value, **told)
        assert response.status_code == 303, response.content.decode()
        return self.client.get(response["Location"], **self.headers).content.decode()


def form_of(page: str) -> dict[str, str]:
    """What the form of a page sends that nobody sees."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def heading(page: str) -> str:
    return re.search(r"<h1[^>]*>(.*?)</h1>", page).group(1)
