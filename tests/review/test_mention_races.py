"""Mentions that several people see to at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from regard.core.models import AuditEntry, Store
from regard.review.domain.mention_handling import finish_mention, hand_on
from regard.review.domain.mention_queries import mention_for_viewer
from regard.review.models import Mention, MentionStanding
from regard.task.models import Task
from tests.api.rows import add_mention

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6


@pytest.fixture
def number(store: Store) -> int:
    """Of a mention that somebody was done with before, and opened again."""
    made = add_mention(store)
    MentionStanding.objects.create(store=store, external_id=Mention.objects.get(pk=made).external_id)
    return made


def at_once(store: Store, number: int, act: Callable[[Mention], object]) -> list[object]:
    """What came of it for each who saw the mention and then pressed with the others; the error where one came."""
    ready = Barrier(AT_ONCE)

    def press(_person: int) -> object:
        try:
            mention = mention_for_viewer(store, number).mention
            ready.wait()
            return act(mention)
        except ValidationError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as people:
        return list(people.map(press, range(AT_ONCE)))


def test_a_task_is_made_once_however_often_the_button_is_pressed(store, number):
    came = at_once(store, number, lambda mention: hand_on(mention, title="Call", actor="tests"))
    assert sum(isinstance(each, Task) for each in came) == Task.objects.count() == 1
    assert sum(isinstance(each, ValidationError) for each in came) == AT_ONCE - 1


def test_one_of_several_people_was_done_with_it(store, number):
    came = at_once(store, number, lambda mention: finish_mention(mention, actor="tests"))
    assert sorted(map(bool, came)) == [*[False] * (AT_ONCE - 1), True]
    assert MentionStanding.objects.count() == AuditEntry.objects.filter(action="mention.done").count() == 1
