"""The intake's writer by itself: what it does when it stops, and when somebody guesses keys."""

from __future__ import annotations

import asyncio

import psycopg
import pytest
from django.db import connection

from regard.capture.domain.log import key_of
from regard.capture.domain.sources import revoke_write_key
from regard.capture.intake import keys
from regard.capture.intake import writer as writing
from regard.capture.intake.keys import WriteKeys
from regard.capture.intake.writer import Unavailable, Unwritable, Writer
from regard.capture.models import Event, WriteKey
from tests.capture.test_log import append, new_event

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_writer_that_stops_finishes_and_answers_what_it_has_begun(test_dsn, store):
    append(new_event(store.pk, "first"))

    async def stop_while_it_commits() -> list[None]:
        writer = Writer(test_dsn, lambda _stores: None)
        writer.start()
        with psycopg.connect(test_dsn) as other:
            other.execute("LOCK TABLE capture_event IN SHARE MODE")
            writes = [asyncio.create_task(writer.write([new_event(store.pk, f"m{n}")])) for n in range(5)]
            await asyncio.sleep(0.2)
            stopping = asyncio.create_task(writer.stop())
            await asyncio.sleep(0.2)
            assert not any(task.done() for task in (*writes, stopping))
        answers = await asyncio.wait_for(asyncio.gather(*writes), 20)
        await asyncio.wait_for(stopping, 20)
        return answers

    assert asyncio.run(stop_while_it_commits()) == [None] * 5
    assert Event.objects.count() == 6


def test_what_is_nested_too_deeply_is_refused_by_itself(test_dsn, store):
    """The JSON reader refuses it before by its own limit, which is another one in each version of Python."""
    deep = new_event(store.pk, "deep", payload=b"[" * 500_000 + b"]" * 500_000)

    async def write_both() -> list[BaseException | None]:
        writer = Writer(test_dsn, lambda _stores: None)
        both = [writer.write([deep]), writer.write([new_event(store.pk, "good")])]
        writes = [asyncio.create_task(write) for write in both]
        await asyncio.sleep(0)  # so that one commit takes both
        writer.start()
        answers = await asyncio.gather(*writes, return_exceptions=True)
        await writer.stop()
        return answers

    refused, taken = asyncio.run(write_both())
    assert isinstance(refused, Unwritable)
    assert taken is None
    assert [event.key.bytes for event in Event.objects.all()] == [key_of("good")]


def test_large_events_wait_within_bounds_and_the_rest_is_told_to_come_again(test_dsn, store, monkeypatch):
    """The database stands still while ten megabytes come; two may wait, and a commit takes half of one."""
    monkeypatch.setattr(writing, "MAX_QUEUED_BYTES", 2_000_000)
    monkeypatch.setattr(writing, "MAX_COMMIT_BYTES", 500_000)
    large = [[new_event(store.pk, f"{n}", payload=b'"' + b"x" * 99_998 + b'"')] for n in range(100)]
    commits: list[int] = []

    async def come_all() -> list[BaseException | None]:
        writer = Writer(test_dsn, lambda _stores: None)
        write = writing.Lane.write

        def counted(lane, works):
            commits.append(sum(work.bytes for work in works))
            return write(lane, works)

        monkeypatch.setattr(writing.Lane, "write", counted)
        writes = [asyncio.create_task(writer.write(rows)) for rows in large]
        await asyncio.sleep(0)
        assert writer._queued_bytes == 2_000_000
        writer.start()
        answers = await asyncio.gather(*writes, return_exceptions=True)
        assert writer._queued_bytes == 0
        await writer.write(large[-1])  # what was sent away is taken now
        await writer.stop()
        return answers

    answers = asyncio.run(come_all())
    assert [answer is None for answer in answers] == [True] * 20 + [False] * 80
    assert {type(answer) for answer in answers[20:]} == {Unavailable}
    assert commits == [500_000] * 4 + [100_000]
    assert Event.objects.count() == 21


def test_guessing_keys_takes_little_memory_and_forgets_no_limits(test_dsn, write_key, monkeypatch):
    monkeypatch.setattr(keys, "REMEMBERED", 10)

    async def guess() -> None:
        async with keys.AsyncConnectionPool(test_dsn, open=False, kwargs={"autocommit": True}) as pool:
            known = WriteKeys(pool, 1)
            mine = await known.find(write_key)
            assert mine is not None
            for n in range(25):
                assert await known.find(f"{n}" + "x" * 100_000) is None
            assert (await known.find(write_key)) is mine
            assert len(known._unknown_at) <= 10
            assert max(map(len, known._unknown_at)) == 64

    asyncio.run(guess())


def test_a_revoked_key_stops_working_within_seconds(test_dsn, write_key, monkeypatch):
    monkeypatch.setattr(keys, "TRUSTED_SECONDS", 0.2)

    async def use() -> None:
        async with keys.AsyncConnectionPool(test_dsn, open=False, kwargs={"autocommit": True}) as pool:
            known = WriteKeys(pool, 1)
            first = await known.find(write_key)
            await asyncio.sleep(0.3)
            again = await known.find(write_key)
            assert first is not None
            assert again is not None
            assert again.bucket is first.bucket, "looking again must not fill the bucket"
            await asyncio.to_thread(revoke)
            await asyncio.sleep(0.3)
            assert await known.find(write_key) is None

    def revoke() -> None:
        revoke_write_key(WriteKey.objects.select_related("source__store").get(), actor="tests")
        connection.close()

    asyncio.run(use())
