"""The pages of metrics."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from regard.core import clock
from regard.core.models import Store
from regard.lake.domain.files import folder_of
from regard.measure.domain.catalogue import CATALOGUE
from regard.measure.domain.targets import set_target
from tests.measure.small_store import TABLES
from tests.measure.written_lake import write_lake
from tests.web.rows import add_customer

CHART = "20260101-20260228-month"


@pytest.fixture
def filled(store: Store, settings, tmp_path) -> Store:
    settings.LAKE_FOLDER = tmp_path / "lake"
    write_lake(store, TABLES)
    return store


def text_of(client: Client, name: str, *parts: str, query: str = "") -> str:
    answer = client.get(reverse(name, args=parts) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_metrics_are_found_by_their_words(store: Store, owner: Client) -> None:
    live = text_of(owner, "metric_list", store.slug)
    assert "Net promoter score" in live
    assert "High-ticket conversion" not in live
    dormant = text_of(owner, "metric_list", store.slug, query="?state=dormant&q=conversion+high")
    assert "prices of what was looked at" in dormant
    assert "Cart abandonment" not in dormant
    assert "No metric has these words" in text_of(owner, "metric_list", store.slug, query="?q=zzz")


def test_the_page_of_a_metric_says_how_it_is_computed(store: Store, owner: Client) -> None:
    with clock.set_to(datetime(2026, 4, 1, 12, tzinfo=UTC)):
        page = text_of(owner, "metric", store.slug, "rpr", query="?variant=period&each=quarter")
    assert (
        "customers with a purchase in the period that is not their first ÷ customers with one × 100" in page
    )
    assert f"/s/{store.slug}/metrics/rpr/20250501-20260401-quarter-all-period/chart" in page
    assert "<dt>Target</dt><dd>–</dd>" in page  # that of the catalogue is of its definition
    assert "It needs: prices" in text_of(owner, "metric", store.slug, "cvr_high_ticket")
    assert owner.get(reverse("metric", args=[store.slug, "unheard_of"])).status_code == 404


def test_figures_are_drawn_and_told(filled: Store, owner: Client) -> None:
    # See tests/measure: in January 52.00 of five, in February 115.56 of nine, 122.2 % more.
    part = text_of(owner, "metric_chart", filled.slug, "aov", f"{CHART}-all-default")
    assert '<td class="number">115.56</td><td class="number">9</td><td class="number">60.00</td>' in part
    assert "+122.2 %" in part
    assert "n = 14 in all" in part
    assert "<svg" in part
    split = text_of(owner, "metric_chart_file", filled.slug, "aov", f"{CHART}-purchase-default", "csv")
    assert "Feb 2026,a later one,72.50,6,65.00," in split


@pytest.mark.parametrize(
    ("name", "split", "said"),
    [
        ("health_avg", "band", "At risk"),
        ("csat_mean", "topic", "help that was given"),
        ("ltv_by_nps", "group", "promoters"),
        ("ltv_nps_cohort", "group_and_purchases", "detractors, purchases: 3"),
        ("exposure_ltv", "exposed", "yes"),
        ("crr", "cohort", "Mar 2025"),
        ("ticket_volume", "agent", "not told"),
    ],
)
def test_parts_have_words(filled: Store, owner: Client, name: str, split: str, said: str) -> None:
    part = text_of(owner, "metric_chart", filled.slug, name, f"{CHART}-{split}-default")
    assert f"<td>{said}</td>" in part
    part = re.sub(r'href="[^"]*"', "", part)  # addresses have codes
    for code in ("health:", "detractor ", "not exposed", "2025-03"):
        assert code not in part


def test_pages_name_no_row_of_a_specification(store: Store, owner: Client) -> None:
    for metric in CATALOGUE.values():
        page = text_of(owner, "metric", store.slug, metric.id)
        assert "pecification" not in page
        assert re.search(r"\b00[0-4]\b", page.partition("<main")[2]) is None, metric.id


def test_tabs_keep_the_words_that_are_sought(store: Store, owner: Client) -> None:
    assert "?state=dormant&amp;q=a%26b+%C3%B7" in text_of(
        owner, "metric_list", store.slug, query="?q=a%26b+%C3%B7"
    )


@pytest.mark.parametrize(
    ("name", "asked", "said"),
    [
        # Of ten customers at the end of February nine were there in January: they are no nineteen.
        ("clv", "all-default", "n = 10 in the last period"),
        ("ticket_backlog", "all-default", "n = 2 in the last period"),
        # One ticket in January and five in February, on which each part rests.
        ("contact_reason_share", "category-default", "n = 6 in all"),
        ("aov", "purchase-default", "n = 14 in all"),
    ],
)
def test_nobody_is_counted_twice(filled: Store, owner: Client, name: str, asked: str, said: str) -> None:
    assert said in text_of(owner, "metric_chart", filled.slug, name, f"{CHART}-{asked}")


def test_of_many_parts_the_largest_are_shown(store: Store, owner: Client, settings, tmp_path) -> None:
    settings.LAKE_FOLDER = tmp_path / "lake"
    on = date(2026, 2, 9)
    reviews = [{"product_id": f"p{n}", "rating": 5, "reviewed_on": on} for n in range(2_000)]
    write_lake(store, {"reviews": reviews})
    part = text_of(owner, "metric_chart", store.slug, "review_rating", f"{CHART}-product_id-default")
    assert "The table has the 300 largest; the API and the command have all." in part
    assert part.count('<th scope="row">Feb 2026') == 300


@pytest.mark.parametrize(
    "asked",
    ["x", f"{CHART}-all", f"{CHART}-agent-default", f"{CHART}-all-weekly", "20260201-x-month-all-default"],
)
def test_what_makes_no_sense_is_not_found(filled: Store, owner: Client, asked: str) -> None:
    assert owner.get(reverse("metric_chart", args=[filled.slug, "aov", asked])).status_code == 404


def test_nothing_gathered_is_no_data(store: Store, owner: Client, settings, tmp_path) -> None:
    settings.LAKE_FOLDER = tmp_path / "lake"
    assert "No data in this time" in text_of(owner, "metric_chart", store.slug, "nps", f"{CHART}-all-default")


def test_what_cannot_be_drawn_says_why(filled: Store, owner: Client) -> None:
    asked = "19900101-20261122-day-all-default"
    assert "more than 400 periods" in text_of(owner, "metric_chart", filled.slug, "aov", asked)
    file = reverse("metric_chart_file", args=[filled.slug, "aov", asked, "csv"])
    assert owner.get(file).status_code == 404


def test_shares_move_by_points(filled: Store, owner: Client) -> None:
    part = text_of(owner, "metric_chart", filled.slug, "rpr", f"{CHART}-all-default")
    assert " %, +" in part  # February has more than January, in percent and in points
    assert " points<span" in part


def test_the_list_tells_how_metrics_stand(filled: Store, owner: Client) -> None:
    with clock.set_to(datetime(2026, 3, 4, 12, tzinfo=UTC)):
        page = text_of(owner, "metric_list", filled.slug)
        part = text_of(owner, "metric_values", filled.slug, "hands")
    assert f'hx-get="/s/{filled.slug}/metrics/of/hands/"' in page
    # See tests/measure: 115.56 of nine in February, 122.2 % more than January's 52.00.
    assert "<strong>115.56 EUR</strong>" in part
    assert "Feb 2026, n = 9" in part
    assert "+122.2 %" in part
    assert 'class="spark"' in part
    assert "by its parts" in part
    assert "Net promoter score" not in part


def test_how_metrics_stand_is_computed_once(filled: Store, owner: Client) -> None:
    with clock.set_to(datetime(2026, 3, 4, 12, tzinfo=UTC)):
        first = text_of(owner, "metric_values", filled.slug, "hands")
        (folder_of(filled) / "orders-0-v.parquet").unlink()
        assert text_of(owner, "metric_values", filled.slug, "hands") == first
        set_target(store=filled, name="rpr", bound="least", value=99, actor="ana")
        write_lake(filled, TABLES)
        assert "at least 99.0 %" in text_of(owner, "metric_values", filled.slug, "hands")


def test_the_list_is_searched(filled: Store, owner: Client) -> None:
    part = text_of(owner, "metric_values", filled.slug, "hands", query="?q=promoter+premium")
    assert part.count("data-row") == 1
    assert "Average order value" not in text_of(owner, "metric_list", filled.slug, query="?sphere=heart")
    assert owner.get(reverse("metric_values", args=[filled.slug, "feet"])).status_code == 404


def test_what_is_wrong_in_an_address_is_named(filled: Store, owner: Client) -> None:
    page = text_of(
        owner, "metric", filled.slug, "rpr", query="?from=2026-13-01&each=hour&by=agent&variant=weekly"
    )
    for said in ("“2026-13-01” is no day", "“hour” is no stretch", "split by “agent”", "definition “weekly”"):
        assert said in page
    page = text_of(owner, "metric", filled.slug, "rpr", query="?from=2026-02-01&to=2026-01-01")
    assert "The last day lies before the first" in page
    page = text_of(owner, "metric", filled.slug, "rpr", query="?from=2000-01-01&to=2026-01-01&each=day")
    assert "more than 400 periods" in page


def test_a_target_is_set_on_the_page_and_taken_back(filled: Store, owner: Client) -> None:
    address = reverse("metric_target", args=[filled.slug, "aov"])
    assert owner.post(address, {"bound": "least", "value": "60.5"}).status_code == 302
    page = text_of(owner, "metric", filled.slug, "aov")
    assert "<dt>Target</dt><dd>at least 60.50 EUR</dd>" in page
    part = text_of(owner, "metric_chart", filled.slug, "aov", f"{CHART}-all-default")
    assert "not met" in part
    assert ">met</span>" in part
    owner.post(address, {"reset": "1"})
    assert "<dt>Target</dt><dd>–</dd>" in text_of(owner, "metric", filled.slug, "aov")
    owner.post(address, {"bound": "least", "value": "much"})
    assert "Give the target as a number." in text_of(owner, "metric", filled.slug, "aov")


def test_a_baseline_is_chosen_on_the_page(filled: Store, owner: Client) -> None:
    owner.post(reverse("metric_baseline", args=[filled.slug, "aov"]), {"month": "2026-01"})
    page = text_of(owner, "metric", filled.slug, "aov")
    assert '<dd>52.00 EUR <span class="muted">in January 2026, n = 5</span></dd>' in page
    part = text_of(owner, "metric_chart", filled.slug, "aov", f"{CHART}-all-default")
    assert "Against the baseline" in part
    owner.post(reverse("metric_baseline", args=[filled.slug, "aov"]), {"month": "soon"})
    assert "Give a month, such as 2026-01." in text_of(owner, "metric", filled.slug, "aov")


def test_a_definition_is_chosen_in_the_settings(filled: Store, owner: Client) -> None:
    owner.post(reverse("definitions", args=[filled.slug]), {"rpr": "period"})
    page = text_of(owner, "metric", filled.slug, "rpr")
    assert '<p class="sentence">customers with a purchase in the period that is not their first ÷' in page
    assert "<code>rpr:period</code>" in page
    assert "85.7" in text_of(owner, "metric_chart", filled.slug, "rpr", f"{CHART}-all-default")
    part = text_of(owner, "metric_chart", filled.slug, "rpr", f"{CHART}-all-standard")
    assert "77.8" in part


ROWS = "?from=2026-02-01&to=2026-02-28"


def test_the_rows_behind_a_figure_lead_to_their_customers(filled: Store, owner: Client) -> None:
    part = text_of(owner, "metric_chart", filled.slug, "aov", f"{CHART}-purchase-default")
    assert "/metrics/aov/rows/?from=2026-02-01&amp;to=2026-02-28&amp;variant=standard&amp;by=purchase" in part
    page = text_of(owner, "metric_rows", filled.slug, "aov", query=ROWS)
    assert "9 orders behind the figure from 1 Feb 2026 to 28 Feb 2026" in page
    assert "500.00" in page
    assert "nobody known" in page
    shown = text_of(owner, "metric_rows", filled.slug, "rpr", query=f"{ROWS}&variant=period")
    assert "7 customers behind" in shown
    assert owner.get(reverse("metric_rows", args=[filled.slug, "aov"])).status_code == 404
    assert "cannot be shown" in text_of(owner, "metric_rows", filled.slug, "cvr_high_ticket", query=ROWS)
    assert (
        owner.get(reverse("metric_rows", args=[filled.slug, "aov"]) + f"{ROWS}&cursor=x").status_code == 404
    )


def test_the_rows_are_exported(filled: Store, owner: Client) -> None:
    answer = owner.post(reverse("metric_rows_export", args=[filled.slug, "aov"]) + ROWS)
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[:2] == ["id,customer_id,reference,on,part,value", "28,,o28,2026-02-11,,50000.0"]
    assert len(lines) == 10


def test_rows_cost_the_same_however_many(store: Store, owner: Client, settings, tmp_path) -> None:
    settings.LAKE_FOLDER = tmp_path / "lake"
    on = date(2026, 2, 9)
    address = reverse("metric_rows", args=[store.slug, "review_rating"]) + ROWS
    owner.get(address)
    counted = []
    for count in (1, 3):
        people = [add_customer(store, 10 * count + number) for number in range(count)]
        write_lake(
            store,
            {
                "identities": [{"id": each.pk, "customer_id": each.pk} for each in people],
                "reviews": [{"identity_id": each.pk, "rating": 5, "reviewed_on": on} for each in people],
            },
        )
        with CaptureQueriesContext(connection) as queries:
            assert owner.get(address).content.decode().count("data-drawer") == count
        counted.append(len(queries))
    assert counted[0] == counted[1]
