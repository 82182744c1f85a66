"""Open links for print: the code, and the places that the results tell apart."""

from __future__ import annotations

import csv
import io
import zlib

import pytest
from django.test import Client
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_Q

from regard.core.models import Store
from regard.survey.domain.answering.links import open_url
from regard.survey.domain.answering.places import Came, came_by, code_png, place_named, place_url
from regard.survey.domain.exporting import export_rows
from regard.survey.domain.published import definition_of
from regard.survey.domain.results import results_by_place
from regard.survey.domain.sittings import Wanted, places_of
from regard.survey.domain.surveys import open_link
from regard.survey.models import Submission, Survey
from tests.survey.asking import NPS, Visitor, publish
from tests.survey.sittings import add_sitting, add_survey

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(store: Store) -> Survey:
    survey = publish(store, NPS)
    open_link(survey, is_open=True, actor="tests")
    return survey


@pytest.mark.parametrize(("told", "came"), [
    ("", Came("link")), ("web", Came("web")), ("link", Came("link")), ("packaging", Came("link", "packaging")),
    ("Till 2!", Came("link", "till-2")), ("Beilage für Käufer", Came("link", "beilage-fur-kaufer")),
    ("<script>", Came("link", "script")), ("包装", Came("link")), ("x" * 300, Came("link", "x" * 40)),
])  # fmt: skip
def test_an_address_says_the_channel_or_the_place(told, came):
    assert came_by(told) == came


def test_a_place_is_no_channel():
    assert place_named(" WEB ") == ""


def test_who_comes_by_a_printed_code_is_counted_at_its_place(survey):
    visitor = Visitor(place_url(survey, "packaging"))
    first = visitor.send(answer="3")
    assert "c=packaging" in first["Location"]
    # What follows comes by the address that the page gave.
    visitor.client.post(first["Location"], {"question": "wrong", "answer": "price"})
    sitting = Submission.objects.get()
    assert (sitting.channel, sitting.place, sitting.answers) == ("link", "packaging", 2)


def test_results_tell_the_places_apart(store, owner: Client):
    survey = add_survey(store)
    for score, place in ((10, "till"), (9, "till"), (2, "packaging"), (10, "")):
        add_sitting(survey, {"score": score, "why": f"Because {score}"}, channel="link", place=place)
    add_sitting(survey, {"score": 0}, channel="link", place="machines", is_suspect=True)
    question = definition_of(survey.current).questions[0]

    told = results_by_place(survey, question, Wanted())
    assert [(one.place, one.sittings, one.complete, one.figure.value) for one in told] == [
        ("till", 2, 2, 100.0), ("packaging", 1, 1, -100.0),
    ]  # fmt: skip
    assert places_of(survey) == ["till", "packaging"]
    base = f"/s/{store.slug}/surveys/{survey.pk}/results"
    page = owner.get(f"{base}/?place=packaging").content.decode()
    assert "Because 2" in page
    assert "Because 10" not in page
    assert "machines" not in page
    lines = list(csv.DictReader(io.StringIO(owner.get(f"{base}.csv?place=till").getvalue().decode())))
    assert [line["place"] for line in lines] == ["till", "till"]
    assert len(list(export_rows(survey, definition_of(survey.current), Wanted(place="packaging")))) == 2


def test_many_places_cost_as_many_queries_as_one(store, django_assert_num_queries):
    survey = add_survey(store)
    question = definition_of(survey.current).questions[0]
    for number in range(3):
        add_sitting(survey, {"score": number}, channel="link", place=f"place-{number}")
    with django_assert_num_queries(2):
        assert len(results_by_place(survey, question, Wanted())) == 3


def test_the_code_is_a_picture_of_the_address_to_be_printed(survey, owner: Client):
    base = f"/s/{survey.store.slug}/surveys/{survey.pk}"
    assert f'href="{base}/print/"' in owner.get(f"{base}/").content.decode()
    page = owner.get(f"{base}/print/?place=Packaging+A").content.decode()
    assert f"{open_url(survey)}?c=packaging-a" in page
    assert f'href="{base}/code.png?place=packaging-a"' in page
    svg = owner.get(f"{base}/code.svg?place=packaging-a")
    assert svg["Content-Type"] == "image/svg+xml"
    assert svg["Content-Disposition"] == 'inline; filename="nps-packaging-a.svg"'
    assert svg.content.count(b"<path") == 1
    png = owner.get(f"{base}/code.png?place=packaging-a")
    assert png["Content-Type"] == "image/png"
    squares = squares_for(place_url(survey, "packaging-a"))
    assert squares_of(png.content, len(squares)) == squares
    assert png.content == code_png(place_url(survey, "packaging-a"))


def squares_for(address: str) -> list[list[bool]]:
    code = QRCode(error_correction=ERROR_CORRECT_Q, border=4)
    code.add_data(address)
    code.make()
    return code.get_matrix()


def squares_of(png: bytes, count: int) -> list[list[bool]]:
    """What is black, square by square, read from the file."""
    side = int.from_bytes(png[16:20], "big")
    assert side >= 1_200
    begin = png.index(b"IDAT") + 4
    lines = zlib.decompress(png[begin : begin + int.from_bytes(png[begin - 8 : begin - 4], "big")])
    width, step = -(-side // 8) + 1, side // count
    rows = [lines[width * line + 1 : width * (line + 1)] for line in range(0, side, step)]
    return [[not row[at // 8] & 0x80 >> at % 8 for at in range(0, side, step)] for row in rows]


def test_a_closed_link_has_no_code(store, owner: Client):
    survey = publish(store, NPS)
    base = f"/s/{store.slug}/surveys/{survey.pk}"
    assert owner.get(f"{base}/code.svg").status_code == 404
    assert "Its open link is closed" in owner.get(f"{base}/print/").content.decode()
    open_link(survey, is_open=True, actor="tests")
    assert owner.get(f"{base}/code.svg").status_code == 200
    assert owner.get(f"{base}/code.html").status_code == 404
    assert "letters from a to z" in owner.get(f"{base}/print/?place=web").content.decode()
