"""What counts as an answer."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from regard.survey.domain.answers import LARGEST_FILE, AnswerInvalid, check_answer, figure_of
from regard.survey.domain.definition.parts import KINDS, Option, Question

OPTIONS = (Option("a", {}, 1), Option("b", {}, 2), Option("c", {}))
ROWS = (Option("fit", {}), Option("look", {}))
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=4,
)


def question(kind, **more):
    return Question("q", kind, {}, options=OPTIONS, rows=ROWS, **more)


@pytest.mark.parametrize(
    ("asked", "raw", "kept"),
    [
        (question("nps"), "0", 0), (question("nps"), 10, 10), (question("csat"), " 5 ", 5),
        (question("ces", highest=5), "5", 5), (question("stars"), "4", 4), (question("single"), "b", "b"),
        (question("multiple"), ["c", "a", "a"], ["a", "c"]), (question("multiple"), "b", ["b"]),
        (question("matrix"), {"fit": "a", "look": "", "other": "b"}, {"fit": "a"}),
        (question("text"), " so\r\nso\0 ", "so\nso"), (question("number"), "2,5", 2.5),
        (question("number"), "12", 12),
        (question("date"), "2026-02-28", "2026-02-28"), (question("consent"), "on", True),
        (question("consent"), False, False), (question("consent"), "", None), (question("multiple"), [""], None),
        (question("text"), "   ", None), (question("matrix"), {}, None),
        (question("file"), {"name": "a.png", "type": "image/png", "size": 9},
         {"name": "a.png", "type": "image/png", "size": 9}),
    ],
)  # fmt: skip
def test_what_is_sent_is_kept_as_a_plain_value(asked, raw, kept):
    assert check_answer(asked, raw) == kept
    assert check_answer(asked, kept) == kept


@pytest.mark.parametrize(
    ("asked", "raw", "said"),
    [
        (question("nps"), "11", "Choose a number from 0 to 10."),
        (question("nps"), "-1", "Choose a number from 0 to 10."),
        (question("csat"), "0", "Choose a number from 1 to 5."),
        (question("csat"), "4.5", "Choose a number from 1 to 5."),
        (question("nps"), "nan", "Choose a number from 0 to 10."),
        (question("nps", required=True), "", "Choose one to go on."),
        (question("single"), "z", "Choose one of what is offered."),
        (question("multiple", most=1), ["a", "b"], "Choose 1 at the most."),
        (question("matrix", required=True), {"fit": "a"}, "Choose one in each row to go on."),
        (question("text", most=3), "long", "Write 3 characters at the most; these are 1 more."),
        (question("number", lowest=1), "0", "Write a number of at least 1."),
        (question("date"), "2026-02-30", "Write a day that there is, such as 2026-01-31."),
        (question("consent", required=True), "off", "Tick the box to go on."),
        (question("file"), {"name": "a.exe", "type": "application/x", "size": 9},
         "Choose a picture: JPEG, PNG, WebP, GIF, HEIC or AVIF."),
        (question("file", accept="any"), {"name": "a", "type": "b", "size": LARGEST_FILE + 1},
         "The file is larger than 10 MB; choose a smaller one."),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_told_with_the_remedy(asked, raw, said):
    with pytest.raises(ValidationError) as caught:
        check_answer(asked, raw)
    assert caught.value.message_dict == {"q": [said]}


@given(st.sampled_from(KINDS), st.booleans(), JUNK)
def test_whatever_is_sent_is_kept_or_refused(kind, required, raw):
    asked = question(kind, required=required)
    try:
        kept = check_answer(asked, raw)
    except AnswerInvalid:
        return
    assert check_answer(asked, kept) == kept
    assert kept is not None or not required


def test_the_figure_of_a_choice_is_its_score():
    assert [figure_of(question("single"), value) for value in ("b", "c", None)] == [2, None, None]
    assert [figure_of(question(kind), 4) for kind in ("nps", "csat", "number")] == [4, 4, 4]
    assert figure_of(question("consent"), True) is None
