"""What is said of a made-up store in public: by whom, how it sounds, and that it costs little."""

from __future__ import annotations

import json
from statistics import mean

from regard.sim.calls import Call, encode_call, past_calls
from regard.sim.plan import DAY, Span
from tests.sim.stores import cells_of, plan_of

PLAN = plan_of(2_000)
[CELL] = cells_of(PLAN)


def mentions(first: float = PLAN.start, last: float = PLAN.present) -> list[Call]:
    return [call for call in past_calls(CELL, Span(first, last)) if call.event == "Social Mention"]


def test_people_speak_now_and_then_and_some_authors_are_known():
    said = mentions()
    assert 0.02 < len(said) / len(past_calls(CELL, Span(PLAN.start, PLAN.present))) < 0.05
    assert len({call.told["mention_id"] for call in said}) == len(said)
    assert 0.3 < mean(call.who is not None for call in said) < 0.5
    assert all(call.told["text"] for call in said)
    assert {call.told.get("sentiment", "") for call in said} == {"", "negative", "neutral", "positive"}


def test_an_author_is_the_same_wherever_they_are_named():
    for call in mentions():
        handle = call.told["author"].removeprefix("@")
        assert call.visitor == f"{call.told['source']}:{handle}"
        assert call.told["url"].startswith(f"https://{call.told['source']}/{handle}/")
        assert call.who in {None, f"K{handle.rpartition('.')[2]}"}


def test_who_had_trouble_speaks_more_and_sounds_worse():
    orders, said = CELL.orders, CELL.mentions
    troubled = orders.is_late | orders.is_poor | orders.is_small
    assert troubled[said.order].mean() > 1.5 * troubled.mean()
    negative = [
        bool(troubled[order])
        for order, feeling in zip(said.order, said.feeling, strict=True)
        if feeling == "negative"
    ]
    assert mean(negative) > 0.5


def test_they_go_on_after_the_present():
    ahead = [json.loads(encode_call(call)) for call in mentions(PLAN.present, PLAN.present + 60 * DAY)]
    assert len(ahead) > 10
    assert all(call["messageId"].startswith("sim-w") for call in ahead)
