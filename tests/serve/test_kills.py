"""What a visitor did counts once, however often a browser tells it and whoever is killed half-way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import date
from uuid import UUID

import pytest

from regard.capture.domain.calls import take_calls
from regard.capture.domain.events import last_events
from regard.capture.domain.reader import last_read, read_all
from regard.capture.domain.sources import source_named
from regard.core.models import Store
from regard.listen.models import Response
from regard.pipeline import READER, STAGES
from regard.serve.domain.queries import answers_of, figures_of
from regard.serve.models import Prompt, PromptDay
from regard.survey.domain.answering.giving import Circumstances, give_answer
from regard.survey.domain.answering.places import Came
from regard.survey.domain.answering.visits import visit_by_open_link
from regard.survey.models import GivenAnswer, Submission
from tests.conftest import ROOT
from tests.serve.shops import add_prompt, open_survey

pytestmark = pytest.mark.django_db(transaction=True)
SITTING = UUID("0190c3a0-0000-7000-8000-000000000001")
BEGIN = """
import os, signal
import django; django.setup()
from regard.core.models import Store
store = Store.objects.get(slug="acme")
def die(): os.kill(os.getpid(), signal.SIGKILL)
"""
READ = """
from regard.capture.domain.reader import read_next
from regard.pipeline import READER, STAGES
read_next(store, reader=READER, stages=STAGES)
"""
# After the counts were written, and before they are committed.
DIES_COUNTING = """
from regard.serve.domain import counting
write = counting.run_bulk
counting.run_bulk = lambda *told: (write(*told), die())
"""
ANSWER = """
from uuid import UUID
from regard.survey.domain.answering import giving
from regard.survey.domain.answering.places import Came
from regard.survey.domain.answering.visits import visit_by_open_link
visit = visit_by_open_link("{link}", sitting=UUID("{sitting}"), came=Came("web"))
"""
GIVE = 'giving.give_answer(visit, visit.question("score"), "9", giving.Circumstances(language="en"))\n'
# After the answer was kept and told, and before it is committed.
DIES_TELLING = """
tell = giving.tell_answer
giving.tell_answer = lambda *told, **more: (tell(*told, **more), die())
"""
DIES = "die()\n"


def killed(dsn: str, *code: str) -> None:
    """Run this beside the tests until it kills itself."""
    environment = os.environ | {"DATABASE_URL": dsn}
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + "".join(code)], env=environment, cwd=ROOT, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr


def tell(store: Store, prompt: Prompt, *names: str) -> int:
    """As the browser does; gives how many were new."""
    calls = [
        json.dumps(
            {
                "type": "track", "event": f"Prompt {name}", "anonymousId": "b-1", "messageId": f"m-{name}",
                "timestamp": "2026-11-02T12:00:00Z", "properties": {"prompt_id": prompt.pk},
            }
        ).encode()
        for name in names
    ]  # fmt: skip
    return take_calls(source_named(store=store, name="web", actor="tests"), calls)


def unread(store: Store) -> bool:
    [newest] = last_events(store, limit=1)
    return newest.id > last_read(store, reader=READER)


def counted(prompt: Prompt) -> list[tuple[date, int, int, int]]:
    return list(PromptDay.objects.filter(prompt=prompt).values_list("day", "shown", "clicked", "closed"))


def test_what_is_told_twice_and_counted_by_whoever_is_killed_counts_once(store: Store, test_dsn: str) -> None:
    prompt = add_prompt(store)
    once = [(date(2026, 11, 2), 1, 1, 0)]
    assert (tell(store, prompt, "Shown", "Clicked"), tell(store, prompt, "Shown")) == (2, 0)
    killed(test_dsn, DIES_COUNTING, READ)
    assert (counted(prompt), unread(store)) == ([], True)
    killed(test_dsn, READ, DIES)
    assert (counted(prompt), unread(store)) == (once, False)
    assert tell(store, prompt, "Shown", "Clicked") == 0
    read_all(reader=READER, stages=STAGES)
    assert counted(prompt) == once
    assert figures_of(store, [prompt])[prompt.pk].click_share.percent == 100


def test_an_answer_in_the_shop_is_kept_once_whenever_whoever_takes_it_is_killed(
    store: Store, test_dsn: str
) -> None:
    survey = open_survey(store)
    prompt = add_prompt(store, kind="survey", survey_id=survey.pk, is_on=False)
    prompt = Prompt.objects.select_related("store", "survey").get(pk=prompt.pk)
    begins = ANSWER.format(link=survey.link, sitting=SITTING)
    killed(test_dsn, begins, DIES_TELLING, GIVE)
    assert (Submission.objects.count(), GivenAnswer.objects.count()) == (0, 0)
    killed(test_dsn, begins, GIVE, DIES)
    assert (Submission.objects.count(), GivenAnswer.objects.count()) == (1, 1)
    for _again in range(2):  # the browser saw no answer, and sends its form anew
        visit = visit_by_open_link(survey.link, sitting=SITTING, came=Came("web"))
        question = visit.question("score")
        assert question is not None
        give_answer(visit, question, "9", Circumstances(language="en"))
    read_all(reader=READER, stages=STAGES)
    answers = answers_of(prompt)
    assert answers is not None
    assert (answers.begun, Submission.objects.count()) == (1, 1)
    assert list(GivenAnswer.objects.values_list("question_id", "figure")) == [("score", 9)]
    assert list(Response.objects.filter(store=store).values_list("value", flat=True)) == [9]
    told = [event.name for event in last_events(store, limit=100)]
    assert told.count("AnswerGiven") == 1
