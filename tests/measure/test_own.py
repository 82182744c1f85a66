"""What a store makes of the catalogue: its targets, definitions and baselines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from regard.core import clock
from regard.core.models import AuditEntry, Store
from regard.measure.domain.baselines import choose_baseline, keep_baselines, stores_without_baselines
from regard.measure.domain.catalogue import CATALOGUE
from regard.measure.domain.definitions import choosable_metrics, choose_definitions
from regard.measure.domain.metric import Target
from regard.measure.domain.own import Baseline, own_metrics
from regard.measure.domain.showing import Figure, Wanted, metrics_for_viewer
from regard.measure.domain.targets import reset_target, set_target
from regard.measure.models import MetricBaseline

from .small_store import TABLES
from .written_lake import write_lake

FEBRUARY = (date(2026, 2, 1), date(2026, 2, 28))
APRIL = datetime(2026, 4, 1, 12, tzinfo=UTC)


@pytest.fixture
def filled(store: Store) -> Store:
    write_lake(store, TABLES)
    return store


def of_february(store: Store, name: str) -> Figure:
    [shown] = metrics_for_viewer(store, [name], Wanted(*FEBRUARY))
    return shown.figures[0]


def last_change(store: Store) -> tuple[str, str, dict]:
    entry = AuditEntry.objects.filter(store=store).latest("id")
    return entry.action, entry.target, entry.detail["changes"]


def test_a_target_of_the_store_holds_until_it_is_reset(filled: Store, other_store: Store):
    assert of_february(filled, "rpr").meets_target is True  # 77.8 of the catalogue's 25
    set_target(store=filled, name="rpr", bound="", value=80, actor="ana")
    assert own_metrics(filled).named("rpr").metric.target == Target("least", 80)
    assert of_february(filled, "rpr").meets_target is False
    assert own_metrics(other_store).named("rpr").metric.target == Target("least", 25)
    changes = {"target": {"before": "at least 25", "after": "at least 80"}}
    assert last_change(filled) == ("metric.target_set", "rpr", changes)

    reset_target(store=filled, name="rpr", actor="ana")
    assert of_february(filled, "rpr").meets_target is True
    reset_target(store=filled, name="rpr", actor="ana")  # nothing to write down
    assert AuditEntry.objects.filter(store=filled, action="metric.target_reset").count() == 1


def test_a_target_is_of_one_definition(filled: Store):
    set_target(store=filled, name="ttr", bound="", value=4, actor="ana")
    assert own_metrics(filled).named("ttr").metric.target == Target("most", 4)
    set_target(store=filled, name="rpr:period", bound="most", value=50, actor="ana")
    assert own_metrics(filled).named("rpr").metric.target == Target("least", 25)


WRONG: list[tuple[str, str, float, str]] = [
    ("rpr:weekly", "", 1, "There is no metric rpr:weekly"),
    ("cvr_high_ticket", "", 1, "has no data yet"),
    ("contact_reason_share", "", 1, "at least or at most"),
    ("rpr", "over", 1, "at least or at most"),
    ("rpr", "", float("nan"), "Give a number"),
    ("rpr", "", 1e15, "Give a number"),
]


@pytest.mark.parametrize(("name", "bound", "value", "said"), WRONG)
def test_a_target_that_makes_no_sense_is_refused(
    store: Store, name: str, bound: str, value: float, said: str
):
    with pytest.raises(ValidationError, match=said):
        set_target(store=store, name=name, bound=bound, value=value, actor="ana")


def test_a_definition_changes_the_result_and_no_answer(filled: Store, other_store: Store):
    # The specification's definitions of repeat purchases, of effort and of lifetime value; see test_by_hand.
    chosen = {"rpr": "period", "ces": "net", "clv": "window_30", "frt": "resolved", "csat_pct": "from_5"}
    choose_definitions(store=filled, chosen=chosen, actor="ana")
    told = {name: of_february(filled, name).value for name in chosen}
    assert told == {"rpr": 85.7143, "ces": 0, "clv": 8_571, "frt": 1.875, "csat_pct": 42.8571}
    assert of_february(filled, "rpr:standard").value == 77.7778
    assert own_metrics(other_store).named("rpr").name == "rpr"
    assert last_change(filled)[2]["rpr"] == {"before": "standard", "after": "period"}

    choose_definitions(store=filled, chosen=dict.fromkeys(chosen, "standard"), actor="ana")
    assert of_february(filled, "ces").value == 3.6667
    before = AuditEntry.objects.count()
    choose_definitions(store=filled, chosen={"ces": "standard"}, actor="ana")
    assert AuditEntry.objects.count() == before


def test_each_definition_of_each_metric_can_be_chosen(filled: Store):
    for metric in choosable_metrics():
        for variant in metric.ready_variants:
            choose_definitions(store=filled, chosen={metric.id: variant}, actor="ana")
            assert own_metrics(filled).named(metric.id).variant == variant


@pytest.mark.parametrize(
    ("metric", "variant"),
    [("ttr", "by_people"), ("fcr", "inquiries"), ("aov", "median"), ("rpr", "weekly"), ("cvr", "x")],
)
def test_a_definition_that_there_is_not_is_refused(store: Store, metric: str, variant: str):
    with pytest.raises(ValidationError):
        choose_definitions(store=store, chosen={metric: variant}, actor="ana")


def keep_already(store: Store, names: Iterable[str]) -> None:
    """So that what is looked for is less."""
    first, last = FEBRUARY
    kept = {"store": store, "first": first, "last": last, "value": 1, "n": 1, "kept_at": APRIL}
    MetricBaseline.objects.bulk_create([MetricBaseline(name=name, **kept) for name in names])


def test_the_first_whole_month_on_record_is_kept(filled: Store):
    keep_already(filled, [metric for metric in CATALOGUE if metric not in {"aov", "nps", "ltv_by_nps"}])
    with clock.set_to(APRIL):
        assert keep_baselines(filled) == 2
        own = own_metrics(filled)
        # Purchases begin on 24 December 2024; January 2025: (100 + 25) ÷ 2.
        assert own.named("aov").baseline == Baseline(date(2025, 1, 1), date(2025, 1, 31), 6_250, 2)
        # Answers begin in January 2026; February: 0 of 5.
        assert own.named("nps").baseline == Baseline(*FEBRUARY, 0, 5)
        assert own.named("ltv_by_nps").baseline is None
        write_lake(filled, {**TABLES, "orders": TABLES["orders"][:3]})
        assert keep_baselines(filled) == 0  # what is kept stays
    # February's 115.56 against 62.50.
    [shown] = metrics_for_viewer(filled, ["aov"], Wanted(*FEBRUARY))
    assert shown.baseline == own.named("aov").baseline


def test_the_first_month_may_lie_far_back(filled: Store):
    # 2022-05 holds the first purchase of all, 2022-07 the first whole month with one; none in the years between.
    long_ago = [
        {**TABLES["orders"][0], "ordered_on": day, "total_minor": total}
        for day, total in ((date(2022, 5, 20), 100), (date(2022, 7, 1), 700), (date(1970, 1, 1), 5))
    ]
    write_lake(filled, {**TABLES, "orders": [*TABLES["orders"], *long_ago]})
    keep_already(filled, [metric for metric in CATALOGUE if metric not in {"aov", "nps"}])
    with clock.set_to(APRIL):
        keep_baselines(filled)
    own = own_metrics(filled)
    assert own.named("aov").baseline == Baseline(date(2022, 7, 1), date(2022, 7, 31), 700, 1)
    assert own.named("nps").baseline == Baseline(*FEBRUARY, 0, 5)


def test_months_are_compared_with_the_baseline(filled: Store):
    with clock.set_to(APRIL):
        choose_baseline(store=filled, name="aov", month=date(2025, 1, 1), actor="ana")
    months = Wanted(date(2026, 1, 1), FEBRUARY[1], ("month",))
    [shown] = metrics_for_viewer(filled, ["aov"], months)
    # January's 52.00 and February's 115.56 against 62.50.
    told = [(each.baseline_percent, each.baseline_points, each.baseline_verdict) for each in shown.figures]
    assert told == [(-16.8, -1_050, "worse"), (84.9, 5_306, "better")]
    [weeks] = metrics_for_viewer(filled, ["aov"], Wanted(*FEBRUARY, ("week",)))
    assert {figure.baseline_points for figure in weeks.figures} == {None}


def test_another_month_can_be_the_baseline(filled: Store):
    with clock.set_to(APRIL):
        choose_baseline(store=filled, name="aov", month=date(2026, 1, 20), actor="ana")
        assert own_metrics(filled).named("aov").baseline == Baseline(
            date(2026, 1, 1), date(2026, 1, 31), 5_200, 5
        )
        assert last_change(filled)[2]["month"] == {"before": None, "after": "2026-01"}
        for name, month in (
            ("aov", date(2026, 4, 1)),
            ("aov", date(2019, 1, 1)),
            ("ltv_by_nps", APRIL.date()),
        ):
            with pytest.raises(ValidationError):
                choose_baseline(store=filled, name=name, month=month, actor="ana")


def test_without_a_lake_nothing_is_kept(store: Store):
    assert keep_baselines(store) == 0


def test_what_is_chosen_costs_three_queries(filled: Store, django_assert_num_queries: Callable[..., object]):
    for name in ("rpr", "aov", "nps"):
        set_target(store=filled, name=name, bound="least", value=1, actor="ana")
    with django_assert_num_queries(3):
        metrics_for_viewer(filled, ["rpr", "aov", "nps"], Wanted(*FEBRUARY))


def test_stores_with_a_lake_and_no_baseline_are_next(filled: Store, other_store: Store):
    assert stores_without_baselines() == [filled]
    with clock.set_to(APRIL):
        choose_baseline(store=filled, name="aov", month=FEBRUARY[0], actor="ana")
    assert stores_without_baselines() == []
