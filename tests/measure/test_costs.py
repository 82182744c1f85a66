"""What a store spends: told, changed, read from a file, the same over page, API and command, and in the lake."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from regard.cli.main import main
from regard.core.models import AuditEntry, Store
from regard.lake.domain.reading import open_lake
from regard.lake.domain.refresh import refresh_lake
from regard.measure.domain.cost_file import import_costs, minor_of
from regard.measure.domain.costs import CostEntry, costs_for_viewer, tell_costs
from regard.measure.models import Cost
from tests.api.conftest import Caller, caller_of  # noqa: F401 - a fixture
from tests.web.conftest import make_person, signed_in  # noqa: F401 - fixtures

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
FILE = """month,kind,amount
2026-01,marketing,310.50
2026-02-14,Support,99
2026-02,gifts,10

2026-13,support,5
2026-02,tools,-3
2026-02,goods,many
2026-W05,goods,7
2199-01,goods,7
2026-01,marketing,1
"""


def told(store: Store) -> dict[tuple[date, str], int]:
    return {(cost.month, cost.kind): cost.amount_minor for cost in costs_for_viewer(store)}


def test_every_version_is_kept_and_audited(store: Store, other_store: Store):
    first = [CostEntry(JANUARY, "marketing", 31_000), CostEntry(JANUARY, "goods", 5_000)]
    assert tell_costs(store=store, entries=first, actor="ana") == 2
    assert tell_costs(store=store, entries=first, actor="ana") == 0  # as before
    again = [CostEntry(JANUARY, "marketing", 29_000), CostEntry(JANUARY, "goods", None)]
    assert tell_costs(store=store, entries=again, actor="bob") == 2
    assert told(store) == {(JANUARY, "marketing"): 29_000}
    assert told(other_store) == {}
    versions = Cost.objects.filter(store=store).order_by("id").values_list("amount_minor", "told_by")
    assert list(versions) == [(31_000, "ana"), (5_000, "ana"), (29_000, "bob")]
    entry = AuditEntry.objects.filter(store=store, action="costs.told").latest("id")
    assert entry.detail["changes"] == {
        "2026-01 marketing": {"before": "310.00 EUR", "after": "290.00 EUR"},
        "2026-01 goods": {"before": "50.00 EUR", "after": None},
    }


@pytest.mark.parametrize(
    ("entries", "field"),
    [
        ([CostEntry(JANUARY, "gifts", 1)], "kind"),
        ([CostEntry(date(2026, 1, 2), "goods", 1)], "month"),
        ([CostEntry(JANUARY, "goods", -1)], "amount"),
        ([CostEntry(JANUARY, "goods", 1), CostEntry(JANUARY, "goods", 2)], "costs"),
    ],
)
def test_what_makes_no_sense_is_refused(store: Store, entries: list[CostEntry], field: str):
    with pytest.raises(ValidationError) as refused:
        tell_costs(store=store, entries=entries, actor="ana")
    assert list(refused.value.message_dict) == [field]


def test_lines_of_a_file_are_kept_or_rejected(store: Store):
    done = import_costs(store=store, content=FILE.encode(), actor="ana")
    assert (done.read, done.changed) == (9, 2)
    assert [line.number for line in done.rejected] == [4, 6, 7, 8, 9, 10, 11]
    assert told(store) == {(JANUARY, "marketing"): 31_050, (FEBRUARY, "support"): 9_900}
    semicolons = "\ufeffMonth;Kind;Amount;Currency\r\n2026-02;tools;1.204,50;EUR\r\n2026-02;goods;4;USD\r\n"
    done = import_costs(store=store, content=semicolons.encode(), actor="ana")
    assert (done.changed, [line.number for line in done.rejected]) == (1, [3])
    assert told(store)[FEBRUARY, "tools"] == 120_450


@pytest.mark.parametrize(
    ("amount", "minor"),
    [("1.200,50", 120_050), ("12,5", 1_250), (",5", 50), ("1200", 120_000), ("0.50", 50)],
)
def test_amounts_are_read_as_people_write_them(amount: str, minor: int):
    assert minor_of(amount, "EUR") == minor


@pytest.mark.parametrize("amount", ["1.200", "1.200.000", "1,200", "1.20,50", "many", ""])
def test_amounts_that_may_be_two_are_refused(amount: str):
    with pytest.raises(ValidationError, match="amount"):
        minor_of(amount, "EUR")
    assert minor_of("1.200", "KWD") == 1_200  # of three decimal places


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2\n", b"\xff\xfe", b"x" * 1_000_001, b"month,kind,amount," + b"x" * 140_000]
)
def test_what_is_no_file_of_costs_is_refused(store: Store, content: bytes):
    with pytest.raises(ValidationError, match="file"):
        import_costs(store=store, content=content, actor="ana")


@pytest.mark.django_db(transaction=True)  # what is not committed is not gathered
def test_costs_are_in_the_lake(store: Store):
    tell_costs(store=store, entries=[CostEntry(JANUARY, "goods", 100)], actor="ana")
    tell_costs(store=store, entries=[CostEntry(JANUARY, "goods", 200)], actor="ana")
    refresh_lake(store)
    with open_lake(store) as lake:
        rows = lake.rows_of(lake.table("costs").select("month", "kind", "amount_minor"))
    assert rows == [{"month": JANUARY, "kind": "goods", "amount_minor": 200}]


@pytest.mark.django_db(transaction=True)
def test_command_and_api_tell_the_same(
    store: Store,
    caller_of: Callable[..., Caller],  # noqa: F811
    tmp_path: Path,
):
    path = tmp_path / "costs.csv"
    path.write_text(FILE)
    done = CliRunner().invoke(main, ["costs", "import", str(path), "--store", "acme"])
    assert (done.exit_code, "9 lines read, 2 costs new or changed, 7 rejected." in done.stdout) == (1, True)
    done = CliRunner().invoke(main, ["costs", "set", "2026-01", "tools", "12.50", "--store", "acme"])
    assert (done.exit_code, done.stdout) == (0, "2026-01 tools: 12.50 EUR.\n")
    listed = json.loads(CliRunner().invoke(main, ["costs", "list", "--store", "acme", "--json"]).stdout)
    caller = caller_of(store, "metrics.read", "metrics.manage")
    items = caller.get("/metrics/costs").json()["items"]
    assert [each | {"told_at": ""} for each in items] == [each | {"told_at": ""} for each in listed]
    assert [each["amount_minor"] for each in items] == [9_900, 31_050, 1_250]
    done = CliRunner().invoke(main, ["costs", "set", "2026-01", "tools", "-5", "--store", "acme"])
    assert (done.exit_code, done.stderr) == (
        1,
        "Error: amount: Give an amount from 0 to a hundred billion.\n",
    )
    gone = {"costs": [{"month": "2026-01-01", "kind": "tools", "amount_minor": None}]}
    assert len(caller.call("PUT", "/metrics/costs", gone).json()["items"]) == 2
    wrong = {"costs": [{"month": "2026-01-01", "kind": "gifts", "amount_minor": 1}]}
    assert caller.call("PUT", "/metrics/costs", wrong).json()["errors"][0]["field"] == "kind"
    for month, field, said in (
        ("2026-01-02", "month", "Give the first day of the month, such as 2026-01-01."),
        ("2026-01", "costs.0.month", "This is no day; write it like 2026-01-31."),
        ("1820-01-01", "month", "Give a month from 1990 to 2199."),
    ):
        refused = {"costs": [{"month": month, "kind": "tools", "amount_minor": 1}]}
        errors = caller.call("PUT", "/metrics/costs", refused).json()["errors"]
        assert errors == [{"field": field, "message": said}]


def test_a_month_is_told_changed_and_removed_on_the_page(
    store: Store,
    signed_in: Callable[..., Client],  # noqa: F811
):
    browser, url = signed_in(store), reverse("costs", args=["acme"])
    browser.post(url, {"month": "2026-01", "marketing": "310.50", "goods": "7"})
    assert told(store) == {(JANUARY, "marketing"): 31_050, (JANUARY, "goods"): 700}
    # Another form of the same month, opened before there was anything, leaves what it does not name.
    browser.post(url, {"month": "2026-01", "marketing": "300"})
    assert told(store) == {(JANUARY, "marketing"): 30_000, (JANUARY, "goods"): 700}
    shown = browser.get(f"{url}?month=2026-01").content.decode()
    assert 'value="300.00"' in shown
    browser.post(url, {"month": "2026-01", "opened": "2026-01", "marketing": "300", "goods": ""})
    assert told(store) == {(JANUARY, "marketing"): 30_000}
    wrong = browser.post(url, {"month": "soon", "marketing": "300"})
    assert (wrong.status_code, "“soon” is no month" in wrong.content.decode()) == (200, True)
    browser.post(url, {"month": "2026-01", "opened": "2026-01", "remove": "1"})
    assert told(store) == {}


def test_a_file_may_be_brought_to_the_page(
    store: Store,
    signed_in: Callable[..., Client],  # noqa: F811
    tmp_path: Path,
):
    path = tmp_path / "costs.csv"
    path.write_text(FILE)
    with path.open("rb") as file:
        answer = signed_in(store).post(reverse("costs", args=["acme"]), {"import": "1", "file": file})
    page = answer.content.decode()
    assert (answer.status_code, "9 lines read, 2 new or changed" in page) == (200, True)
    assert "“gifts” is no kind of cost" in page
    assert len(told(store)) == 2
