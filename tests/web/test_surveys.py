"""Pages of surveys: the list, one by itself, its editor, publishing, versions, results, text."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.test import Client
from django.urls import reverse

from regard.core import clock
from regard.core.models import Store
from regard.survey.domain.surveys import draft_of
from regard.survey.models import InvitationState, Survey, SurveyState
from tests.survey.sittings import add_invitation, add_sitting, add_survey
from tests.web.test_journeys import text_of
from tests.web.test_lists import queries_of


def address(name: str, survey: Survey) -> str:
    return reverse(name, args=[survey.store.slug, survey.pk])


class Editing:
    """Presses in the editor, one after the other, as a browser without script sends them."""

    def __init__(self, client: Client, survey: Survey) -> None:
        self.client, self.survey = client, survey
        self.context: dict[str, Any] = client.get(address("survey_edit", survey)).context

    @property
    def values(self) -> Any:
        return msgspec.json.decode(self.context["definition"])

    def press(self, do: str, **fields: Any) -> Any:
        sent = {
            "do": do, "definition": self.context["definition"], "open": self.context["draft"].open,
            "changed": self.context["changed"],
        }  # fmt: skip
        typed = {f"f.{name.replace('__', '.')}": value for name, value in fields.items()}
        answer = self.client.post(address("survey_edit", self.survey), sent | typed)
        if answer.status_code == 200:
            self.context = answer.context
        return answer


def test_the_list_says_who_answers_and_finds_by_words(store: Store, owner: Client) -> None:
    survey = add_survey(store, "after-delivery")
    add_survey(store, "draft-one", live=False)
    for state in (InvitationState.COMPLETED, InvitationState.PARTIAL, InvitationState.WAITING, "refused"):
        add_invitation(survey, state)
    add_sitting(survey, {"score": 9})
    said = text_of(owner.get(reverse("surveys", args=[store.slug])))
    assert "after-delivery Something else · 6 questions Live Asked 3 Answered 1 66.7 % of those asked" in said
    drafts = text_of(owner.get(reverse("surveys", args=[store.slug]) + "?tab=drafts"))
    assert ("draft-one" in drafts, "after-delivery" in drafts) == (True, False)
    assert "No survey matches" in text_of(owner.get(reverse("surveys", args=[store.slug]) + "?q=nothing"))


def test_a_list_costs_the_same_at_one_survey_and_at_three(store: Store, owner: Client) -> None:
    counted = []
    for number in (1, 2, 3):
        add_sitting(add_survey(store, f"after-{number}"), {"score": 9})
        counted.append(queries_of(owner, reverse("surveys", args=[store.slug])))
    assert counted[1] == counted[2]


def test_a_survey_that_ships_is_taken_and_published(store: Store, owner: Client) -> None:
    said = text_of(owner.get(reverse("surveys", args=[store.slug]) + "?tab=shipped"))
    assert "After the delivery" in said
    owner.post(reverse("survey_take", args=[store.slug, "delivery"]))
    survey = Survey.objects.get(store=store)
    assert "What went wrong?" in text_of(owner.get(address("survey", survey)))
    assert "Was ging schief?" in text_of(owner.get(address("survey", survey) + "?language=de"))
    assert "5 questions" in text_of(owner.get(address("survey_publish", survey)))
    owner.post(address("survey_publish", survey))
    survey.refresh_from_db()
    assert (survey.state, survey.current.number if survey.current else 0) == (SurveyState.LIVE, 1)


def test_a_survey_is_built_in_the_editor_and_saved(store: Store, owner: Client) -> None:
    owner.post(reverse("survey_new", args=[store.slug]), {"name": "How was it?", "of": ""})
    survey = Survey.objects.get(store=store)
    assert survey.key == "how-was-it"
    editing = Editing(owner, survey)
    assert editing.context["drawn"].count == 1
    editing.press("add csat 0")
    editing.press("look", text__en="How was the delivery?")
    assert "How was the delivery?" in editing.context["drawn"].preview.text
    editing.press("part q1 route", id="delivery", show_if="answers.q1 > 1")
    assert editing.values["questions"][0].pop("show_if") == "answers.delivery > 1"
    editing.press("look", show_if="")
    assert editing.values["questions"][0]["goto"] == [{"when": "", "to": "end"}]
    editing.press("add text 1", goto__0__when="answers.delivery >= 4")
    editing.press("look", text__en="Why?")
    editing.press("open whole")
    editing.press("look", languages="en, de", anonymous="1", title__en="Delivery")
    assert editing.values["languages"] == ["en", "de"]
    assert editing.press("save").status_code == 302
    survey.refresh_from_db()
    definition = draft_of(survey)
    assert [(one.id, one.kind, one.text["en"]) for one in definition.questions] == [
        ("delivery", "csat", "How was the delivery?"), ("q1", "text", "Why?"),
    ]  # fmt: skip
    assert definition.questions[0].goto[0].when == "answers.delivery >= 4"
    assert (definition.is_anonymous, definition.languages) == (True, ("en", "de"))


def test_questions_move_are_copied_and_go(store: Store, owner: Client) -> None:
    editing = Editing(owner, add_survey(store, live=False))

    def order() -> list[str]:
        return [one["id"] for one in editing.values["questions"]]

    before = order()
    editing.press("down score")
    assert order()[:2] == [before[1], before[0]]
    editing.press("up score")
    editing.press("copy score")
    assert order() == ["score", "q1", *before[1:]]
    editing.press("remove q1")
    assert order() == before
    editing.press("open question trouble")
    editing.press("part trouble option")
    editing.press("no-part trouble option 0")
    assert [one["value"] for one in editing.values["questions"][2]["options"]] == ["broken", "a"]
    editing.press("open thanks")
    editing.press("thanks", thanks__0__text__en="Thank you")
    assert [one["text"] for one in editing.values["thanks"]] == [{"en": "Thank you"}, {}]
    editing.press("no-thanks 1")
    assert len(editing.values["thanks"]) == 1


def test_what_is_wrong_stands_at_its_field(store: Store, owner: Client) -> None:
    editing = Editing(owner, add_survey(store, live=False))
    editing.press("open question why")
    editing.press("look", show_if="answers.size > 3")
    (card,) = [one.card for one in editing.context["drawn"].questions if one.id == "why"]
    (wrong,) = [one for group in card.groups for one in group.fields if one.errors]
    assert (wrong.name, list(wrong.errors)) == (
        "f.show_if",
        ["“size” is not answered yet when this is asked."],
    )


def test_a_page_of_another_time_overwrites_nothing_unasked(store: Store, owner: Client) -> None:
    survey = add_survey(store, live=False)
    first, second = Editing(owner, survey), Editing(owner, survey)
    first.press("open whole")
    assert first.press("save", name="First").status_code == 302
    second.press("open whole")
    answer = second.press("save", name="Second")
    assert "Somebody has saved it meanwhile" in text_of(answer)
    survey.refresh_from_db()
    assert survey.name == "First"


@pytest.mark.parametrize(
    "do", ["up nothing", "part score nonsense", "add nonsense 1", "open question gone", "add"]
)
def test_nonsense_begins_the_editor_anew(store: Store, owner: Client, do: str) -> None:
    assert Editing(owner, add_survey(store, live=False)).press(do).status_code == 302


def test_versions_tell_what_each_changed(store: Store, owner: Client) -> None:
    survey = add_survey(store)
    editing = Editing(owner, survey)
    editing.press("remove why")
    editing.press("save")
    said = text_of(owner.get(address("survey_publish", survey)))
    assert "What is another than in version 1 Question taken away: “Why?”" in said
    owner.post(address("survey_publish", survey))
    add_sitting(Survey.objects.get(pk=survey.pk), {"score": 9})
    said = text_of(owner.get(address("survey_versions", survey)))
    assert "2 current Question taken away: “Why?”" in said
    assert "The first version" in said


def test_results_tell_figures_words_and_rates(store: Store, owner: Client) -> None:
    survey = add_survey(store)
    for score in (10, 9, 9, 7, 3):
        add_sitting(survey, {"score": score, "why": "Too late"} if score < 9 else {"score": score})
    add_sitting(survey, {"score": 0}, channel="sms", at=clock.now() - timedelta(days=100))
    add_sitting(survey, {"score": 0}, is_suspect=True)
    for state in (InvitationState.COMPLETED, InvitationState.WAITING):
        levers = {"personal": state == InvitationState.COMPLETED, "tested": "personal"}
        add_invitation(survey, state, levers=levers)
    said = text_of(owner.get(address("survey_results", survey)))
    assert "answered 6" in said
    assert "E-mail 50.0 %" in said
    assert "Too late" in said
    recent = owner.get(address("survey_results", survey) + "?days=30").context["shown"][0]
    assert [(one.label, round(one.value, 6)) for one in recent.figures] == [("NPS", 40.0)]
    add_sitting(survey, {"score": 9}, product_external_id="P-1")
    of_product = owner.get(address("survey_results", survey) + "?product=P-1").context["shown"][0]
    assert (of_product.result.n, of_product.figures[0].value) == (1, 100.0)
    by_sms = owner.get(address("survey_results", survey) + "?channel=sms").context["shown"][0]
    assert by_sms.figures[0].value == -100.0
    assert by_sms.figures[0].low is None  # one answer has no interval


def test_results_as_csv_name_nobody(store: Store, owner: Client) -> None:
    survey = add_survey(store)
    sitting = add_sitting(
        survey, {"score": 3, "why": "=1+1", "trouble": ["late", "broken"], "parts": {"look": "bad"}}
    )
    answer: Any = owner.get(address("survey_results_export", survey))
    lines = b"".join(answer).decode().splitlines()
    assert (
        lines[0] == "sitting,version,channel,place,language,day,complete,score,why,trouble,parts,again,size"
    )
    day = sitting.last_at.date().isoformat()
    assert lines[1] == f"""{sitting.public_id},1,email,,en,{day},yes,3,'=1+1,"late, broken",look: bad,,"""


def test_a_text_is_brought_in_and_told_what_is_wrong_by_its_line(store: Store, owner: Client) -> None:
    at = reverse("survey_import", args=[store.slug])
    said = text_of(owner.post(at, {"text": "survey: one\nname: One\ntitle: One\nquestions:\n- kind: nips\n"}))
    assert "Line 5, questions.1.kind : Use one of nps" in said
    survey = add_survey(store)
    text = owner.get(address("survey_file", survey)).content.decode()
    assert owner.post(at, {"text": text.replace("survey: after", "survey: next")}).status_code == 302
    assert Survey.objects.filter(store=store, key="next").exists()


def test_the_open_link_is_shown_while_it_is_open(store: Store, owner: Client) -> None:
    survey = add_survey(store)
    said = []
    for is_open in ("1", "0"):
        owner.post(address("survey_link", survey), {"open": is_open})
        said.append(f"/q/o/{survey.link}/" in text_of(owner.get(address("survey", survey))))
    assert said == [True, False]


def test_states_change_and_copies_are_drafts(store: Store, owner: Client) -> None:
    survey = add_survey(store)
    states = []
    for name in ("survey_pause", "survey_resume", "survey_end", "survey_pause"):
        owner.post(address(name, survey))
        survey.refresh_from_db()
        states.append(survey.state)
    assert states == [SurveyState.PAUSED, SurveyState.LIVE, SurveyState.ENDED, SurveyState.ENDED]
    owner.post(address("survey_copy", survey))
    assert Survey.objects.get(store=store, state=SurveyState.DRAFT).name == "Copy of after"
