"""What the people of a made-up store did in the newest rooms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count, Sum

from regard.act.models import Send
from regard.capture.domain.reader import read_all
from regard.capture.domain.sources import source_named
from regard.cli.demo_lots import Lots, first_by_lot
from regard.cli.demo_rooms import live_in_rooms
from regard.cli.demo_store import SOURCE, fill_store
from regard.cli.made_up import MadeUp
from regard.core.models import Store
from regard.desk.models import FeedbackEvidence, FeedbackItem, FeedbackStatus
from regard.grow.models import Attendance, Decision, MemberState, Programme, ProgrammeMember
from regard.listen.models import Understanding
from regard.pipeline import READER, STAGES
from regard.serve.models import Prompt, PromptDay
from regard.survey.models import GivenAnswer, Invitation, InvitationState, Submission, Survey, SurveyState

ASKED = ("delivery", "nps-after-30-days", "support-csat")


@pytest.fixture
def filled(transactional_db: None, tmp_path: Path) -> Store:
    fill_store("demo", customers=400, seed=3, actor="tests", data_folder=tmp_path)
    return Store.objects.get(slug="demo")


def kept(store: Store) -> dict[str, Any]:
    return {
        "invitations": sorted(
            Invitation.objects.filter(store=store).values_list("key", "state", "invited_at")
        ),
        "answers": sorted(
            GivenAnswer.objects.filter(store=store).values_list("question_id", "given_at", "figure", "text"),
            key=str,
        ),
        "items": sorted(FeedbackItem.objects.filter(store=store).values_list("title", "status", "texts")),
        "evidence": FeedbackEvidence.objects.filter(item__store=store).count(),
        "members": sorted(
            ProgrammeMember.objects.filter(store=store).values_list(
                "programme__name", "state", "identity__value"
            )
        ),
        "said": sorted(Attendance.objects.filter(store=store).values_list("said", flat=True)),
        "decisions": Decision.objects.filter(store=store).count(),
        "prompts": sorted(Prompt.objects.filter(store=store).values_list("name", "is_on")),
        "shown": PromptDay.objects.filter(store=store).aggregate(Sum("shown"), Sum("clicked"), Sum("closed")),
    }


def test_the_newest_rooms_are_lived_in_and_a_second_time_changes_nothing(filled: Store, tmp_path: Path):
    check_surveys(filled)
    check_improvements(filled)
    check_programmes(filled)
    check_prompts(filled)
    before = kept(filled)
    source = source_named(store=filled, name=SOURCE, actor="tests")
    again = dict(live_in_rooms(filled, source, MadeUp(tmp_path, "demo").plan, actor="tests"))
    assert again == {"surveys answered": 0, "prompts shown": 0, "improvements": 0, "programmes": 0}
    assert kept(filled) == before


def check_surveys(store: Store) -> None:
    """Answered by some of those who were asked, who are not all of one mind; and nothing was sent."""
    for key in ASKED:
        survey = Survey.objects.get(store=store, key=key, state=SurveyState.LIVE)
        invited = Invitation.objects.filter(survey=survey).exclude(state=InvitationState.REFUSED)
        answered = invited.filter(state__in=[InvitationState.COMPLETED, InvitationState.PARTIAL])
        assert invited.count() > answered.count() == Submission.objects.filter(survey=survey).count()
    scores = GivenAnswer.objects.filter(store=store, survey__key="nps-after-30-days", question_id="score")
    assert len(set(scores.values_list("figure", flat=True))) > 2
    written = GivenAnswer.objects.filter(store=store, submission__invitation__isnull=False).exclude(text="")
    understood = Understanding.objects.filter(store=store, history=False).exclude(understood_at=None)
    assert 0 < written.count() <= understood.count()
    assert not Send.objects.filter(store=store).exists()


def check_improvements(store: Store) -> None:
    items = FeedbackItem.objects.filter(store=store)
    assert {FeedbackStatus.NEW, FeedbackStatus.PLANNED, FeedbackStatus.DONE} <= set(
        items.values_list("status", flat=True)
    )
    assert 6 <= items.count() <= 10
    assert all(item.texts > 0 and item.opened_at < (item.settled_at or item.counted_at) for item in items)
    backed = FeedbackEvidence.objects.filter(item__in=items).values("item").annotate(n=Count("pk"))
    assert backed.count() == items.count()


def check_programmes(store: Store) -> None:
    assert set(Programme.objects.filter(store=store).values_list("kind", flat=True)) == {"board", "beta"}
    for programme in Programme.objects.filter(store=store):
        states = ProgrammeMember.objects.filter(programme=programme).values_list("state", flat=True)
        assert {MemberState.INVITED, MemberState.ACCEPTED, MemberState.DECLINED} <= set(states)
        there = Attendance.objects.filter(session__programme=programme)
        assert there.count() > 0
        [decision] = Decision.objects.filter(programme=programme)
        assert decision.item is not None
        told = set(there.exclude(said="").values_list("external_id", flat=True))
        behind = FeedbackEvidence.objects.filter(item=decision.item, external_id__in=told)
        assert {row.external_id for row in behind} == told


def check_prompts(store: Store) -> None:
    read_all(reader=READER, stages=STAGES)  # the last days, which a worker reads
    on, off = Prompt.objects.filter(store=store).order_by("-is_on")
    assert (on.is_on, on.kind, off.is_on, off.kind) == (True, "survey", False, "message")
    figures = PromptDay.objects.filter(prompt=on).aggregate(
        shown=Sum("shown"), clicked=Sum("clicked"), closed=Sum("closed")
    )
    assert figures["shown"] > figures["clicked"] + figures["closed"] > figures["clicked"] > 0
    assert Submission.objects.filter(survey=on.survey, channel="web").count() == figures["clicked"]
    assert not PromptDay.objects.filter(prompt=off).exists()


def test_lots_fall_the_same_for_the_same_thing_and_otherwise_for_another():
    drawn = [Lots(1, "a", "b").share() for _each in range(2)]
    assert drawn[0] == drawn[1] != Lots(2, "a", "b").share()
    names = [str(number) for number in range(50)]
    assert first_by_lot(1, "delivery", names, 5) == first_by_lot(1, "delivery", names[::-1], 5)
    assert first_by_lot(1, "delivery", names, 5) != first_by_lot(2, "delivery", names, 5)
