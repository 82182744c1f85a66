"""Why rows are rejected: in the words of people, with the values as the file has them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from regard.capture.domain.imports.preparing import look_at
from regard.capture.domain.imports.preview import preview_of
from regard.cli.main import main
from tests.capture.test_imports import HEADER, bring, counts, facts, written

pytestmark = pytest.mark.django_db
ANSWERS = "response_id,measure,value,answered_at,customer_id,lowest,highest"


def reasons_of(store, path: Path, kind: str) -> list[tuple[str, str, str]]:
    """Line, field and reason of each rejected row, as the file of rejects says them."""
    rejects = bring(store, path, kind=kind).rejects_path
    if rejects is None:
        return []
    with rejects.open(encoding="utf-8-sig", newline="") as file:
        return [(row[0], row[1], row[2]) for row in list(csv.reader(file))[1:]]


@pytest.mark.parametrize(
    ("kind", "lines", "said"),
    [
        ("answers", (ANSWERS, "1,nps,11.0,2026-01-01,c,,"),
         ("value", "it is 11; it must be a number from 0 to 10.")),
        ("answers", (ANSWERS, "1,nps,,2026-01-01,c,,"),
         ("value", "it is missing; it must be a number from 0 to 10.")),
        ("answers", (ANSWERS, "1,csat,3,2026-01-01,c,5,1"),
         ("scale", "it is '5 to 1'; it must be a lowest and a higher highest answer.")),
        ("answers", (ANSWERS, "1,smile,3,2026-01-01,c,,"),
         ("measure", "it is 'smile'; it must be one of nps, csat, ces, text.")),
        ("orders", (HEADER, "1,c,2026-01-01,99999999999999999"),
         ("total", "'99999999999999999' is larger than any amount Regard keeps.")),
        ("orders", (HEADER, "1,c,2026-01-01,it's 5"),
         ("total", "'it's 5' is no number; write it like 1234.50.")),
        ("order_lines", ("order_id,ordered_at,quantity", "1,2026-01-01,1e3"),
         ("quantity", "'1e3' is no number; write it like 1234.50.")),
        ("order_lines", ("order_id,ordered_at,quantity", "1,2026-01-01,5000000000.5"),
         ("quantity", "It is '5000000000.5'; the most is 999999999.")),
        ("orders", (f"{HEADER},currency", "1,c,2026-01-01,5,€"),
         ("currency", "'€' is no ISO 4217 currency; use a code such as EUR or USD.")),
        ("orders", (HEADER, f"1,c,2026-01-01,{'5' * 140_000}"),
         ("row", "A value in it has more than 131072 characters; shorten it.")),
        ("orders", (HEADER, '1,"c"d,2026-01-01'),
         ("row", "A quotation mark stands within a value; write it twice.")),
    ],
)  # fmt: skip
def test_reasons_speak_of_what_the_file_has(store, tmp_path, kind, lines, said):
    file = written(tmp_path / "f.csv", *lines)
    assert reasons_of(store, file, kind) == [("2", *said)]


def test_the_line_is_told_in_which_a_quotation_mark_opens_that_is_not_closed(store, tmp_path):
    lines = ['1,"c', 'd","2026-01-01', '",5', "2,c,2026-01-01,5", '3,"c', 'd","2026-01-01,5']
    many = [f"{n},c,2026-01-01,5" for n in range(4, 700)]
    file = written(tmp_path / "o.csv", HEADER, *lines, *many)

    assert reasons_of(store, file, "orders") == [
        ("7", "row", "A quotation mark that opens in line 7 is not closed; close it or take it away."),
    ]
    assert [fact["order_id"] for fact in facts(store)] == [str(n) for n in (1, 2, *range(4, 700))]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("1,c,2226-01-01,5", "ordered_at: It is in the future; check the year and the time zone."),
        ("1,c,2026-01-01,x", "total: 'x' is no number; write it like 1234.50."),
        ("1,c,2026-01-01,5", ""),
    ],
)
def test_the_preview_refuses_what_the_import_refuses(store, tmp_path, row, problem):
    file = written(tmp_path / "o.csv", HEADER, row)
    source = look_at(store=store, kind="orders", path=file)
    [shown] = preview_of(source, source.mapping).kinds["orders"].rows
    assert shown.problem == problem
    assert counts(bring(store, file)) == (1, int(not problem), 0, int(bool(problem)))


def test_the_preview_refuses_answers_that_are_none(store, tmp_path):
    file = written(tmp_path / "a.csv", ANSWERS, "1,nps,11,2026-01-01,c,,")
    source = look_at(store=store, kind="answers", path=file)
    [shown] = preview_of(source, source.mapping).kinds["answers"].rows
    assert shown.problem == "value: it is 11; it must be a number from 0 to 10."


@pytest.mark.django_db(transaction=True)
def test_the_command_tells_how_many_reasons_it_leaves_out(store, tmp_path):
    bad = ["1,,2026-01-01,5", ",c,2026-01-01,5", "1,c,,5", "1,c,x,5", "1,c,2226-01-01,5", "1,c,1926-01-01,5",
           "1,c,2026-01-01,5,6", "1,c,2026-01-01", "2,c,2026-01-01"]  # fmt: skip
    file = written(tmp_path / "o.csv", HEADER, *bad)
    done = CliRunner().invoke(main, ["import", "orders", str(file), "--store", store.slug])
    assert done.exit_code == 0
    told = [line for line in done.output.splitlines() if line.startswith("  and ")]
    assert told == ["  and 3 for 3 other reasons, all of them in that file"]
