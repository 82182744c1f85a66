"""Mentions: kept once whatever the order, read, gone through by people, given out and erased."""

from __future__ import annotations

import random

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from regard.capture.domain.impersonal import pseudonym_of
from regard.capture.domain.log import NewEvent
from regard.core.domain.members import add_member
from regard.core.models import AuditEntry, Store, User
from regard.core.registry import data_holders
from regard.listen.domain.quotes import understood_of
from regard.pipeline import STAGES
from regard.profile.domain.personal_data import erase_customer
from regard.profile.models import Identity
from regard.review.domain.mention_handling import finish_mention, hand_on, note_reply, reopen_mention
from regard.review.domain.mention_queries import MentionFilter, mentions_for_viewer
from regard.review.models import Mention, MentionStanding
from regard.task.models import Task
from tests.profile.histories import append, at, call, take

pytestmark = pytest.mark.django_db
ANA = "ana@acme.example"
ADDRESS = "https://social.example/ann/1"


def said(store: Store, hour: float, number: int = 1, who: str = "ann", **told: object) -> NewEvent:
    properties = {"mention_id": f"m{number}", "text": "The zip broke again!", **told}
    return call(store, hour=hour, user=who, name="Social Mention", properties=properties)


def tell(store: Store, *rows: NewEvent) -> None:
    take(store, append(rows), stages=STAGES)


def found(store: Store, **asked: object) -> list[str]:
    return [
        known.mention.external_id
        for known in mentions_for_viewer(store=store, only=MentionFilter(**asked)).rows
    ]


def one(store: Store) -> Mention:
    return Mention.objects.select_related("store", "identity__customer").get(store=store)


@pytest.fixture
def owner(store: Store) -> Client:
    user = User.objects.create_user(ANA)
    add_member(store=store, user=user, role="owner", actor="tests")
    client = Client()
    client.force_login(user)
    return client


def test_of_a_mention_the_latest_telling_counts_whatever_order_they_come_in(store, other_store):
    tellings = [said(store, day, interactions=day, text=f"As of day {day}.") for day in (1, 2, 3)]
    random.Random(4).shuffle(tellings)
    for telling in tellings:
        tell(store, telling)
    tell(other_store, said(other_store, 1))
    mention = one(store)
    assert (mention.text, mention.interactions, mention.mentioned_at) == ("As of day 3.", 3, at(3))


def test_its_words_are_understood_like_any_others(store):
    tell(store, said(store, 1, text="I love this shop, wonderful service, thank you!"))
    mention = one(store)
    understood = understood_of(store, "mentions", [mention.pk])[mention.pk]
    assert understood.feeling == "positive"


@pytest.mark.parametrize(
    ("told", "feeling"),
    [
        ({"sentiment": "Negative"}, "negative"), ({"sentiment": -0.4}, "negative"), ({"sentiment": 0}, "neutral"),
        ({"sentiment": 0.9}, "positive"), ({"negative": True}, "negative"), ({"sentiment": "so-so"}, ""),
        ({"sentiment": True}, ""), ({}, ""),
    ],
)  # fmt: skip
def test_how_it_sounds_is_taken_as_it_is_told(store, told, feeling):
    tell(store, said(store, 1, **told))
    assert one(store).told_feeling == feeling


def test_only_an_address_of_the_web_becomes_a_link(store):
    tell(store, said(store, 1, 1, url="javascript:alert(1)"), said(store, 1, 2, url=ADDRESS))
    assert dict(Mention.objects.values_list("external_id", "url")) == {"m1": "", "m2": ADDRESS}


def test_the_list_begins_with_what_is_open_and_negative(store, other_store):
    tell(
        store,
        said(store, 1, 1, sentiment="negative"),
        said(store, 2, 2, sentiment="positive"),
        said(store, 3, 3, text="Awful. It broke at once and nobody helps, I am angry."),
        said(store, 4, 4, sentiment="positive", text="They say it is awful. It is not."),
        said(store, 5, 5, sentiment="negative"),
    )
    tell(other_store, said(other_store, 1, 9))
    finish_mention(Mention.objects.get(store=store, external_id="m5"), actor=ANA)
    assert found(store, state="open") == ["m3", "m1", "m4", "m2"]
    assert found(store, state="done") == ["m5"]
    assert found(store) == ["m5", "m4", "m3", "m2", "m1"]
    assert found(store, is_negative=True) == ["m5", "m3", "m1"]
    assert found(store, search="not") == ["m4"]


def test_the_list_goes_on_where_it_ended_and_asks_as_much_for_many(store):
    tell(store, *(said(store, 1 + number / 100, number, sentiment=number % 3 - 1) for number in range(30)))
    seen, cursor = [], ""
    while True:
        with CaptureQueriesContext(connection) as queries:
            page = mentions_for_viewer(store=store, only=MentionFilter(state="open"), cursor=cursor, limit=7)
        assert len(queries) <= 5
        seen += [known.mention.external_id for known in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break
    assert seen == found(store, state="open")
    assert len(set(seen)) == 30
    assert {int(name[1:]) % 3 for name in seen[:10]} == {0}


def test_what_was_done_is_audited_and_can_be_taken_back(store):
    tell(store, said(store, 1))
    mention = one(store)
    assert [finish_mention(mention, actor=ANA), finish_mention(mention, actor=ANA)] == [True, False]
    assert found(store, state="open") == []
    assert [reopen_mention(mention, actor=ANA), reopen_mention(mention, actor=ANA)] == [True, False]
    assert found(store, state="open") == ["m1"]
    actions = AuditEntry.objects.filter(action__startswith="mention.").order_by("id")
    assert list(actions.values_list("action", flat=True)) == ["mention.done", "mention.reopened"]


def test_where_the_store_answered_is_kept_and_the_mention_done(store):
    tell(store, said(store, 1))
    mention = one(store)
    for wrong in ("", "over there", "javascript:alert(1)"):
        with pytest.raises(ValidationError) as caught:
            note_reply(mention, url=wrong, actor=ANA)
        assert "url" in caught.value.message_dict
    note_reply(mention, url=f" {ADDRESS}#reply ", actor=ANA)
    standing = MentionStanding.objects.get()
    assert (standing.reply_url, standing.done_by) == (f"{ADDRESS}#reply", ANA)


def test_one_task_is_made_of_it_about_its_author(store):
    tell(store, said(store, 1, url=ADDRESS))
    mention = one(store)
    task = hand_on(mention, title="Call Ann", actor=ANA)
    assert (task.title, task.customer) == ("Call Ann", mention.identity.customer)
    assert task.text == f"The zip broke again!\n\n{ADDRESS}"
    with pytest.raises(ValidationError):
        hand_on(mention, title="Call Ann", actor=ANA)
    assert Task.objects.count() == 1


def test_what_was_done_holds_when_it_is_told_again(store):
    tell(store, said(store, 1))
    finish_mention(one(store), actor=ANA)
    tell(store, said(store, 2, interactions=900))
    assert found(store, state="done") == ["m1"]


def test_an_export_has_it_and_an_erasure_leaves_no_word_and_no_address(store):
    tell(
        store,
        said(store, 1, url=ADDRESS, author="@ann"),
        said(store, 2, 2, mention_id=ADDRESS),
        said(store, 3, 3, who="bob"),
    )
    customer = Identity.objects.get(store=store, value="ann").customer
    note_reply(Mention.objects.get(external_id="m1"), url=f"{ADDRESS}#reply", actor=ANA)
    given = data_holders.get("mentions").export(store, customer.pk)
    assert [(row["external_id"], row["author"], row["reply_url"]) for row in given] == [
        ("m1", "@ann", f"{ADDRESS}#reply"), (ADDRESS, "", ""),
    ]  # fmt: skip
    erase_customer(store=store, customer_id=customer.pk, actor=ANA)
    rows = list(Mention.objects.order_by("mentioned_at").values_list("external_id", "author", "text", "url"))
    assert rows[:2] == [("m1", "", "", ""), (pseudonym_of(ADDRESS), "", "", "")]
    assert rows[2][2] == "The zip broke again!"
    assert MentionStanding.objects.get().reply_url == ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(payload::text, ' ') FROM capture_event WHERE user_id IS DISTINCT FROM 'bob'"
        )
        kept = cursor.fetchone()[0] or ""
    assert ADDRESS not in kept
    assert "zip" not in kept


def test_the_pages_show_it_escaped_and_its_buttons_work(store, owner):
    tell(store, said(store, 1, text="<script>alert(1)</script> broke", url=ADDRESS, author="<b>ann</b>"))
    mention, base = one(store), f"/s/{store.slug}/mentions"
    for address in (f"{base}/", f"{base}/{mention.pk}/"):
        page = owner.get(address).content.decode()
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert f'href="{ADDRESS}"' in page
        assert 'rel="noopener noreferrer"' in page
    owner.post(f"{base}/finish/", {"selected": mention.pk})
    assert "Nothing is open" in owner.get(f"{base}/").content.decode()
    owner.post(f"{base}/reopen/?selected={mention.pk}")
    assert "broke" in owner.get(f"{base}/").content.decode()
    answer = owner.post(f"{base}/{mention.pk}/task/", {"title": ""}, follow=True)
    assert (answer.status_code, Task.objects.count()) == (200, 0)
    owner.post(f"{base}/{mention.pk}/task/", {"title": "Call"})
    assert "The task made of it" in owner.get(f"{base}/{mention.pk}/").content.decode()


def test_an_empty_store_is_told_where_mentions_come_from(store, owner):
    page = owner.get(f"/s/{store.slug}/mentions/").content.decode()
    assert "No mentions yet" in page
    tell(store, said(store, 1))
    assert "No mention matches" in owner.get(f"/s/{store.slug}/mentions/?q=nowhere").content.decode()
