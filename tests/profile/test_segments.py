"""The filter language: what a text means, how it is told again, and whom it finds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.profile.histories import call, tell
from tests.profile.segment_world import NOW, Person, add_person, filters, holds, people

from regard.core import clock
from regard.core.edges.csv_lines import csv_lines
from regard.core.edges.keyset import CursorInvalid
from regard.core.models import AuditEntry
from regard.core.registry import SegmentField, segment_fields
from regard.profile.domain.segments.ask import customers_in_segment, fetch_rows
from regard.profile.domain.segments.counting import count_segment, count_while_typing, counts_of_segments
from regard.profile.domain.segments.parse import SegmentInvalid, parse_segment
from regard.profile.domain.segments.printing import segment_text
from regard.profile.domain.segments.rows import Row, node_of_rows, rows_of_node
from regard.profile.domain.segments.saved import (
    change_segment,
    create_segment,
    delete_segment,
    ready_made_segments,
    segments_of,
)
from regard.profile.domain.segments.sql import compile_segment
from regard.profile.models import Customer, Segment


@contextmanager
def suppress_invalid() -> Iterator[list[SegmentInvalid]]:
    mistakes: list[SegmentInvalid] = []
    try:
        yield mistakes
    except SegmentInvalid as error:
        mistakes.append(error)


@given(filters)
def test_a_filter_told_as_text_is_read_back_the_same(node):
    assert parse_segment(segment_text(node)) == node


@given(st.text(max_size=40))
def test_any_text_is_a_filter_or_told_what_is_wrong_and_where(text):
    with suppress_invalid() as mistakes:
        parse_segment(text)
    for error in mistakes:
        assert 0 <= error.start <= error.end
        assert error.start <= len(text)
        assert error.said


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("", ""),
        ("IDENTITIES>=2 AND(name='Ann')", 'identities >= 2 and name = "Ann"'),
        ("name = \"a\" or (name = 'b' or name <> 'c')", 'name = "a" or name = "b" or name != "c"'),
        ("last_seen_days > 2 weeks", "last_seen_days > 14"),
        ("last_seen_days between 1 month and 1 year", "last_seen_days between 30 and 365"),
        ("identities not  in (1,2.50)", "identities not in (1, 2.5)"),
        ("phone is not known", "phone is unknown"),
        ('attr.Plan = "x" and attr."Shoe size" > 40', 'attr.Plan = "x" and attr."Shoe size" > 40'),
        ("not (not tags contains 'vip')", 'not not tags contains "vip"'),
    ],
)
def test_texts_in_their_normal_form(text, normal):
    assert segment_text(parse_segment(text)) == normal


@pytest.mark.parametrize(
    ("text", "said", "place"),
    [
        ("idenities > 1", "There is no field “idenities”. Did you mean identities or deliveries?", (0, 9)),
        ("identities >", "The filter ends too early; here comes a value", (12, 12)),
        ("identities", "The filter ends too early; here comes an operator", (10, 10)),
        ("identities > 'x'", "identities takes a number, such as 12.", (13, 16)),
        ("name = anna", 'Texts stand in quotes: "anna".', (7, 11)),
        ("name = 'anna", "The closing quote is missing.", (7, 12)),
        ("name < 'anna'", "“<” does not fit name; use =, !=, contains", (5, 6)),
        ("identities > 1 nad name = 'x'", "“nad” does not fit here; here comes “and” or “or”.", (15, 18)),
        ("(identities > 1", "The filter ends too early", (15, 15)),
        ("identities between 5 and 1", "The smaller value comes first: between 1 and 5.", (19, 20)),
        ("last_seen > 2026-02-30", "There is no such day", (12, 22)),
        ("identities > 3 days", "Only fields that count days take a duration.", (15, 19)),
        ("attr.x in (1, 'a')", "The values for attr.x must be of one kind.", (14, 17)),
        ("name contains ''", "“contains” needs a text in quotes", (14, 16)),
        ("identities > 1e400", "“e400” does not fit here", (14, 18)),
        ("identities > " + "9" * 400, "Numbers have up to 15 digits", (13, 413)),
        ("name = 'a\0'", "This character cannot be used.", (9, 10)),
        ("not " * 41 + "identities = 1", "The filter is nested too deeply", (164, 174)),
        ("(" * 9_999 + "1" * 9, "A filter has 10000 characters at the most.", (10_000, 10_001)),
    ],
)
def test_mistakes_are_told_with_their_place(text, said, place):
    with pytest.raises(SegmentInvalid) as raised:
        parse_segment(text)
    assert raised.value.said.startswith(said)
    assert (raised.value.start, raised.value.end) == place


def test_choices_are_named_by_value_or_label(monkeypatch):
    field = SegmentField("band", "choice", "Band", "NULL", choices={"h:lost": "Lost", "h:good": "Good"})
    monkeypatch.setitem(segment_fields._items, "band", field)

    assert segment_text(parse_segment("band in ('lost', 'h:good')")) == 'band in ("h:lost", "h:good")'
    with pytest.raises(SegmentInvalid, match="Did you mean Lost or h:lost"):
        parse_segment("band = 'Lots'")


@pytest.mark.django_db
@settings(max_examples=60)
@given(st.lists(people, min_size=1, max_size=6), st.lists(filters, min_size=1, max_size=8))
def test_a_filter_finds_whom_it_means(store, known, asked):
    for person in known:
        add_person(store, person)
    with clock.set_to(NOW):
        for node in asked:
            meant = sorted(person.pk for person in known if holds(node, person))
            assert found_by(store, node, {person.pk for person in known}) == meant


def found_by(store, node, among):
    question = compile_segment(parse_segment(segment_text(node)), store=store)
    statement = f"SELECT customer.id FROM {question.tables} WHERE {question.condition} ORDER BY 1"
    return [pk for (pk,) in fetch_rows(statement, question.parameters) if pk in among]


@pytest.fixture
def three(store):
    """Seen one, ten and a hundred days ago; the oldest has no name."""
    persons = [
        Person(name, NOW - timedelta(days=days), tags, {})
        for name, days, tags in (("Anna", 1, ("vip",)), ("ben", 10, ()), ("", 100, ("vip",)))
    ]
    for person in persons:
        add_person(store, person)
    with clock.set_to(NOW):
        yield [person.pk for person in persons]


@pytest.mark.django_db
def test_segments_keep_to_their_store_and_leave_out_the_merged(store, other_store, three):
    tell(other_store, call(other_store, user="C-1"))
    assert count_segment(store, "last_seen_days >= 10") == 2

    Customer.objects.filter(pk=three[1]).update(merged_into=three[0])
    assert count_segment(store, "last_seen_days >= 10") == 1
    assert count_segment(other_store, "") == 1


@pytest.mark.django_db
def test_a_count_that_takes_too_long_is_given_up(store, three, monkeypatch):
    slow = SegmentField("slow", "number", "Slow", "SELECT 1 FROM PG_SLEEP(1)")
    monkeypatch.setitem(segment_fields._items, "slow", slow)
    monkeypatch.setattr("regard.profile.domain.segments.counting.PATIENCE", "20ms")

    assert count_while_typing(store, "slow = 1") is None
    assert count_segment(store, "") == 3
    assert limit_of_statements() == "0"


@pytest.mark.django_db
def test_counts_of_several_are_told_but_for_what_is_slow_or_no_filter(store, three, monkeypatch):
    slow = SegmentField("slow", "number", "Slow", "SELECT 1 FROM PG_SLEEP(1)")
    monkeypatch.setitem(segment_fields._items, "slow", slow)
    monkeypatch.setattr("regard.profile.domain.segments.counting.PATIENCE_FOR_ALL", "20ms")
    monkeypatch.setattr("regard.profile.domain.segments.counting.PATIENCE", "200ms")
    texts = ["last_seen_days >= 10", "slow = 1", "no filter", ""]
    assert counts_of_segments(store, texts) == {"last_seen_days >= 10": "2", "slow = 1": "", "": "3"}
    assert limit_of_statements() == "0"


@pytest.mark.django_db
def test_all_counts_of_several_are_one_query(store, three, django_assert_num_queries):
    for texts in (["last_seen_days >= 10"], [f"last_seen_days >= {days}" for days in range(20)]):
        with django_assert_num_queries(6):
            told = counts_of_segments(store, texts)
        assert told == {text: str(count_segment(store, text)) for text in texts}
    assert counts_of_segments(store, ["no filter"]) == {}


def limit_of_statements() -> str:
    return fetch_rows("SELECT CURRENT_SETTING('statement_timeout')", {})[0][0]


@pytest.mark.django_db
def test_a_count_leaves_the_limit_of_statements_as_it_was(store, three):
    fetch_rows("SELECT SET_CONFIG('statement_timeout', '7s', TRUE)", {})
    assert count_while_typing(store, "").count == 3
    assert limit_of_statements() == "7s"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("order", "expected"),
    [("-last_seen", [0, 1, 2]), ("last_seen", [2, 1, 0]), ("name", [0, 1, 2]), ("-name", [1, 0, 2])],
)
def test_customers_come_in_the_order_asked_page_by_page(store, three, order, expected):
    seen, cursor = [], ""
    while len(seen) < 3:
        page = customers_in_segment(store=store, order=order, cursor=cursor, limit=1)
        seen += [customer.pk for customer in page.rows]
        cursor = page.next_cursor

    assert (seen, cursor) == ([three[place] for place in expected], "")


@pytest.mark.django_db
def test_what_cannot_be_ordered_by_is_refused(store, three):
    cursor = customers_in_segment(store=store, limit=1).next_cursor
    with pytest.raises(CursorInvalid):
        customers_in_segment(store=store, order="tags")
    with pytest.raises(CursorInvalid):
        customers_in_segment(store=store, order="name", cursor=cursor)


@pytest.mark.django_db
def test_a_page_costs_two_queries(store, three, django_assert_num_queries):
    with django_assert_num_queries(2):
        page = customers_in_segment(store=store, text='tags contains "vip"', limit=1)
    assert [customer.pk for customer in page.rows] == three[:1]


@pytest.mark.django_db
def test_saved_segments_are_kept_in_their_normal_form_and_audited(store):
    made = create_segment(store=store, name=" Old  hands ", text="IDENTITIES>=2", actor="ann@x.co")
    change_segment(made, name="Old hands", text="identities > 2", actor="ann@x.co")
    assert [(row.name, row.text) for row in segments_of(store)] == [("Old hands", "identities > 2")]

    delete_segment(made, actor="ann@x.co")
    assert not Segment.objects.exists()
    entries = AuditEntry.objects.filter(store=store, action__startswith="segment.").order_by("id")
    changed = {"text": {"before": "identities >= 2", "after": "identities > 2"}}
    assert [(entry.action, entry.target, entry.detail) for entry in entries] == [
        ("segment.created", "Old hands", {"text": "identities >= 2"}),
        ("segment.changed", "Old hands", {"changes": changed}),
        ("segment.deleted", "Old hands", {"text": "identities > 2"}),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "text", "field"),
    [
        ("", "identities = 1", "name"),
        ("Taken", "identities = 1", "name"),
        ("New", "x", "text"),
        ("New", "", "text"),
    ],
)
def test_a_segment_that_cannot_be_saved_names_the_field(store, name, text, field):
    create_segment(store=store, name="Taken", text="identities = 2", actor="tests")
    with pytest.raises(ValidationError) as raised:
        create_segment(store=store, name=name, text=text, actor="tests")
    assert list(raised.value.message_dict) == [field]
    assert Segment.objects.count() == 1


def test_ready_made_segments_ask_fields_that_there_are():
    for made in ready_made_segments():
        parse_segment(made.text)
    assert "newcomers" in [made.key for made in ready_made_segments()]


@given(filters)
def test_rows_of_the_form_say_what_the_filter_says(node):
    rows = rows_of_node(node)
    if rows is not None:
        match, listed = rows
        assert node_of_rows(listed, match) == (node, listed)


@pytest.mark.parametrize(
    ("text", "match", "rows"),
    [
        ("", "all", []),
        ("identities > 1", "all", [Row("identities", ">", ("1",))]),
        (
            'name = "Ann" or not tags contains "vip"',
            "any",
            [Row("name", "=", ("Ann",)), Row("tags", "does not contain", ("vip",))],
        ),
        (
            'attr.zip = "12345" and attr.plan in ("a", "b") and phone is known',
            "all",
            [Row("attr.zip", "=", ('"12345"',)), Row("attr.plan", "in", ("a, b",)), Row("phone", "is known")],
        ),
        (
            "last_seen between 2026-01-01 and 2026-01-31",
            "all",
            [Row("last_seen", "between", ("2026-01-01", "2026-01-31"))],
        ),
    ],
)
def test_filters_as_rows(text, match, rows):
    assert rows_of_node(parse_segment(text)) == (match, rows)


@pytest.mark.parametrize(
    "text", ["not identities > 1", "identities > 1 and (name = 'a' or name = 'b')", "name in ('a,b')"]
)
def test_filters_that_the_form_cannot_show(text):
    assert rows_of_node(parse_segment(text)) is None


def test_rows_that_are_wrong_say_why_and_those_to_be_filled_in_wait():
    rows = [Row("identities", ">", ("many",)), Row("name", "=", (" ",)), Row("tags", "contains", ("vip",))]
    node, told = node_of_rows(rows, "all")

    assert segment_text(node) == 'tags contains "vip"'
    assert [row.error for row in told] == ["identities takes a number, such as 12.", "", ""]


def test_a_filter_of_any_depth_is_told_that_it_is_too_deep():
    for depth in (50, 900, 2_400):
        with pytest.raises(SegmentInvalid, match="nested too deeply"):
            parse_segment("not " * depth + "first_seen_days > 1")


def test_no_cell_of_an_export_runs_as_a_formula():
    rows = iter([["=1+1", "@x", "-5", "+49", "a=b"]])
    assert list(csv_lines(rows)) == ["'=1+1,'@x,-5,'+49,a=b\r\n"]
