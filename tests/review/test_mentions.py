"""Mentions: kept once whatever the order, read, gone through by people, given out and erased."""

from __future__ import annotations

import random
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from regard.capture.domain.impersonal import pseudonym_of
from regard.capture.domain.log import NewEvent
from regard.capture.domain.logged import events_by_id
from regard.capture.models import Event
from regard.core import clock
from regard.core.domain.members import add_member
from regard.core.models import AuditEntry, Store, User
from regard.core.registry import data_holders
from regard.listen.domain.quotes import understood_of
from regard.pipeline import STAGES
from regard.profile.domain.personal_data import erase_customer
from regard.profile.models import Identity
from regard.review.domain import mentions
from regard.review.domain.mention_handling import (
    finish_mention,
    finish_mentions,
    hand_on,
    note_reply,
    reopen_mention,
)
from regard.review.domain.mention_queries import (
    MentionFilter,
    Progress,
    mention_progress,
    mentions_for_viewer,
)
from regard.review.models import Mention, MentionStanding
from regard.task.models import Task
from tests.profile.histories import append, at, call, take
from tests.query_plans import plan_of

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


def test_of_many_tellings_the_latest_are_remembered_once_each(store):
    with patch.object(mentions, "MOST_TELLINGS", 3):
        for _again in range(2):
            tellings = [said(store, day) for day in range(4)]
            tell(store, *tellings)
        told = append([said(store, 9)])
        for _again in range(2):
            take(store, told, stages=STAGES)
    held = one(store).told_by
    assert (len(held), held[0], held) == (3, told[0].id, sorted(held, reverse=True))


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


def test_a_task_of_a_long_mention_still_leads_to_it(store):
    tell(store, said(store, 1, url=ADDRESS, text="word " * 4_000))
    text = hand_on(one(store), title="Read", actor=ANA).text
    assert text.startswith("word word")
    assert (text[-len(ADDRESS) - 2 :], len(text)) == (f"\n\n{ADDRESS}", 10_000)


def test_an_answer_that_is_noted_twice_is_audited_once(store):
    tell(store, said(store, 1))
    for address in (ADDRESS, ADDRESS, f"{ADDRESS}0"):
        note_reply(one(store), url=address, actor=ANA)
    assert AuditEntry.objects.filter(action="mention.answered").count() == 2
    reopen_mention(one(store), actor=ANA)
    note_reply(one(store), url=f"{ADDRESS}0", actor=ANA)
    assert found(store, state="open") == []


def test_what_a_task_was_made_of_waits_as_a_task_alone(store):
    tell(store, said(store, 1))
    hand_on(one(store), title="Call Ann", actor=ANA)
    assert found(store, state="open") == []
    assert MentionStanding.objects.get().done_by == ANA


def test_of_a_file_only_what_is_recent_is_to_be_gone_through(store):
    tell(store, of_file(store, -24 * 60, 1), of_file(store, 24 * 20, 2), said(store, -24 * 60, 3))
    assert found(store, state="open") == ["m2", "m3"]
    assert found(store) == ["m2", "m3", "m1"]
    tell(store, said(store, -24 * 50, 1))
    assert found(store, state="open") == ["m2", "m1", "m3"]


def test_whether_it_is_open_is_the_same_whatever_order_it_is_told_in(store, other_store):
    for where in (store, other_store):
        tellings = [of_file(where, -24 * 60, 1), said(where, -24 * 59, 1)]
        for telling in tellings if where == store else tellings[::-1]:
            tell(where, telling)
        assert found(where, state="open") == ["m1"]


def of_file(store: Store, hour: float, number: int) -> NewEvent:
    return said(store, hour, number)._replace(history=True)


def test_what_was_done_is_not_open_when_the_log_is_read_again(store):
    tell(store, said(store, 1), said(store, 2, 2))
    finish_mention(Mention.objects.get(external_id="m1"), actor=ANA)
    Mention.objects.all().delete()
    ids = list(Event.objects.filter(store_id=store.pk).order_by("id").values_list("id", flat=True))
    take(store, events_by_id(store.pk, ids), stages=STAGES)
    assert found(store, state="open") == ["m2"]


def test_where_there_is_nothing_to_see_nobody_is_asked_to_look(store):
    tell(store, said(store, 1, text="", url=""), said(store, 2, 2, text="", url=ADDRESS))
    assert found(store, state="open") == ["m2"]
    erase_customer(store=store, customer_id=one_named("m2").identity.customer_id, actor=ANA)
    assert found(store, state="open") == []


def one_named(name: str) -> Mention:
    return Mention.objects.select_related("store", "identity__customer").get(external_id=name)


def test_how_far_the_store_is_counts_its_own_day(store, other_store):
    tell(
        store, *(said(store, 1 + n / 10, n, sentiment="negative" if n < 2 else "positive") for n in range(5))
    )
    tell(other_store, said(other_store, 1, 9))
    with clock.set_to(at(0)):
        finish_mention(one_named("m4"), actor=ANA)
    with clock.set_to(at(30)):
        finish_mention(one_named("m3"), actor=ANA)
        assert mention_progress(store) == Progress(open=3, negative=2, done=1, is_more=False)


def test_the_open_list_reads_open_ones_alone(store):
    add_many(store)
    finish_mention(Mention.objects.get(external_id="n-1"), actor=ANA)
    only = MentionFilter(state="open")
    first = mentions_for_viewer(store=store, only=only, limit=20)
    for asked in (
        lambda: mentions_for_viewer(store=store, only=only, cursor=first.next_cursor),
        lambda: mention_progress(store),
    ):
        with CaptureQueriesContext(connection) as queries:
            asked()
        plan = plan_of(queries.captured_queries[0]["sql"])
        assert "open_mentions" in plan, plan
        assert "Seq Scan on review_mention" not in plan, plan


def add_many(store: Store) -> None:
    """Of twenty thousand one in a hundred waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO review_mention (store_id, external_id, source, author, text, url, told_feeling,
                interactions, followers, mentioned_at, history, event_id, is_open,
                told_by)
            SELECT %s, 'n-' || n, '', '', 'words', '', '', 0, 0, now() - n * interval '1 minute', false, n,
                n %% 100 = 1, ARRAY[n]
            FROM generate_series(1, 20000) AS n
            """,
            [store.pk],
        )
        cursor.execute(
            """
            INSERT INTO review_mentionstanding (store_id, external_id, done_at, done_by, reply_url)
            SELECT store_id, external_id, mentioned_at, '', '' FROM review_mention WHERE NOT is_open
            """
        )
        cursor.execute("ANALYZE review_mention")
        cursor.execute("ANALYZE review_mentionstanding")


def test_the_list_is_gone_through_by_keys_and_says_how_far_it_is(store, owner):
    tell(store, *(said(store, n, n, url=ADDRESS) for n in (1, 2)))
    older, newer = Mention.objects.order_by("mentioned_at")
    base = f"/s/{store.slug}/mentions/"
    page = owner.get(base).content.decode()
    assert f"{base}{newer.pk}/finish/?then={older.pk}" in page
    assert {key for key in "datv" if f'data-key="{key}"' in page} == set("datv")
    assert "2 open, of these 2 negative; 0 seen to today" in page
    answer = owner.post(f"{base}{newer.pk}/finish/?then={older.pk}", {"next": f"{base}?q=zip"})
    assert answer["Location"] == f"{base}?q=zip#mention-{older.pk}"
    assert "1 open, of these 1 negative; 1 seen to today" in owner.get(base).content.decode()
    answer = owner.post(f"{base}{older.pk}/task/", {"title": "Call", "next": base})
    assert answer["Location"] == base
    assert owner.post(f"{base}{older.pk}/reopen/?then=x", {"next": "//evil.example"})["Location"] == base
    shown = owner.get(f"{base}{older.pk}/?next=//evil.example").content.decode()
    assert "evil.example" not in shown


def test_the_first_page_says_what_waits(store, owner):
    home = f"/s/{store.slug}/"
    tell(store, said(store, 1, sentiment="negative", author="<b>ann</b>"))
    page = owner.get(home).content.decode()
    assert "Mentions to go through" in page
    assert "&lt;b&gt;ann&lt;/b&gt;" in page
    finish_mention(one(store), actor=ANA)
    assert owner.get(f"{home}today/mentions/").content == b""


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


def test_what_is_told_again_after_an_erasure_can_be_erased_again(store):
    for hour in (1, 3):
        tell(store, said(store, hour, mention_id=ADDRESS))
        mention = Mention.objects.get(store=store, external_id=ADDRESS)
        finish_mention(mention, actor=ANA)
        customer = Identity.objects.get(pk=mention.identity_id).customer
        erase_customer(store=store, customer_id=customer.pk, actor=ANA)
    assert list(Mention.objects.values_list("external_id", "text")) == [(pseudonym_of(ADDRESS), "")]
    assert [standing.external_id for standing in MentionStanding.objects.all()] == [pseudonym_of(ADDRESS)]


def test_who_looked_at_it_before_an_erasure_writes_nothing_of_it_down_after(store):
    tell(store, said(store, 1, mention_id=ADDRESS, url=ADDRESS))
    mention = one(store)
    erase_customer(store=store, customer_id=mention.identity.customer_id, actor=ANA)
    note_reply(mention, url=f"{ADDRESS}#reply", actor=ANA)
    assert MentionStanding.objects.get().external_id == pseudonym_of(ADDRESS)
    assert hand_on(mention, title="Answer", actor=ANA).text == ""


def test_what_is_gone_meanwhile_is_not_done(store, owner):
    tell(store, said(store, 1), said(store, 2, 2))
    gone, left = Mention.objects.order_by("mentioned_at").select_related("store")
    Mention.objects.filter(pk=gone.pk).delete()
    assert finish_mentions([gone, left], actor=ANA) == [left]
    with pytest.raises(Mention.DoesNotExist):
        note_reply(gone, url=ADDRESS, actor=ANA)
    assert [standing.external_id for standing in MentionStanding.objects.all()] == ["m2"]


def test_long_addresses_that_begin_alike_name_two_mentions(store):
    long = f"{ADDRESS}?{'x' * 400}"
    told = [said(store, number, mention_id=None, url=f"{long}{number}") for number in (1, 2)]
    tell(store, *told, said(store, 3, mention_id=None, url=ADDRESS + "y" * 2_000))
    addresses = Mention.objects.order_by("mentioned_at").values_list("url", flat=True)
    assert list(addresses) == [f"{long}1", f"{long}2", ""]


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
