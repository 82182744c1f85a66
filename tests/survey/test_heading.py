"""What a survey is called stands above its first question."""

from __future__ import annotations

import pytest
from django.test import Client

from regard.core.models import Store
from tests.serve.shops import open_survey

pytestmark = pytest.mark.django_db


def test_the_title_stands_above_the_first_question_and_not_twice_in_a_prompt(store: Store) -> None:
    survey = open_survey(store)
    assert survey.current is not None
    title = survey.current.definition["title"]["en"]
    heading = f'<p class="soft" dir="auto">{title}</p>'
    path = f"/q/o/{survey.link}/"
    assert heading in Client().get(path).content.decode()
    assert heading not in Client().get(f"{path}?c=web").content.decode()
