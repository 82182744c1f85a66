"""Segments from the command line."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from regard.cli.main import main
from regard.profile.domain.segments.saved import create_segment
from tests.profile.histories import call, tell

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    return CliRunner().invoke(main, ["segment", *words]).output


@pytest.fixture
def anna(store):
    tell(store, call(store, user="C-1", traits={"name": "Anna", "email": "anna@x.co"}))


def test_a_segment_is_counted(store, anna):
    assert run("count", 'name = "anna"', "--store", "acme") == "1\n"
    assert run("count", "", "--store", "acme") == "1\n"


def test_a_mistake_is_shown_at_its_place(store):
    assert run("count", 'name = "a" and nmae = "b"', "--store", "acme") == (
        "Error: Character 16: There is no field “nmae”. Did you mean name?\n"
        '  name = "a" and nmae = "b"\n'
        "                 ^^^^\n"
    )


def test_segments_are_listed_with_their_counts(store, anna):
    create_segment(store=store, name="Annas", text='name = "Anna"', actor="tests")
    assert run("list", "--store", "acme").splitlines()[0] == '1\tAnnas\tname = "Anna"'


def test_fields_are_listed(db):
    lines = run("fields").splitlines()
    assert "tags\ttexts\tTags\tcontains, is known, is unknown" in lines
    assert lines[-1].startswith("attr.NAME\t")


def test_customers_are_written_with_and_without_what_names_them(store, anna):
    named = run("export", "", "--store", "acme").splitlines()
    unnamed = run("export", "", "--store", "acme", "--without-personal-data")
    assert dict(zip(named[0].split(","), named[1].split(","), strict=True))["email"] == "anna@x.co"
    assert "anna" not in unnamed.lower()
    assert len(unnamed.splitlines()) == 2
