"""What appears in a shop: what may be set up, what its pages are told, who may frame a survey, what is counted."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from regard.capture.domain.batch import Batch
from regard.core.domain.members import add_member
from regard.core.edges.ratelimit import RateLimits
from regard.core.models import AuditEntry, Store, User
from regard.message.domain.brand import set_brand
from regard.profile.domain.event_words import describe_event
from regard.serve import reactions
from regard.serve.domain.beginnings import BEGINNINGS, take_beginning
from regard.serve.domain.prompts import (
    MOST_PROMPTS,
    change_prompt,
    copy_prompt,
    create_prompt,
    delete_prompt,
    switch_prompt,
    terms_of,
)
from regard.serve.domain.queries import Share, answers_of, figures_of, prompts_for_viewer
from regard.serve.domain.script import LARGEST, PLACE, script_of
from regard.serve.domain.terms import PromptTerms, is_link
from regard.serve.domain.window import NoWindow, origin_of, set_window, window_of, window_with_token
from regard.serve.models import Prompt, PromptDay, ShopWindow
from regard.serve.pages import public
from regard.survey.domain.surveys import open_link, pause_survey
from regard.survey.models import Channel
from tests.profile.histories import append, call
from tests.serve.shops import ANA, TEXTS, add_prompt, address, open_survey
from tests.survey.sittings import add_sitting, add_survey

pytestmark = pytest.mark.django_db
ATTACK = "</script><script>alert(1)</script>\u2028<!--"
SHOP = "https://shop.example"


@pytest.fixture
def owner(store: Store) -> Client:
    person = User.objects.create_user(ANA, "correct horse battery")
    add_member(store=store, user=person, role="owner", actor="tests")
    client = Client()
    client.force_login(person)
    return client


def load(store: Store, **headers: str) -> Any:
    return Client().get(address(store), headers=headers)


def embedded(store: Store) -> dict[str, Any]:
    """What the script is told, as a browser would read it."""
    found = re.search(r"^const config = (.*);$", load(store).content.decode(), re.MULTILINE)
    assert found is not None
    told: dict[str, Any] = json.loads(found[1])
    return told


def wrong(store: Store, **told: Any) -> dict[str, list[str]]:
    known: dict[str, Any] = {"name": "P", "kind": "message", "texts": TEXTS, "link": "/delivery"}
    with pytest.raises(ValidationError) as refused:
        create_prompt(store, PromptTerms(**(known | told)), actor=ANA)
    said: dict[str, list[str]] = refused.value.message_dict
    return said


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"kind": "popup"}, "kind"),
        ({"device": "watch"}, "device"),
        ({"kind": "survey"}, "survey_id"),
        ({"texts": {}}, "title_en"),
        ({"texts": {"en": {"text": "Words"}}, "link": ""}, "title_en"),
        ({"texts": {"en": {"title": "x" * 81}}, "link": ""}, "title_en"),
        ({"texts": {"xx": {"title": "x"}}}, "texts"),
        ({"link": ""}, "link"),
        ({"texts": {"en": {"title": "x"}}}, "link"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "//evil.example"}, "link"),
        ({"link": "http://shop.example/"}, "link"),
        ({"trigger": "event"}, "event"),
        ({"trigger": "scrolled", "amount": 0}, "amount"),
        ({"trigger": "seconds", "amount": 3_601}, "amount"),
        ({"share": 0}, "share"),
        ({"share": 101}, "share"),
        ({"again_days": -1}, "again_days"),
        ({"included": ["products"]}, "included"),
        ({"excluded": ["/a?b"]}, "excluded"),
        ({"included": [f"/{n}" for n in range(21)]}, "included"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(store: Store, told: dict[str, Any], field: str) -> None:
    said = wrong(store, **told)
    assert list(said) == [field]
    assert Prompt.objects.count() == 0


def test_links_lead_by_https_or_stay_in_the_shop() -> None:
    good = ["https://shop.example", "https://shop.example/a?b=1#c", "/", "/delivery"]
    bad = [
        "", "//evil.example", "/\\evil.example", "https:///x", "https://me@evil.example", "data:text/html,x", "ftp://x",
    ]  # fmt: skip
    assert [link for link in good + bad if is_link(link)] == good


def test_a_survey_of_another_store_cannot_be_shown(store: Store, other_store: Store) -> None:
    theirs = open_survey(other_store)
    assert list(wrong(store, kind="survey", survey_id=theirs.pk)) == ["survey_id"]


def test_what_is_of_the_other_kind_is_left_empty(store: Store) -> None:
    survey = open_survey(store)
    prompt = add_prompt(store, kind="survey", survey_id=survey.pk, is_on=False)
    assert (prompt.survey_id, prompt.texts, prompt.link) == (survey.pk, {}, "")
    message = add_prompt(store, survey_id=survey.pk, trigger="leaving", amount=7, event="x", is_on=False)
    assert (message.survey_id, message.amount, message.event) == (None, 0, "")


def test_switching_on_asks_for_what_a_survey_needs(store: Store) -> None:
    survey = add_survey(store, "exit", live=False)
    prompt = add_prompt(store, kind="survey", survey_id=survey.pk, is_on=False)

    def refused() -> str:
        with pytest.raises(ValidationError) as error:
            switch_prompt(prompt, is_on=True, actor=ANA)
        assert not Prompt.objects.get().is_on or pytest.fail("it is on")
        return error.value.messages[0]

    assert "is not live" in refused()
    from regard.survey.domain.surveys import publish_survey

    publish_survey(survey, actor=ANA)
    assert "The link" in refused()
    open_link(survey, is_open=True, actor=ANA)
    assert "sites of your shop" in refused()
    set_window(store, sites=[SHOP], pause_minutes=5, actor=ANA)
    assert switch_prompt(prompt, is_on=True, actor=ANA)
    assert not switch_prompt(prompt, is_on=True, actor=ANA)


def test_each_change_is_in_the_audit_log(store: Store) -> None:
    prompt = add_prompt(store)
    change_prompt(prompt, replace(terms_of(prompt), share=50), actor=ANA)
    change_prompt(prompt, terms_of(prompt), actor=ANA)  # nothing is otherwise
    copied = copy_prompt(prompt, actor=ANA)
    switch_prompt(prompt, is_on=False, actor=ANA)
    delete_prompt(prompt, actor=ANA)
    set_window(store, sites=[SHOP, SHOP + "/x", ""], pause_minutes=5, actor=ANA)
    actions = AuditEntry.objects.filter(action__startswith="prompt").order_by("id")
    assert list(actions.values_list("action", flat=True)) == [
        "prompt.created", "prompt.switched_on", "prompt.changed", "prompt.created", "prompt.switched_off",
        "prompt.deleted", "prompt.shop_changed",
    ]  # fmt: skip
    assert (copied.name, copied.is_on, copied.share) == ("Copy of Parcels in spring", False, 50)
    assert ShopWindow.objects.get().sites == [SHOP]


def test_sites_are_origins() -> None:
    good = {
        "shop.example": "https://shop.example", "https://Shop.example/a?b": "https://shop.example",
        "https://shop.example:8443": "https://shop.example:8443", "http://127.0.0.1:80": "http://127.0.0.1:80",
        "http://localhost:8000": "http://localhost:8000",
    }  # fmt: skip
    assert {site: origin_of(site) for site in good} == good
    for bad in (
        "http://shop.example",
        "https://a b",
        "https://*",
        "ftp://x",
        "https://",
        "a;b",
        "https://x:y",
        "'none'",
    ):
        with pytest.raises(ValidationError):
            origin_of(bad)


def test_the_site_of_the_brand_is_taken_over(store: Store) -> None:
    set_brand(store, logo_url="", website="https://www.acme.example/en", postal_address="", actor=ANA)
    add_prompt(store, is_on=False)
    window = window_of(store)
    assert window is not None
    assert window.sites == ["https://www.acme.example"]


def test_the_script_has_what_is_on_and_nothing_that_only_the_store_knows(
    store: Store, other_store: Store
) -> None:
    add_prompt(store, name="Secret plan", included=["/p/*"], share=50)
    add_prompt(store, is_on=False, texts={"en": {"title": "Off"}}, link="")
    add_prompt(other_store, texts={"en": {"title": "Theirs"}}, link="")
    told = embedded(store)
    [prompt] = told["prompts"]
    assert {name: prompt[name] for name in ("on", "n", "in", "share", "link", "texts")} == {
        "on": "seconds", "n": 10, "in": ["/p/*"], "share": 50, "link": "/delivery", "texts": TEXTS,
    }  # fmt: skip
    assert (told["pause"], told["close"]) == (600_000, {"de": "Schließen", "en": "Close"})
    assert "Secret plan" not in load(store).content.decode()
    with pytest.raises(NoWindow):
        window_with_token("rp_\0none")
    assert Client().get("/w/rp_none/prompts.js").status_code == 404


def test_a_survey_that_nobody_can_answer_is_not_shown(store: Store) -> None:
    survey = open_survey(store)
    set_window(store, sites=[SHOP], pause_minutes=5, actor=ANA)
    add_prompt(store, kind="survey", survey_id=survey.pk)
    [prompt] = embedded(store)["prompts"]
    assert (prompt["survey"], prompt["texts"]["de"]) == (survey.link, {"title": "Wie war es?"})
    pause_survey(survey, actor=ANA)
    assert embedded(store)["prompts"] == []


def test_words_of_people_break_out_of_nothing(store: Store) -> None:
    texts = {"en": {"title": ATTACK, "text": ATTACK, "button": "`${alert(1)}`"}}
    add_prompt(store, texts=texts, included=[f"/{PLACE}*"])
    script = load(store).content.decode()
    assert [sign for sign in ("</script", "<!--", "\u2028") if sign in script] == []
    assert embedded(store)["prompts"][0]["texts"]["en"]["title"] == ATTACK


def test_the_script_is_small_and_what_makes_it_larger_is_refused(store: Store) -> None:
    survey = open_survey(store)
    set_window(store, sites=[SHOP], pause_minutes=5, actor=ANA)
    for key in BEGINNINGS:
        prompt = take_beginning(store, key, actor=ANA)
        if prompt.survey is not None:
            change_prompt(prompt, replace(terms_of(prompt), survey_id=survey.pk), actor=ANA)
        switch_prompt(prompt, is_on=True, actor=ANA)
    packed = load(store, **{"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(gzip.compress(load(store).content)) < LARGEST
    assert len(packed.content) < LARGEST + 200  # which stands against guessing by sizes
    noise = "".join(chr(0x4E00 + n * 37 % 20_000) for n in range(300))

    def fill() -> None:
        for number in range(12):
            text = noise[number:] + noise[:number][::-1]
            told = {"title": text[:80], "text": text[::-1][:300]}
            add_prompt(store, texts=dict.fromkeys(TEXTS, told), link="")

    with pytest.raises(ValidationError, match="5 kB"):
        fill()


def test_caches_and_other_sites_may_have_it(store: Store) -> None:
    prompt = add_prompt(store)
    path = address(store)
    with CaptureQueriesContext(connection) as asked:
        first = Client().get(path)
    assert len(asked) == 3
    assert first.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert first.headers["Cache-Control"] == "public, max-age=60"
    assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert first.headers["Vary"] == "Accept-Encoding"
    assert not first.cookies
    tag = first.headers["ETag"]
    again = load(store, **{"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    switch_prompt(prompt, is_on=False, actor=ANA)
    assert load(store, **{"If-None-Match": tag}).status_code == 200
    assert Client().post(address(store)).status_code == 405


def test_who_loads_too_often_waits_and_others_do_not(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    add_prompt(store)
    held = RateLimits(rate=0.1, burst=2), RateLimits(rate=0.1, burst=4)
    monkeypatch.setattr(public.LIMITS, "held", held)
    first, second, third = ({"REMOTE_ADDR": f"93.184.216.{number}"} for number in (1, 2, 3))
    assert [Client(**first).get(address(store)).status_code for _ in range(3)] == [200, 200, 429]
    refused = Client(**first).get(address(store))
    assert (refused.headers["Retry-After"], refused.headers["Cache-Control"]) == ("10", "no-store")
    assert [Client(**second).get(address(store)).status_code for _ in range(2)] == [200, 200]
    assert Client(**third).get(address(store)).status_code == 429


def test_only_the_shop_may_frame_a_survey_and_only_while_a_prompt_shows_it(store: Store) -> None:
    survey = open_survey(store)
    set_window(store, sites=[SHOP, "https://other.example"], pause_minutes=5, actor=ANA)
    prompt = add_prompt(store, kind="survey", survey_id=survey.pk)
    assert framed(f"/q/o/{survey.link}/?c=web") == (f"https://other.example {SHOP}", None, [])
    assert framed(f"/q/o/{survey.link}/")[:2] == ("'none'", "DENY")
    assert framed(f"/q/o/{survey.link}/?c=web&preview=forged")[0] == f"https://other.example {SHOP}"
    switch_prompt(prompt, is_on=False, actor=ANA)
    ancestors, header, cookies = framed(f"/q/o/{survey.link}/?c=web")
    assert (ancestors, header, len(cookies)) == ("'none'", "DENY", 1)
    assert framed("/q/o/none/?c=web")[:2] == ("'none'", "DENY")


def framed(path: str) -> tuple[str, str | None, list[str]]:
    """By which pages an address may be framed, and the cookies that it sets."""
    answer = Client().get(path)
    policy = dict(part.partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split("; "))
    return policy["frame-ancestors"], answer.headers.get("X-Frame-Options"), list(answer.cookies)


def told(store: Store, prompt: Prompt, what: str, *, hour: float = 0, **more: Any) -> Any:
    properties = {"prompt_id": prompt.pk, "prompt": "Free from 50 €", "prompt_kind": "message", **more}
    return call(store, name=f"Prompt {what}", hour=hour, browser="b-1", properties=properties)


def test_what_came_of_it_is_counted_by_the_day_of_the_store(store: Store, other_store: Store) -> None:
    Store.objects.filter(pk=store.pk).update(time_zone="Europe/Berlin")
    store.refresh_from_db()
    prompt, theirs = add_prompt(store), add_prompt(other_store)
    rows = [
        told(store, prompt, "Shown"), told(store, prompt, "Shown", hour=22.5),
        told(store, prompt, "Shown", hour=23.5),
        told(store, prompt, "Clicked"), told(store, prompt, "Closed", hour=23.5),
        told(store, theirs, "Shown"),
        *(told(store, prompt, "Shown", prompt_id=bad) for bad in ("1", None, True, -1, 2**70, 1.5, [prompt.pk])),
        call(store, name="Prompt Shown", browser="b-1"),
        call(store, name="Product Viewed", browser="b-1", properties={"prompt_id": prompt.pk}),
    ]  # fmt: skip
    batch = Batch(store, append(rows))
    reactions.count_prompts(batch)
    again = Batch(store, batch.events, is_replay=True)
    reactions.count_prompts(again)  # read again: it was counted
    counted = PromptDay.objects.order_by("day").values_list("prompt", "day", "shown", "clicked", "closed")
    assert list(counted) == [(prompt.pk, date(2026, 11, 1), 2, 1, 0), (prompt.pk, date(2026, 11, 2), 1, 0, 1)]
    reactions.count_prompts(Batch(store, append([told(store, prompt, "Shown")])))
    [figures] = figures_of(store, [prompt]).values()
    assert (figures.shown, figures.clicked, figures.closed) == (4, 1, 1)
    assert figures.click_share.percent == 25
    assert [round(end, 1) for end in figures.click_share.interval or ()] == [4.6, 69.9]
    assert (Share(3, 0).percent, Share(3, 2).percent) == (None, 100)


def test_a_deleted_prompt_is_counted_no_more_and_parks_nothing(store: Store) -> None:
    prompt = add_prompt(store)
    rows = append([told(store, prompt, "Shown")])
    delete_prompt(prompt, actor=ANA)
    reactions.count_prompts(Batch(store, rows))
    assert PromptDay.objects.count() == 0


def test_the_timeline_says_what_a_visitor_saw(store: Store) -> None:
    prompt = add_prompt(store)
    said = [
        describe_event(event)
        for event in append([told(store, prompt, what) for what in ("Shown", "Clicked", "Closed")])
    ]  # fmt: skip
    assert said == [
        "Was shown “Free from 50 €” in the shop", "Followed “Free from 50 €” in the shop",
        "Closed “Free from 50 €” in the shop",
    ]  # fmt: skip


def test_answers_in_the_shop_since_it_was_made_are_counted(store: Store) -> None:
    survey = open_survey(store)
    prompt = add_prompt(store, kind="survey", survey_id=survey.pk, is_on=False)
    Prompt.objects.filter(pk=prompt.pk).update(made_at="2026-01-01T00:00Z")
    prompt.refresh_from_db()
    add_sitting(survey, {"score": 9}, channel=Channel.WEB)
    add_sitting(survey, {"score": 9}, channel=Channel.EMAIL)
    add_sitting(survey, {"score": 9}, channel=Channel.WEB, is_suspect=True)
    answers = answers_of(prompt)
    assert answers is not None
    assert (answers.begun, answers.complete) == (1, 1)
    assert answers_of(add_prompt(store)) is None


def test_a_list_costs_the_same_however_many(store: Store) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            figures_of(store, prompts_for_viewer(store))
        return len(queries)

    add_prompt(store)
    at_one = asked()
    add_prompt(store), add_prompt(store)
    assert asked() == at_one == 2


def test_a_store_has_so_many_at_the_most(store: Store) -> None:
    prompt = add_prompt(store)
    rows = [
        Prompt(store=store, name=str(n), kind="message", texts=prompt.texts) for n in range(MOST_PROMPTS - 1)
    ]
    Prompt.objects.bulk_create(rows)
    with pytest.raises(ValidationError, match="at most 200"):
        copy_prompt(prompt, actor=ANA)


def test_what_ships_can_be_taken(store: Store) -> None:
    made = {key: take_beginning(store, key, actor=ANA) for key in BEGINNINGS}
    assert {key: (one.kind, one.is_on) for key, one in made.items()} == {
        "exit-intent": ("survey", False), "thank-you": ("survey", False), "free-shipping": ("message", False),
    }  # fmt: skip
    again = take_beginning(store, "exit-intent", actor=ANA)
    assert again.survey_id == made["exit-intent"].survey_id


def test_scripts_of_a_window_without_prompts_are_whole(store: Store) -> None:
    set_window(store, sites=[], pause_minutes=0, actor=ANA)
    window = window_of(store)
    assert window is not None
    assert PLACE not in script_of(window)
    assert embedded(store)["prompts"] == []


def test_the_preview_shows_the_form_and_keeps_nothing(store: Store, owner: Client) -> None:
    prompt = add_prompt(store, is_on=False)
    base = f"/s/{store.slug}/prompts/{prompt.pk}"
    shown = owner.get(
        f"{base}/preview/?kind=message&languages=en&title_en={ATTACK}&place=bar&link=javascript:1"
    )
    assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "sandbox allow-scripts" in shown.headers["Content-Security-Policy"]
    page = shown.content.decode()
    assert page.count("</script") == 1
    assert ('"place": "bar"' in page, "javascript:1" in page, '"preview": true' in page) == (
        True,
        False,
        True,
    )
    assert Prompt.objects.get().texts == TEXTS
    fields = owner.get(f"{base}/words/?languages=en&languages=fr&title_en=Kept").content.decode()
    assert ('name="title_fr"' in fields, 'value="Kept"' in fields, 'name="title_de"' in fields) == (
        True,
        True,
        False,
    )
    drawn = owner.post(
        f"{base}/edit/", {"draw": "1", "languages": ["en", "he"], "name": "N"}
    ).content.decode()
    assert 'name="title_he"' in drawn


def test_changing_by_the_form(store: Store, owner: Client) -> None:
    prompt = add_prompt(store, is_on=False)
    sent = {
        "name": "Spring", "kind": "message", "languages": ["en", "he"], "title_en": "Now", "title_he": "עכשיו",
        "link": "", "included": "/a\r\n/b*\r\n", "excluded": "", "device": "phone", "trigger": "event",
        "amount": "3", "event": "Product Viewed", "share": "40", "visits": "first", "again_days": "7",
        "place": "bar",
    }  # fmt: skip
    base = f"/s/{store.slug}/prompts/{prompt.pk}"
    assert owner.post(f"{base}/edit/", sent).status_code == 302
    prompt.refresh_from_db()
    assert (prompt.name, prompt.included, prompt.device, prompt.event, prompt.amount, prompt.share) == (
        "Spring", ["/a", "/b*"], "phone", "Product Viewed", 3, 40,
    )  # fmt: skip
    assert prompt.texts["he"] == {"title": "עכשיו", "text": "", "button": ""}
    refused = owner.post(f"{base}/edit/", {**sent, "included": "a b"})
    assert refused.status_code == 422
    assert "is no path" in refused.content.decode()
    switched = owner.post(f"{base}/switch/?on=1", follow=True).content.decode()
    assert ("appears in the shop within a minute" in switched, f"{base}/switch/?on=0" in switched) == (
        True,
        True,
    )
    owner.post(f"{base}/switch/?on=1")  # pressed twice
    assert Prompt.objects.get(pk=prompt.pk).is_on
    owner.post(f"{base}/switch/?on=0")
    prompt.refresh_from_db()
    assert not prompt.is_on
