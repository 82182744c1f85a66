"""Figures of a real store: the command and the API tell the same, each of its own store alone."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from regard import pipeline
from regard.capture.domain.imports.run import import_file
from regard.capture.domain.reader import read_next
from regard.cli.main import main
from regard.core import clock
from regard.lake.domain.refresh import refresh_lake
from regard.measure.domain.catalogue import CATALOGUE
from regard.profile.domain.merging import merge_customers
from regard.profile.models import Identity
from tests.api.conftest import Caller, caller_of  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(transaction=True)  # what is not committed is not gathered

ORDERS = """order_id,ordered_at,customer_id,total,currency
a,2026-01-05T10:00:00Z,u1,100,EUR
b,2026-01-31T23:30:00Z,u1,60,EUR
c,2026-02-10T10:00:00Z,u2,30,EUR
"""
ANSWERS = """response_id,measure,value,lowest,highest,answered_at,customer_id
n1,nps,10,0,10,2026-02-11,u1
n2,nps,3,0,10,2026-02-12,u2
"""
SHOW = ["metrics", "show", "--store", "acme", "--from", "2026-01-01", "--to", "2026-02-28", "--by", "month"]
QUERY = "from=2026-01-01&to=2026-02-28&by=month"


@pytest.fixture
def filled(store, tmp_path: Path):
    for kind, text in (("orders", ORDERS), ("answers", ANSWERS)):
        path = tmp_path / f"{kind}.csv"
        path.write_text(text)
        import_file(store=store, kind=kind, path=path, actor="tests")
    while read_next(store, reader=pipeline.READER, stages=pipeline.STAGES):
        pass
    return store


def run(*words: str) -> str:
    done = CliRunner().invoke(main, [*words])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_command_and_api_tell_the_same(filled, caller_of: Callable[..., Caller]):  # noqa: F811
    told = json.loads(run(*SHOW, "aov", "nps", "rpr:period", "--compare", "previous", "--json"))
    answer = caller_of(filled, "metrics.read").get(
        f"/metrics/figures?ids=aov&ids=nps&ids=rpr:period&{QUERY}&compare=previous"
    )
    assert answer.json()["items"] == [
        each | {"as_of": answered["as_of"]}
        for each, answered in zip(told, answer.json()["items"], strict=True)
    ]
    # 31 January 23:30 in UTC is the first of February in Berlin: 100; (60 + 30) ÷ 2.
    aov, nps, _rpr = told
    assert [(figure["value"], figure["n"]) for figure in aov["figures"]] == [(10_000, 1), (4_500, 2)]
    assert aov["currency"] == "EUR"
    assert [(figure["value"], figure["n"], figure["low"]) for figure in nps["figures"]] == [
        (None, 0, None), (0, 2, -100),
    ]  # fmt: skip

    rows = list(csv.DictReader(io.StringIO(run(*SHOW, "aov", "--csv"))))
    assert [(row["first"], row["value"], row["currency"]) for row in rows] == [
        ("2026-01-01", "10000.0", "EUR"), ("2026-02-01", "4500.0", "EUR"),
    ]  # fmt: skip
    assert "2026-02-01 to 2026-02-28  45.00 EUR, median 45.00 EUR" in run(*SHOW, "aov")
    compared = run(*SHOW, "aov", "--compare", "previous")
    assert "45.00 EUR, median 45.00 EUR  -55.00 EUR, -55 %, worse  (n = 2" in compared
    assert "2026-01-01 to 2026-01-31  no data" in run(*SHOW, "nps")


def test_what_reaches_beyond_the_history_is_marked_alike(filled, caller_of):  # noqa: F811
    said = run(*SHOW, "rpr", "revenue", "--compare", "previous")
    assert "window not full: history begins 2026-01-05" in said
    assert "history begins 2026-01-05: nothing whole to compare with" in said
    answer = (
        caller_of(filled, "metrics.read").get(f"/metrics/figures?ids=rpr&{QUERY}&compare=previous").json()
    )
    [rpr] = answer["items"]
    assert rpr["history_from"] == "2026-01-05"
    told = [(each["is_window_full"], each["is_comparable"], each["change_points"]) for each in rpr["figures"]]
    assert told == [(False, False, None), (False, False, None)]


def test_a_merge_is_in_the_figures_at_once(filled):
    # In February u1 bought again and u2 for the first time: 1 of 2. As one person they bought again: 1 of 1.
    assert february("rpr:period") == (50, 2)
    first, second = Identity.objects.filter(store=filled, kind="user_id").values_list(
        "customer_id", flat=True
    )
    merge_customers(store=filled, first=first, second=second, force=True, actor="tests")
    assert february("rpr:period") == (100, 1)


def february(name: str) -> tuple[Any, int]:
    figure = json.loads(run(*SHOW, name, "--json"))[0]["figures"][1]
    return figure["value"], figure["n"]


def test_a_key_of_another_store_gets_nothing_of_this_one(filled, other_store, caller_of):  # noqa: F811
    refresh_lake(filled)
    [theirs] = caller_of(other_store, "metrics.read").get(f"/metrics/figures?ids=aov&{QUERY}").json()["items"]
    assert (theirs["currency"], theirs["as_of"]) == ("USD", None)
    assert [figure["value"] for figure in theirs["figures"]] == [None, None]
    refused = caller_of(filled, "store.read").get(f"/metrics/figures?ids=aov&{QUERY}")
    assert refused.status_code == 403


def test_what_is_wrong_is_said(filled, caller_of):  # noqa: F811
    caller = caller_of(filled, "metrics.read")
    answer = caller.get(f"/metrics/figures?ids=cvr_high_ticket&{QUERY}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "ids"
    for days in ("from=0001-01-01&to=9999-12-31", "from=2026-01-01&to=9999-12-31&by=year"):
        answer = caller.get(f"/metrics/figures?ids=nps&{days}")
        assert (answer.status_code, "1990-01-01" in answer.text) == (422, True)
    done = CliRunner().invoke(main, [*SHOW, "cvr_high_ticket"])
    assert (done.exit_code, "It needs: prices" in done.output) == (1, True)


def test_the_catalogue_is_listed(filled, caller_of):  # noqa: F811
    told = json.loads(run("metrics", "list", "--json"))
    caller = caller_of(filled, "metrics.read")
    assert caller.get("/metrics").json()["items"] == told
    assert [metric["id"] for metric in told] == list(CATALOGUE)
    found = caller.get("/metrics?words=promoter%20premium").json()["items"]
    assert [metric["id"] for metric in found] == ["promoter_premium"]
    assert "High-ticket conversion  (needs prices" in run("metrics", "list")


FEBRUARY = ["--store", "acme", "--from", "2026-02-01", "--to", "2026-02-28"]


def test_command_and_api_tell_the_same_rows(filled, caller_of):  # noqa: F811
    told = json.loads(run("metrics", "rows", "aov", *FEBRUARY, "--json"))
    caller = caller_of(filled, "customers.read")
    answer = caller.get("/metrics/rows?id=aov&from=2026-02-01&to=2026-02-28").json()
    assert (answer["items"], answer["total"], answer["counts"]) == (told, 2, "orders")
    assert [row["reference"] for row in told] == ["c", "b"]
    first = caller.get("/metrics/rows?id=aov&from=2026-02-01&to=2026-02-28&limit=1").json()
    rest = caller.get(f"/metrics/rows?id=aov&from=2026-02-01&to=2026-02-28&cursor={first['next']}").json()
    assert [*first["items"], *rest["items"]] == told
    assert "2 orders from 2026-02-01 to 2026-02-28" in run("metrics", "rows", "aov", *FEBRUARY)
    assert "The latest 1; --limit gives more" in run("metrics", "rows", "aov", *FEBRUARY, "--limit", "1")
    assert len(run("metrics", "rows", "aov", *FEBRUARY, "--csv").splitlines()) == 3
    # u1 came again, u2 for the first time.
    lines = run("metrics", "rows", "rpr:period", *FEBRUARY).splitlines()[1:]
    assert [line.rpartition("  ")[2] for line in lines] == ["no", "yes"]


def test_rows_of_a_store_are_its_own(filled, other_store, caller_of):  # noqa: F811
    refresh_lake(filled)
    theirs = caller_of(other_store, "customers.read").get(
        "/metrics/rows?id=aov&from=2026-02-01&to=2026-02-28"
    )
    assert (theirs.json()["items"], theirs.json()["total"]) == ([], 0)


def test_command_and_api_set_the_same_target(filled, caller_of):  # noqa: F811
    assert run("metrics", "target", "aov", "60.5", "--store", "acme") == (
        "The target of aov is at least 60.50 EUR.\n"
    )
    caller = caller_of(filled, "metrics.read", "metrics.manage")
    [aov] = [each for each in caller.get("/metrics").json()["items"] if each["id"] == "aov"]
    assert aov["target"] == {"bound": "least", "value": 6_050}
    changed = caller.call("PUT", "/metrics/targets", {"id": "aov", "value": None}).json()
    assert (changed["id"], changed["target"]) == ("aov", None)
    caller.call("PUT", "/metrics/targets", {"id": "aov", "value": 100, "bound": "most"})
    assert run("metrics", "target", "aov", "--reset", "--store", "acme") == "aov has no target now.\n"
    below = run("metrics", "target", "nps", "-5", "--store", "acme")
    assert below == "The target of nps is at least -5.\n"
    refused = CliRunner().invoke(main, ["metrics", "target", "aov", "--store", "acme"])
    assert (refused.exit_code, "Give a VALUE, or --reset." in refused.output) == (2, True)


def test_command_and_api_choose_the_same_baseline(filled, caller_of):  # noqa: F811
    assert run("metrics", "baseline", "aov", "2026-01", "--store", "acme") == (
        "The baseline of aov is 100.00 EUR of 2026-01.\n"
    )
    caller = caller_of(filled, "metrics.read", "metrics.manage")
    chosen = caller.call("PUT", "/metrics/baselines", {"id": "aov", "month": "2026-02-14"}).json()
    assert chosen["baseline"] == {"first": "2026-02-01", "last": "2026-02-28", "value": 4_500, "n": 2}
    assert "baseline 2026-02: 45.00 EUR (n = 2)" in run(*SHOW, "aov")


def test_command_and_api_choose_the_same_definition(filled, caller_of):  # noqa: F811
    assert run("metrics", "define", "rpr", "period", "--store", "acme") == (
        "rpr: customers with a purchase in the period that is not their first ÷ customers with one × 100\n"
    )
    [shown] = json.loads(run(*SHOW, "rpr", "--json"))
    assert (shown["variant"], [figure["n"] for figure in shown["figures"]]) == ("period", [1, 2])
    caller = caller_of(filled, "metrics.read", "metrics.manage")
    items = caller.call("PUT", "/metrics/definitions", {"definitions": {"rpr": "standard"}}).json()["items"]
    assert [each["variant"] for each in items if each["id"] == "rpr"] == [""]
    wrong = caller.call("PUT", "/metrics/definitions", {"definitions": {"rpr": "weekly"}})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "definitions")
    wrong = caller.call("PUT", "/metrics/targets", {"id": "visitors", "value": 1})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "id")


def test_without_days_the_last_twelve_whole_months_are_told(filled):
    with clock.set_to(datetime(2026, 3, 15, tzinfo=UTC)):
        assert "2025-03-01 to 2026-02-28  63.33 EUR" in run("metrics", "show", "aov", "--store", "acme")
