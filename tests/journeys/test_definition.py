"""Journeys as they are written down."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regard.core.domain.written.durations import LONGEST, duration_text, read_duration
from regard.core.domain.written.reading import DefinitionInvalid
from regard.journey.domain.definition.parts import (
    Branch,
    DateStart,
    Definition,
    Do,
    EventStart,
    Exit,
    HandStart,
    Leave,
    Listen,
    ScoreStart,
    SegmentStart,
    Send,
    Split,
    Wait,
    WaitFor,
    WaitUntil,
    Way,
)
from regard.journey.domain.definition.program import all_steps, program_of, ways_of
from regard.journey.domain.definition.reading import read_definition, read_yaml
from regard.journey.domain.definition.writing import definition_values, definition_yaml

WORDS = st.text("abc :#'\"äß-", min_size=1, max_size=12).map(str.strip).filter(bool)
NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,10}", fullmatch=True)
SPANS = st.integers(1, int(LONGEST.total_seconds()) // 60).map(lambda minutes: timedelta(minutes=minutes))
LISTEN = st.builds(Listen, st.lists(WORDS, min_size=1, max_size=2).map(tuple), WORDS, st.booleans())
PLAIN = st.one_of(
    st.builds(
        Send,
        st.just("?"),
        NAMES,
        st.sampled_from(["email", "sms"]),
        SPANS,
        WORDS,
        st.dictionaries(st.just("whatsapp"), NAMES, max_size=1),
    ),
    st.builds(Wait, st.just("?"), SPANS, WORDS),
    st.builds(
        WaitUntil, st.just("?"), st.sampled_from([date(2026, 2, 1), "good hour", "event.day"]), SPANS, WORDS
    ),
    st.builds(Do, st.just("?"), NAMES, st.dictionaries(NAMES, WORDS | st.integers(), max_size=2), WORDS),
    st.builds(Leave, st.just("?"), WORDS, WORDS),
)


def parting(steps):
    ways = st.lists(steps, max_size=2).map(tuple)
    return st.one_of(
        st.builds(Branch, st.just("?"), WORDS, ways, ways, WORDS),
        st.builds(WaitFor, st.just("?"), LISTEN, SPANS, ways, ways, WORDS),
        st.builds(lambda a, b: Split("?", (Way(30, a, "A"), Way(70, b))), ways, ways),
    )


STEPS = st.lists(st.recursive(PLAIN, parting, max_leaves=6), max_size=4)
STARTS = st.one_of(
    st.builds(EventStart, st.lists(WORDS, min_size=1, max_size=2).map(tuple), WORDS),
    st.builds(ScoreStart, NAMES, st.just(("low",)), st.just(("high",))),
    st.builds(SegmentStart, WORDS, st.booleans()),
    st.builds(DateStart, NAMES, st.integers(-30, 30), st.booleans()),
    st.just(HandStart()),
)
DEFINITIONS = st.builds(
    Definition, NAMES, WORDS, STARTS, STEPS.map(tuple), WORDS, WORDS, WORDS,
    st.sampled_from(["customer", "order", "event.a.b"]), st.sampled_from(["never", "always", timedelta(days=3)]),
    st.integers(0, 90), st.lists(st.builds(Exit, LISTEN, st.booleans()), max_size=2).map(tuple),
    st.integers(0, 100), WORDS, st.booleans(),
)  # fmt: skip


def with_ids(definition):
    """Ids as the reader gives them to steps that have none."""
    values = definition_values(definition)
    waiting = [values["steps"]]
    while waiting:
        item = waiting.pop()
        for step in item if isinstance(item, list) else [item]:
            step.pop("id", None)
            waiting += [step[way] for way in ("then", "else", "steps", "split") if way in step]
    return read_definition(values)


@given(DEFINITIONS)
def test_what_is_written_is_read_back(definition):
    known = with_ids(definition)

    assert read_yaml(definition_yaml(known)) == known
    ids = [step.id for step in all_steps(known.steps)]
    assert len(set(ids)) == len(ids)


@given(DEFINITIONS)
def test_every_way_through_a_journey_comes_to_its_end(definition):
    program = program_of(with_ids(definition))

    for step in program.steps.values():
        nexts = {program.beginning(way, step) for _name, way in ways_of(step)} or {program.after[step.id]}
        assert nexts <= {None, *program.steps}
    order = [step.id for step in all_steps(program.definition.steps)]
    place = {step_id: number for number, step_id in enumerate(order)}
    assert all(after is None or place[after] > place[before] for before, after in program.after.items())


@given(st.integers(0, int(LONGEST.total_seconds()) // 60))
def test_durations_are_read_back(minutes):
    span = timedelta(minutes=minutes)

    assert read_duration(duration_text(span)) == span
    assert read_duration(duration_text(-span)) == -span


@pytest.mark.parametrize("text", ["", "soon", "4", "4 fortnights", "9999 weeks", "1 day and a bit"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match=text or "^$"):
        read_duration(text)


def test_everything_wrong_is_told_at_once_with_its_place():
    with pytest.raises(DefinitionInvalid) as refused:
        read_yaml("""
journey: My Cart
nme: Cart
start: {evnt: Signed Up}
again: sometimes
instance: basket
steps:
  - wait: soon
  - {id: a, send: x}
  - {id: a, send: y, wait: 1 day}
  - {id: a, leave: true}
  - split: [{share: 50}]
  - until: tomorrow
""")

    assert [str(problem).partition(":")[0] for problem in refused.value.problems] == [
        "journey", "journey", "name", "start", "start", "instance", "again", "steps.1.wait", "steps.3",
        "steps.4.id", "steps.5.split", "steps.6.until",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "- a", "a: [", "a: !!python/object:os.system {}", "x" * 200_001])
def test_what_is_no_journey_at_all_is_refused(text):
    with pytest.raises(DefinitionInvalid):
        read_yaml(text)


def test_a_text_that_grows_without_end_is_refused():
    """Each name stands for nine of the one before, as the known attack does it."""
    lines = ["a: &a [{wait: 1 day}]"]
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{', '.join(f'{{if: x, then: *{before}}}' for _ in range(9))}]")
    text = "\n".join([*lines, "steps: *i"])

    with pytest.raises(DefinitionInvalid) as refused:
        read_yaml(text)

    assert any("500 steps" in str(problem) for problem in refused.value.problems)
