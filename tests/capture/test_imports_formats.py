"""What a file may be: the same table in any format gives the same facts, and no row is lost to a bad one."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regard.capture.domain.imports import ImportProblem
from regard.capture.models import Event
from tests.capture.test_imports import HEADER, bring, counts, facts, written

pytestmark = pytest.mark.django_db
MOMENT = datetime(2026, 1, 31, 8, 30, tzinfo=UTC)
ROWS = [
    {"order_id": 1, "customer_id": "c", "ordered_at": MOMENT, "total": Decimal("12.50")},
    {"order_id": 2, "customer_id": "d", "ordered_at": MOMENT, "total": None},
]


def csv_file(folder: Path) -> Path:
    return written(folder / "o.csv", HEADER, "1,c,2026-01-31T08:30:00Z,12.50", "2,d,2026-01-31T08:30:00Z,")


def tsv_file(folder: Path) -> Path:
    lines = csv_file(folder).read_text().replace(",", "\t").splitlines()
    return written(folder / "o.tsv", *lines)


def json_lines_file(folder: Path) -> Path:
    lines = [{**row, "ordered_at": MOMENT.isoformat(), "total": row["total"] and 12.5} for row in ROWS]
    return written(folder / "o.jsonl", *map(json.dumps, lines))


def parquet_file(folder: Path) -> Path:
    table = pa.table(
        {
            "order_id": pa.array([1, 2], pa.int64()),
            "customer_id": pa.array(["c", "d"]).dictionary_encode(),
            "ordered_at": pa.array([MOMENT, MOMENT], pa.timestamp("ns", "UTC")),
            "total": pa.array([Decimal("12.50"), None], pa.decimal128(10, 2)),
        }
    )
    pq.write_table(table, folder / "o.parquet")
    return folder / "o.parquet"


def packed(make):
    def pack(folder: Path) -> Path:
        path = make(folder)
        target = folder / f"{path.name}.gz"
        target.write_bytes(gzip.compress(path.read_bytes()))
        return target

    return pack


@pytest.mark.parametrize(
    "make",
    [tsv_file, json_lines_file, parquet_file, packed(csv_file), packed(tsv_file), packed(json_lines_file)],
)
def test_the_same_rows_in_another_format_are_known_already(store, tmp_path, make):
    assert counts(bring(store, csv_file(tmp_path))) == (2, 2, 0, 0)
    assert counts(bring(store, make(tmp_path))) == (2, 0, 2, 0)
    assert [(fact["order_id"], fact["total_minor"]) for fact in facts(store)] == [("1", 1250), ("2", None)]


def test_nested_objects_become_dotted_columns_and_other_columns_attributes(store, tmp_path):
    lines = [
        {"email": "a@b.co", "address": {"city": "Ghent", "geo": {"lat": 51.05}}, "sizes": ["S", "M"], "vip": True},
        {"email": "c@d.co", "points": 7},
        {"email": 5},
    ]  # fmt: skip
    file = written(tmp_path / "c.jsonl", *map(json.dumps, lines), "no json", "[1]")
    mapping = written(tmp_path / "m.toml", "[columns]", 'email = "email"', 'city = "address.city"')

    summary = bring(store, file, kind="customers", mapping=mapping)

    assert counts(summary) == (5, 2, 0, 3)
    first, second = (fact["traits"] for fact in facts(store))
    assert first == {"city": "Ghent", "address.geo.lat": 51.05, "sizes": ["S", "M"], "vip": True}
    assert second == {"points": 7}
    with summary.rejects_path.open(encoding="utf-8-sig", newline="") as rejects:
        lines = [row[0] for row in csv.reader(rejects)]
    assert lines == ["rejected_line", "3", "4", "5"]


def test_structs_dates_and_nan_of_parquet_are_read(store, tmp_path):
    people = [{"id": "c1", "mail": "A@b.co"}, {"id": "c2", "mail": None}]
    table = pa.table(
        {
            "order_id": [1.0, 2.0],
            "who": pa.array(people),
            "day": [date(2026, 1, 31), date(2026, 2, 1)],
            "total": [0.1 + 0.2, float("nan")],
        }
    )
    pq.write_table(table, tmp_path / "o.parquet", row_group_size=1)
    mapping = written(
        tmp_path / "m.toml",
        "[columns]", 'order_id = "order_id"', 'customer_id = "who.id"', 'email = "who.mail"',
        'ordered_at = "day"', 'total = "total"',
    )  # fmt: skip

    assert counts(bring(store, tmp_path / "o.parquet", mapping=mapping)) == (2, 2, 0, 0)

    told = [
        (f["order_id"], f["customer_id"], f["email"], f["ordered_at"], f["total_minor"]) for f in facts(store)
    ]
    assert told == [
        ("1", "c1", "a@b.co", "2026-01-30T23:00:00Z", 30),
        ("2", "c2", "", "2026-01-31T23:00:00Z", None),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 workbook", "save the table as CSV"),
        (b'[{"order_id": 1}]', "one JSON array"),
        (b"PAR1 is not enough", "no Parquet file"),
        (b"{broken\n", "no line that is a JSON object"),
    ],
)
def test_files_that_are_no_table_are_refused_with_the_remedy(store, tmp_path, content, said):
    (tmp_path / "o.csv").write_bytes(content)
    with pytest.raises(ImportProblem, match=said):
        bring(store, tmp_path / "o.csv")


ROW = "{},c,2026-01-01,5"


@pytest.mark.parametrize(
    ("lines", "bad", "good"),
    [
        # Open to the end of the file.
        ([ROW.format(1), '2,"c,2026-01-01,5', *(ROW.format(n) for n in range(3, 9))], ["3"], "1345678"),
        # Open to a quotation mark of a later row, where a row of the right width seems to end.
        ([ROW.format(1), '2,"c,2026-01-01,5', '3,"c",2026-01-01,5', ROW.format(4)], ["3"], "134"),
        # Swallowing so many rows that no text is so long.
        (['1,"c,2026-01-01,5', *(ROW.format(n) for n in range(2, 900)), '900,"c",2026-01-01,5'], ["2"], None),
        # A text of several lines is no mistake, nor is a mark within a word.
        (['1,"c\n\nd",2026-01-01,5', '2,c"d,2026-01-01,5', '3,"c"d,2026-01-01,5'], [], "123"),
    ],
)
def test_a_quotation_mark_that_is_not_closed_costs_its_own_row_alone(store, tmp_path, lines, bad, good):
    file = written(tmp_path / "o.csv", HEADER, *lines)

    summary = bring(store, file)

    wanted = good or [str(n) for n in range(2, 901)]
    assert Counter(fact["order_id"] for fact in facts(store)) == Counter(wanted)
    assert summary.rejected == len(bad)
    if bad:
        with summary.rejects_path.open(encoding="utf-8-sig", newline="") as rejects:
            [row] = list(csv.reader(rejects))[1:]
        assert row[0] == bad[0]
        assert '"c' in row[4]
        # As it stands the mark is part of the value, and the row can be imported.
        assert counts(bring(store, summary.rejects_path)) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("total", "currency", "minor"),
    [("1.50", "EUR", 150), ("1.5000", "EUR", 150), ("1.505", "EUR", None), ("150.0", "JPY", 150),
     ("150.5", "JPY", None), ("1.505", "KWD", 1505), ("+1.5", "EUR", 150), ("9999999999.99", "EUR", 999999999999),
     ("99999999999999999999999999999999", "EUR", None)],
)  # fmt: skip
def test_decimals_beyond_those_of_the_currency_are_rejected_and_zeros_are_none(
    store, tmp_path, total, currency, minor
):
    file = written(tmp_path / "o.csv", HEADER + ",currency", f"1,c,2026-01-01,{total},{currency}")
    assert bring(store, file).rejected == (minor is None)
    assert [fact["total_minor"] for fact in facts(store)] == ([] if minor is None else [minor])


def test_a_mapping_may_have_amounts_rounded(store, tmp_path):
    file = written(tmp_path / "o.csv", HEADER, "1,c,2026-01-01,1.505", "2,c,2026-01-01,1.504")
    mapping = written(
        tmp_path / "m.toml", "[columns]", 'order_id = "order_id"', 'customer_id = "customer_id"',
        'ordered_at = "ordered_at"', 'total = "total"', "[formats]", "round_amounts = true",
    )  # fmt: skip
    bring(store, file, mapping=mapping)
    assert [fact["total_minor"] for fact in facts(store)] == [151, 150]


@pytest.mark.parametrize(
    ("pattern", "value"),
    [("", "2026-01-31 09:30:00 +0100"), ("", "2026-01-31 08:30:00 UTC"), ("unix", "1769848200"),
     ("unix_ms", "1769848200000"), ("%d/%m/%Y %H:%M %z", "31/01/2026 09:30 +0100")],
)  # fmt: skip
def test_times_are_read_as_shops_write_them(store, tmp_path, pattern, value):
    file = written(tmp_path / "o.csv", HEADER, f"1,c,{value},5")
    mapping = written(
        tmp_path / "m.toml", "[columns]", 'order_id = "order_id"', 'customer_id = "customer_id"',
        'ordered_at = "ordered_at"', *(["[formats]", f'time = "{pattern}"'] if pattern else []),
    )  # fmt: skip
    bring(store, file, mapping=mapping)
    assert Event.objects.get().occurred_at == MOMENT
