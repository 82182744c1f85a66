"""Pages of journeys: the list, one that is drawn, its editor, switching on, people, sending, text."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import msgspec
import pytest
from django.test import Client
from django.urls import reverse

from regard.core.models import Store
from regard.journey.domain import handling
from regard.journey.domain.broadcasting import enter_next_chunk
from regard.journey.domain.definition.reading import read_yaml
from regard.journey.domain.handling import put_in
from regard.journey.domain.journeys import save_journey, switch_on
from regard.journey.models import Enrolment, Journey, JourneyState, JourneyVersion
from regard.journey.pages.forms import start_fields, start_kind
from regard.journey.pages.panel import render_journeys
from regard.ui.value_fields import filled
from tests.web.rows import add_customer, add_enrolment, add_journey
from tests.web.test_lists import queries_of

BY_HAND = """
journey: news
name: News
start: {by_hand: true}
holdout: 0
steps: [{do: tag, with: {tag: told}}]
"""
TWO_WAYS = """
journey: two-ways
name: Two ways
start: {event: Order Completed, where: event.total > 20}
instance: order
exits: [{event: Order Cancelled, same: true}, {event: Product Reviewed, goal: true}]
steps:
- id: came
  wait_for: {event: [ShipmentDelivered, Ticket Opened], same: true}
  most: 10 days
  then: [{id: tag, do: tag, with: {tag: arrived}}]
  else: [{id: end, leave: Lost on its way}]
- id: chance
  split:
  - {share: 70, name: Early, steps: [{id: soon, wait: 1 day 12 hours}]}
  - {share: 30}
- {id: hour, until: good hour}
- {id: day, until: event.delivery_date, offset: -2 days}
"""


def address(name: str, journey: Journey) -> str:
    return reverse(name, args=[journey.store.slug, journey.pk])


def text_of(answer: Any) -> str:
    """What the page says, without its tags."""
    assert answer.status_code == 200
    main = answer.content.decode().partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_the_list_says_what_starts_each_and_finds_by_words(store: Store, owner: Client) -> None:
    save_journey(store, read_yaml(TWO_WAYS), actor="tests")
    on = add_journey(store, "welcome", on=True)
    add_enrolment(on, add_customer(store))

    def names(query: str) -> list[str]:
        page = owner.get(reverse("journeys", args=[store.slug]) + query).content.decode()
        return re.findall(r'class="main" href="[^"]+">([^<]+)', page)

    assert names("") == ["Two ways", "welcome"]
    assert names("?tab=on") == ["welcome"]
    assert (names("?q=WELC"), names("?q=nothing+like+it")) == (["welcome"], [])
    said = text_of(owner.get(reverse("journeys", args=[store.slug])))
    assert "When “Order Completed” happens: event.total > 20" in said
    assert "When somebody sends it to a segment On Entered 1 Inside 1 0 0 0" in said


def test_a_long_list_comes_in_pages(store: Store, owner: Client) -> None:
    for number in range(52):
        add_journey(store, f"journey-{number:02}")
    first = owner.get(reverse("journeys", args=[store.slug]))
    following = re.search(r'rel="next" href="([^"]+)"', first.content.decode())
    assert following is not None
    rest = owner.get(reverse("journeys", args=[store.slug]) + unescape(following[1])).content.decode()
    assert re.findall(r'class="main" href="[^"]+">([^<]+)', rest) == ["journey-50", "journey-51"]


def test_a_journey_is_told_in_words(store: Store, owner: Client) -> None:
    journey = save_journey(store, read_yaml(TWO_WAYS), actor="tests")
    said = text_of(owner.get(address("journey", journey)))
    for words in (
        "When “Order Completed” happens event.total > 20",
        "Wait for “ShipmentDelivered” or “Ticket Opened”, 10 days at the most",
        "It came Action Put a tag: arrived",
        "It did not come End Lost on its way",
        "70 % · Early 0 Wait Wait 1 day 12 hours",
        "30 % 0 goes on below",
        "Wait until the hour at which they read",
        "Wait until 2 days before “event.delivery_date”",
        "Ends with “Order Cancelled” about the same thing Goal: “Product Reviewed”",
        "The same customer again after 2 weeks",
        "order: the same customer may be inside for several of them",
    ):
        assert words in said, words


def test_counts_stand_at_the_steps_and_lead_to_the_people(store: Store, owner: Client) -> None:
    journey = add_journey(store, on=True)
    waiting = add_enrolment(journey, add_customer(store))
    Enrolment.objects.filter(pk=waiting.pk).update(step="pause")
    page = owner.get(address("journey", journey)).content.decode()
    assert f'href="{address("journey_people", journey)}?step=pause"><strong>1</strong> here now' in page


def test_people_are_read_in_pages_and_taken_out(store: Store, owner: Client) -> None:
    journey = add_journey(store, on=True)
    url = address("journey_people", journey)
    owner.get(url)
    first = add_enrolment(journey, add_customer(store, 1, ""))
    at_one = queries_of(owner, url)
    for number in (2, 3):
        add_enrolment(journey, add_customer(store, number))
    assert queries_of(owner, url) == at_one

    owner.post(address("journey_take_out", journey), {"selected": [first.pk, "x", "9" * 30]})
    states = Enrolment.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == ["removed", "active", "active"]
    assert text_of(owner.get(url + "?state=removed")).count("Taken out") > text_of(owner.get(url)).count(
        "x" * 9
    )
    assert "Nobody matches" in text_of(owner.get(url + "?state=failed"))


def test_what_is_wrong_keeps_a_journey_off(store: Store, owner: Client) -> None:
    broken = TWO_WAYS.replace("do: tag", "do: dance").replace("event.total > 20", "event.total >")
    journey = save_journey(store, read_yaml(broken), actor="tests")
    said = text_of(owner.get(address("journey_on", journey)))
    assert "2 things are to be mended first" in said
    assert "step tag There is no action dance" in said
    owner.post(address("journey_on", journey))
    journey.refresh_from_db()
    assert journey.state == JourneyState.DRAFT


def test_whom_it_would_have_reached_is_told_before_it_is_on(store: Store, owner: Client) -> None:
    for number in (1, 2):
        add_customer(store, number)
    journey = save_journey(store, read_yaml(TWO_WAYS.replace("> 20", ">= 20")), actor="tests")
    said = text_of(owner.get(address("journey_on", journey) + "?counted=1"))
    assert "Would have come in, in 90 days 2" in said
    assert "Switch on: 2 customers in 90 days" in said
    owner.post(address("journey_on", journey))
    for act, state in (("journey_pause", "paused"), ("journey_on", "on"), ("journey_off", "off")):
        owner.post(address(act, journey))
        journey.refresh_from_db()
        assert journey.state == state


def test_sending_asks_again_when_it_would_reach_many_more(store: Store, owner: Client) -> None:
    journey = add_journey(store, on=True)
    for number in (1, 2, 3):
        add_customer(store, number)
    url = address("journey_send", journey)
    assert "Send it to 3 customers" in text_of(owner.get(url + "?segment=orders+>%3D+1"))
    assert "“nothing”" in text_of(owner.get(url + "?segment=nothing+%3D+1"))
    assert "Send it to 3 customers" in text_of(owner.post(url, {"segment": "orders >= 1", "reached": "2"}))
    assert not Enrolment.objects.exists()
    owner.post(url, {"segment": "orders >= 1", "reached": "3"})
    assert Enrolment.objects.count() == 3


def test_the_page_shows_how_far_a_large_sending_is(
    store: Store, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handling, "AT_ONCE", 2)
    journey = save_journey(store, read_yaml(BY_HAND), actor="tests")
    switch_on(journey, actor="tests")
    for number in (1, 2, 3):
        add_customer(store, number)
    owner.post(address("journey_send", journey), {"segment": "orders >= 1", "reached": "3"})
    page = owner.get(address("journey", journey))
    assert "Who is meant is being asked." in text_of(page)
    assert 'hx-trigger="every 5s"' in page.content.decode()

    enter_next_chunk(2)
    enter_next_chunk(2)
    assert "2 of 3 looked at, 2 came in or were held out." in text_of(owner.get(address("journey", journey)))
    enter_next_chunk(2)
    page = owner.get(address("journey", journey))
    assert "3 of 3 looked at, 3 came in or were held out." in text_of(page)
    assert "hx-trigger" not in page.content.decode()


def test_people_go_over_to_the_current_version(store: Store, owner: Client) -> None:
    journey = add_journey(store, on=True)
    add_enrolment(journey, add_customer(store))
    Enrolment.objects.update(step="pause")
    save_journey(store, read_yaml(TWO_WAYS.replace("two-ways", journey.key)), actor="bo@acme.example")
    assert "1 customer goes on by an older version" in text_of(
        owner.get(address("journey_versions", journey))
    )
    owner.post(address("journey_move", journey))
    assert "1 stays: its step is not there any more." in text_of(
        owner.get(address("journey_versions", journey))
    )
    save_journey(store, read_yaml(TWO_WAYS.replace("id: came", "id: pause")), actor="tests")


def test_problems_of_a_text_stand_at_their_lines(store: Store, owner: Client) -> None:
    text = (
        "journey: x\nname: X\nstart: {event: A}\nsteps:\n- wait: soon\n- if: orders > 1\n  then:\n"
        "  - sent: hello\n"
    )
    said = text_of(owner.post(reverse("journey_import", args=[store.slug]), {"text": text}))
    assert "2 things keep it from being saved" in said
    assert "Line 5, steps.1.wait : Write a time" in said
    assert "Line 8, steps.2.then.1 : A step says one of" in said
    torn = text_of(owner.post(reverse("journey_import", args=[store.slug]), {"text": "a: 1\nb: [\nc: }"}))
    assert "line 3 : This is no YAML" in torn


def test_a_journey_goes_out_as_text_and_comes_in_again(store: Store, owner: Client) -> None:
    journey = save_journey(store, read_yaml(TWO_WAYS), actor="tests")
    text = owner.get(address("journey_file", journey)).getvalue().decode()
    changed = text.replace("share: 70", "share: 60").replace("share: 30", "share: 40")
    owner.post(reverse("journey_import", args=[store.slug]), {"text": changed})
    assert list(
        JourneyVersion.objects.filter(journey=journey).order_by("number").values_list("number", flat=True)
    ) == [1, 2]
    assert owner.get(address("journey_file", journey)).getvalue().decode() == changed


def test_a_new_journey_gets_a_key_of_its_own(store: Store, owner: Client) -> None:
    url = reverse("journey_new", args=[store.slug])
    for _time in range(2):
        owner.post(url, {"name": "Hello, Jörg!", "of": ""})
    owner.post(url, {"name": "Ours", "of": "order-anniversary"})
    assert list(Journey.objects.order_by("id").values_list("key", "is_playbook")) == [
        ("hello-jorg", False), ("hello-jorg-2", False), ("ours", False),
    ]  # fmt: skip


class Editing:
    """The editor without script: every press sends what the page holds."""

    def __init__(self, owner: Client, journey: Journey) -> None:
        self.owner, self.url = owner, address("journey_edit", journey)
        self.page = owner.get(self.url).content.decode()

    def held(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        assert found is not None
        return unescape(found[1])

    @property
    def steps(self) -> list[dict[str, Any]]:
        steps: list[dict[str, Any]] = msgspec.json.decode(self.held("definition"))["steps"]
        return steps

    def press(self, act: str, /, **typed: str) -> Any:
        sent = {name: self.held(name) for name in ("definition", "open", "version")}
        fields = {f"f.{name}": value for name, value in typed.items()}
        answer = self.owner.post(self.url, sent | {"do": act} | fields)
        self.page = answer.content.decode()
        return answer


def test_the_editor_builds_a_journey_and_saves_it_as_a_version(store: Store, owner: Client) -> None:
    journey = add_journey(store, "draft")
    editing = Editing(owner, journey)
    editing.press("add if steps 1")
    assert "This is missing." in editing.page
    editing.press("add do steps.2.then 0", **{"if": "orders >"})
    editing.press("look", do="tag")
    assert "2 things are to be mended" in editing.page
    editing.press("close", **{"with.tag": "loyal"})
    editing.press("open step s3")
    editing.press("close", **{"if": "orders > 5"})
    assert editing.steps[1] == {
        "id": "s3", "if": "orders > 5", "then": [{"id": "s4", "do": "tag", "with": {"tag": "loyal"}}], "else": [],
    }  # fmt: skip
    assert "Ready to be switched on" in editing.page
    answer = editing.press("save")
    assert answer.headers["Location"] == address("journey", journey)
    assert JourneyVersion.objects.get(journey=journey, number=2).made_by == "owner@acme.example"
    assert "Somebody has saved version 2 meanwhile" in stale_save(owner, journey)


def stale_save(owner: Client, journey: Journey) -> str:
    editing = Editing(owner, journey)
    editing.page = editing.page.replace('name="version" value="2"', 'name="version" value="1"')
    return str(editing.press("save").content.decode())


def test_the_editor_moves_steps_and_takes_them_away(store: Store, owner: Client) -> None:
    editing = Editing(owner, save_journey(store, read_yaml(TWO_WAYS), actor="tests"))

    def outline(steps: list[dict[str, Any]]) -> list[Any]:
        return [
            (step["id"], [outline(step.get(way, [])) for way in ("then", "else")])
            if "then" in step
            else step["id"]
            for step in steps
        ]

    editing.press("up hour")
    assert outline(editing.steps) == [("came", [["tag"], ["end"]]), "hour", "chance", "day"]
    editing.press("into hour 1")
    editing.press("up hour")
    assert outline(editing.steps) == [("came", [["tag"], ["hour", "end"]]), "chance", "day"]
    editing.press("up tag")
    assert outline(editing.steps)[:2] == ["tag", ("came", [[], ["hour", "end"]])]
    editing.press("remove came")
    assert outline(editing.steps) == ["tag", "chance", "day"]
    editing.press("copy chance")
    assert len(editing.steps) == 4
    assert editing.steps[2]["split"][0]["steps"][0] == {"id": "s2", "wait": "1 day 12 hours"}


def test_the_editor_changes_start_rules_and_exits(store: Store, owner: Client) -> None:
    journey = add_journey(store, "draft")
    editing = Editing(owner, journey)
    editing.press("open start")
    sent = {name: editing.held(name) for name in ("definition", "open", "version")}
    editing.page = owner.post(editing.url, sent | {"do": "look", "start": "score"}).content.decode()
    sent = {name: editing.held(name) for name in ("definition", "open", "version")}
    typed = {"start": "score", "f.score": "health", "f.into": "health:lost", "f.into.there": "1"}
    editing.page = owner.post(editing.url, sent | typed | {"do": "open rules"}).content.decode()
    editing.press("open exits", name="Lost ones", holdout="20", again="never")
    editing.press("exit")
    editing.press(
        "save", **{"exits.0.event": "Order Completed", "exits.0.goal": "1", "exits.0.goal.there": "1"}
    )
    journey.refresh_from_db()
    assert journey.current is not None
    held = {
        name: journey.current.definition.get(name) for name in ("name", "start", "exits", "holdout", "again")
    }
    assert held == {
        "name": "Lost ones", "start": {"score": "health", "into": ["health:lost"]},
        "exits": [{"event": "Order Completed", "goal": True}], "holdout": 20, "again": "never",
    }  # fmt: skip


@pytest.mark.parametrize(
    "sent",
    [
        {"definition": "{"},
        {"definition": "[]"},
        {"definition": '{"steps": 3}', "do": "open step nothing"},
        {"definition": '{"steps": [{"if": {"a": 1}, "then": 4}]}', "do": "up s9"},
        {"definition": "{}", "do": "add dance steps 0"},
        {"definition": "{}", "do": "add wait steps.1.then x"},
        {"definition": '{"steps": [{"split": 1}], "start": 4, "exits": 3, "name": 5}', "do": "open exits"},
        {"definition": '{"steps": ' + "[" * 300 + "]" * 300 + "}", "do": "save"},
        {},
    ],
)  # fmt: skip
def test_nothing_that_is_sent_to_the_editor_breaks_it(
    sent: dict[str, str], store: Store, owner: Client
) -> None:
    journey = add_journey(store, "draft")
    assert owner.post(address("journey_edit", journey), sent).status_code in {200, 302}
    assert JourneyVersion.objects.filter(journey=journey).count() == 1


def test_a_playbook_is_taken_once_as_a_draft(store: Store, owner: Client) -> None:
    listed = reverse("journeys", args=[store.slug]) + "?tab=playbooks&q=Anniversary"
    take = reverse("journey_playbook", args=[store.slug, "order-anniversary"])
    assert take in owner.get(listed).content.decode()
    for _time in range(2):
        owner.post(take)
    journey = Journey.objects.get(store=store)
    assert (journey.key, journey.state) == ("order-anniversary", "draft")
    page = owner.get(listed).content.decode()
    assert (take in page, address("journey", journey) in page) == (False, True)
    assert owner.post(reverse("journey_playbook", args=[store.slug, "none"])).status_code == 404


def test_a_dry_run_tells_the_steps_of_one_customer(store: Store, owner: Client) -> None:
    customer = add_customer(store)
    journey = save_journey(store, read_yaml(TWO_WAYS.replace("> 20", ">= 20")), actor="tests")
    url = address("journey_try", journey)
    assert f"?customer={customer.pk}" in owner.get(url + "?q=C-1").content.decode()
    said = text_of(owner.get(f"{url}?customer={customer.pk}&came=came"))
    assert "Would enter now." in said
    assert "Put a tag: arrived" in said
    assert "Lost on its way" in text_of(owner.get(f"{url}?customer={customer.pk}"))
    assert owner.get(f"{url}?customer=999999").status_code == 404


def test_what_is_on_is_not_saved_with_problems(store: Store, owner: Client) -> None:
    journey = add_journey(store, on=True)
    editing = Editing(owner, journey)
    editing.press("add if steps 0")
    editing.press("save", **{"if": "orders >"})
    assert JourneyVersion.objects.filter(journey=journey).count() == 1
    assert "1 thing is to be mended" in editing.page


def test_a_customer_s_page_says_why_they_are_in_it_or_not(store: Store, owner: Client) -> None:
    customer, journey = add_customer(store), add_journey(store, on=True)
    add_enrolment(journey, customer)
    put_in(journey, [customer.pk], actor="tests")
    asked = owner.get(address("journey", journey)).wsgi_request
    told = " ".join(re.sub(r"<[^>]+>", " ", render_journeys(asked, store, customer.pk)).split())
    assert told.startswith("Journeys welcome Did not enter: Is inside already.")
    assert "welcome Inside" in told


def test_a_draft_is_deleted_and_another_is_not(store: Store, owner: Client) -> None:
    draft, on = add_journey(store, "draft"), add_journey(store)
    switch_on(on, actor="tests")
    for journey in (draft, on):
        owner.post(address("journey_delete", journey))
    assert list(Journey.objects.values_list("key", flat=True)) == ["welcome"]


def test_the_editor_knows_a_start_by_an_alert_from_one_by_a_segment() -> None:
    start = {"alert": ["late_deliveries"], "segment": "Waiting"}
    assert start_kind(start) == "alert"
    assert [field.value for field in filled(start_fields(start), start)] == [["late_deliveries"], "Waiting"]
    assert start_kind({"segment": "orders >= 1"}) == "segment"
