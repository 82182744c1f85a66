"""One customer as `regard customer show` tells them, to people and to programs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from regard.capture.domain.logged import next_events
from regard.cli.customer_text import customer_json, customer_lines, past_health_lines
from regard.cli.import_progress import ProgressBar
from regard.core import clock
from regard.core.models import Store
from regard.pipeline import STAGES
from regard.profile.domain.finding import find_customer
from regard.profile.domain.personal_data import erase_customer
from regard.profile.domain.tags import tag_customers
from tests.profile.histories import append, call, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(store: Store) -> dict:
    """A customer of whom everything that a command shows is known."""

    def said(hour: float, name: str, **properties: object):
        return call(store, hour=hour, user="u1", name=name, properties=properties)

    traits = {
        "email": "anna@x.co",
        "name": "Anna",
        "phone": "+49 30 901820",
        "plan": "gold",
        "email_opt_in": True,
    }
    append([
        call(store, type="identify", user="u1", traits=traits),
        said(1, "Order Completed", order_id="o1", total=50, currency="EUR"),
        said(2, "Order Shipped", order_id="o1", shipment_id="s1", tracking_number="TN1", carrier="Post"),
        said(3, "NPS Survey Submitted", value=3, text="Too slow", response_id="a1"),
        said(4, "Product Reviewed", rating=2, review_title="Too small", review_id="r1"),
        said(5, "Ticket Opened", ticket_id="t1", subject="Lost parcel"),
    ])  # fmt: skip
    take(store, next_events(store.pk, after=0, up_to=2**62, limit=100), stages=STAGES)
    tag_customers(store, [find_customer(store, "u1").pk], "vip", actor="tests")
    found = customer_json(store, "anna@x.co")
    assert found is not None
    return found


def test_programs_are_told_all_that_the_page_shows(anna: dict):
    assert (anna["phone"], anna["attributes"], anna["tags"]) == ("+4930901820", {"plan": "gold"}, ["vip"])
    assert [(one["channel"], one["given"]) for one in anna["consents"]] == [("email", True)]
    assert [(one["order_id"], one["tracking_number"], one["state"]) for one in anna["shipments"]] == [
        ("o1", "TN1", "shipped")
    ]


def test_people_read_what_was_said(anna: dict):
    assert customer_lines(anna)[-3:] == [
        "  answer    2026-11-01  nps  3 of 10  Too slow",
        "  review    2026-11-01  2 of 5  Too small",
        "  ticket    2026-11-01  open  Lost parcel",
    ]


def test_people_read_the_health_in_full_points_and_what_is_not_known_of_it(anna: dict):
    anna["health"] |= {"score": 79.96, "band_label": "Healthy"}
    lines = customer_lines(anna)
    assert "  health    79 of 100, Healthy, known of: Satisfaction, Behaviour" in lines
    assert lines[-4].startswith("            Not known: Direction of satisfaction, Satisfaction with help")
    assert [unknown["input"] for unknown in anna["health"]["unknown"]][:2] == [
        "satisfaction_direction", "issue_resolution",
    ]  # fmt: skip


def test_the_health_of_a_moment_gone_by_is_told_with_its_reasons(anna: dict, store: Store):
    with clock.set_to(datetime(2026, 12, 31, tzinfo=UTC)):  # after the events were received
        now = past_health_lines(store, "anna@x.co", None)
        before = past_health_lines(store, "anna@x.co", datetime(2026, 1, 31, 12, tzinfo=UTC))
        assert past_health_lines(store, "nobody@x.co", None) is None
    assert now is not None
    assert now[0].endswith(" as of 2026-12-31 00:00 UTC")
    assert "  One answer: 3 of 10." in now
    assert before == ["unknown, Not enough data, as of 2026-01-31 12:00 UTC"]


def test_nobody_is_found_by_what_nobody_goes_by(store: Store):
    assert customer_json(store, "nobody@x.co") is None


def test_what_was_spent_is_unknown_where_no_order_has_an_amount(store: Store):
    append([call(store, user="u2", name="Order Completed", properties={"order_id": "o2", "total": "much"})])
    take(store, next_events(store.pk, after=0, up_to=2**62, limit=100), stages=STAGES)
    found = customer_json(store, "u2")
    assert found is not None
    assert found["orders"]["totals"] == [
        {"currency": "EUR", "count": 1, "total": None, "refunded": "0.00", "net": None}
    ]
    assert customer_lines(found)[0] == f"Customer u2  <no e-mail>  customer {found['id']}"
    assert customer_lines(found)[2] == "  orders    1  amount unknown (EUR)"


@pytest.mark.parametrize(
    ("traits", "head"),
    [
        ({"name": "Anna", "email": "anna@x.co"}, "Anna  <anna@x.co>"),
        ({"email": "anna@x.co"}, "<anna@x.co>"),
        ({"phone": "+49 30 901820"}, "+4930901820  <no e-mail>"),
    ],
)
def test_the_command_calls_a_customer_as_pages_do(store: Store, traits: dict[str, str], head: str):
    append([call(store, type="identify", browser="a1", traits=traits)])
    take(store, next_events(store.pk, after=0, up_to=2**62, limit=100), stages=STAGES)
    found = customer_json(store, traits.get("email") or traits["phone"])
    assert found is not None
    assert customer_lines(found)[0] == f"{head}  customer {found['id']}"


def test_a_number_that_was_erased_names_nobody(store: Store):
    append([call(store, user="u1", name="Order Completed", properties={"order_id": "o1", "total": 5})])
    take(store, next_events(store.pk, after=0, up_to=2**62, limit=100), stages=STAGES)
    number = find_customer(store, "u1").pk
    erase_customer(store=store, customer_id=number, actor="tests")
    found = customer_json(store, str(number))
    assert found is not None
    assert customer_lines(found)[0] == f"Customer {number}  <no e-mail>  customer {number}"


def test_progress_is_shown_on_terminals_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    bar = ProgressBar()
    bar.show(0.5, 10, "rows")
    bar.end()
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    bar = ProgressBar()
    bar.show(0.5, 10, "rows")
    bar.end()
    assert capsys.readouterr().err.startswith("\r[############............]  50% 10 rows")


def test_rows_that_an_earlier_run_brought_are_not_part_of_the_pace(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    now = [0.0]
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setattr("regard.cli.import_progress.time.monotonic", lambda: now[0])
    bar = ProgressBar()
    for seconds, share, done in ((1, 0.5, 50_000), (6, 0.55, 55_000), (12, 0.6, 60_000)):
        now[0] = seconds
        bar.show(share, done, "rows")
    shown = capsys.readouterr().err.split("\r")
    assert shown[1].rstrip().endswith("50,000 rows, 50,000 a second, 1 s left")
    assert shown[3].rstrip().endswith("60,000 rows, 833 a second, 48 s left")
