"""A store lives on: what lies ahead comes in over the public API, once."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from regard.sim.calls import live_calls
from regard.sim.live import Life, Pace
from regard.sim.plan import DAY, Span
from regard.sim.sending import Refused, Sender
from tests.conftest import free_ports, wait_until
from tests.sim.stores import cells_of, plan_of

PLAN = plan_of(300)
FAST = Pace(speed=2 * DAY, per_second=100_000, tick=0.05)


def life(reached: float = PLAN.present) -> Life:
    return Life(cells_of(PLAN), reached)


class Kept:
    """What was taken, and how far it was noted."""

    def __init__(self, most: int = 1_000_000) -> None:
        self.calls: list[dict[str, Any]] = []
        self.noted: list[float] = []
        self._most = most

    def take(self, calls: Sequence[bytes]) -> bool:
        if len(self.calls) + len(calls) > self._most:
            return False
        self.calls += [json.loads(call) for call in calls]
        return True

    def note(self, reached: float) -> None:
        self.noted.append(reached)

    @property
    def numbers(self) -> list[str]:
        return [call["messageId"].removeprefix("sim-") for call in self.calls]


def numbers_of(first: float, last: float) -> list[str]:
    return [call.number for call in live_calls(cells_of(PLAN)[0], Span(first, last))]


def test_what_happened_meanwhile_is_told_at_its_own_time():
    now = PLAN.present + 2.5 * DAY
    some = life()
    calls = [json.loads(call) for day in some.catch_up(now) for call in day]
    assert [call["messageId"].removeprefix("sim-") for call in calls] == numbers_of(PLAN.present, now)
    times = [datetime.fromisoformat(call["timestamp"]).timestamp() for call in calls]
    assert times == sorted(times)
    assert PLAN.present - 1 <= times[0] <= times[-1] <= now == some.reached


def test_a_fast_life_tells_all_of_its_time_now():
    kept, some, began = Kept(), life(), time.time()
    taken = some.live(kept.take, FAST, now=time.time, stop=threading.Event(), seconds=0.5, note=kept.note)
    assert kept.noted[-1] == some.reached > PLAN.present + 0.5 * DAY
    assert kept.numbers == numbers_of(PLAN.present, some.reached)
    assert taken == len(kept.calls) > 0
    ended = datetime.fromtimestamp(time.time(), UTC)
    assert all(began - 1 <= datetime.fromisoformat(call["timestamp"]).timestamp() for call in kept.calls)
    assert all(datetime.fromisoformat(call["timestamp"]) <= ended for call in kept.calls)


def test_no_more_is_sent_than_allowed_and_none_is_left_out():
    kept, some = Kept(), life()
    slow = Pace(speed=2 * DAY, per_second=20, tick=0.05)
    some.live(kept.take, slow, now=time.time, stop=threading.Event(), seconds=0.4, note=kept.note)
    assert len(kept.calls) <= 20 * 0.05 * 10
    rest = Kept()
    some.live(rest.take, FAST, now=time.time, stop=threading.Event(), seconds=0.2, note=rest.note)
    told = numbers_of(PLAN.present, some.reached)
    assert kept.numbers + rest.numbers == told


def test_it_goes_on_where_it_was_stopped():
    kept, some = Kept(most=5), life()
    pace = Pace(speed=10 * DAY, per_second=40, tick=0.05)
    some.live(kept.take, pace, now=time.time, stop=threading.Event(), seconds=10, note=kept.note)
    before = len(kept.calls)
    again = Kept()
    life(kept.noted[-1]).live(again.take, FAST, now=time.time, stop=threading.Event(), seconds=0.2)
    whole = numbers_of(PLAN.present, PLAN.present + 30 * DAY)
    assert [*kept.numbers, *again.numbers] == whole[: before + len(again.numbers)]


def test_at_the_end_of_its_lives_it_ends():
    some = life(PLAN.horizon - DAY / 8)
    some.live(Kept().take, FAST, now=time.time, stop=threading.Event(), seconds=10)
    assert some.is_over
    assert some.live(Kept().take, FAST, now=time.time, stop=threading.Event(), seconds=10) == 0


@pytest.mark.django_db(transaction=True)
def test_calls_arrive_at_the_intake_once(intake: str, write_key: str, run_sql: Any):
    sender, stop = Sender(intake, write_key), threading.Event()
    kept = Kept()

    def take(calls: Sequence[bytes]) -> bool:
        kept.take(calls)
        return sender.send(calls, stop=stop) and sender.send(calls[:3], stop=stop)

    life().live(take, FAST, now=time.time, stop=stop, seconds=0.5)
    held = run_sql("SELECT payload->>'messageId' FROM capture_event ORDER BY 1")
    assert [number for (number,) in held] == sorted(f"sim-{number}" for number in kept.numbers)
    assert run_sql("SELECT count(*) FROM capture_rejectedevent") == [(0,)]


@pytest.mark.django_db(transaction=True)
def test_large_batches_are_cut(intake: str, write_key: str, run_sql: Any):
    large = plan_of(3_000)
    calls = [
        call
        for day in Life(cells_of(large), large.present).catch_up(large.present + 30 * DAY)
        for call in day
    ]
    assert sum(map(len, calls)) > 500_000
    assert Sender(intake, write_key).send(calls, stop=threading.Event())
    assert run_sql("SELECT count(*) FROM capture_event") == [(len(calls),)]


@pytest.mark.django_db(transaction=True)
def test_a_key_that_is_not_taken_is_said(intake: str):
    with pytest.raises(Refused, match="answers 401"):
        Sender(intake, "rw_wrong").send([b"{}"], stop=threading.Event())
    with pytest.raises(Refused, match="no address"):
        Sender("ftp://example.com", "rw_any").send([b"{}"], stop=threading.Event())


def test_while_nobody_answers_it_tries_again_until_it_is_stopped():
    stop, ended = threading.Event(), []
    sender = Sender(f"http://127.0.0.1:{free_ports()}", "rw_any")
    thread = threading.Thread(target=lambda: ended.append(sender.send([b"{}"], stop=stop)))
    thread.start()
    time.sleep(0.2)
    assert not ended
    stop.set()
    wait_until(lambda: ended)
    thread.join()
    assert ended == [False]
