"""The pages of how relationships move."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from regard.core.models import Store
from regard.profile.models import Customer
from tests.measure.test_relationships import TABLES, move
from tests.measure.written_lake import write_lake
from tests.web.test_lists import queries_of

pytestmark = pytest.mark.django_db
DAYS = "?from=2026-02-15&to=2026-03-31"


@pytest.fixture
def filled(store: Store, settings, tmp_path) -> Store:
    settings.LAKE_FOLDER = tmp_path / "lake"
    write_lake(store, TABLES)
    return store


def text_of(browser: Client, name: str, store: Store, *args: object, query: str = DAYS) -> str:
    answer = browser.get(reverse(name, args=[store.slug, *args]) + query)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", b"".join(answer).decode())


def cells_of(page: str) -> list[str]:
    return [
        " ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in re.findall(r"<t[hd].*?</t[hd]>", page)
    ]


def test_moves_lead_to_who_moved(filled: Store, owner: Client) -> None:
    page = text_of(owner, "moves", filled)
    line = page[page.index('scope="row">At risk') :]
    assert cells_of(f"<th {line[: line.index('</tr>')]}")[1:] == ["1", "0", "0", "0", "0", "0", "1 100 %"]
    asked = "score=health&amp;from=2026-02-15&amp;to=2026-03-31&amp;then=health%3Aat_risk&amp;now="
    assert f'href="/s/{filled.slug}/relationships/moved/?{asked}"' in page
    assert "Before" not in page
    early = text_of(owner, "moves", filled, query="?from=2025-03-01&to=2026-03-31")
    assert "Before 10 Jan 2026 nothing is known" in early
    exported = text_of(owner, "moves_export", filled)
    assert "from_band,to_band,customers ,health:thriving,1 health:at_risk,,1" in exported


def test_who_moved_costs_the_same_queries_however_many(filled: Store, owner: Client) -> None:
    known, *ids = [Customer.objects.create(store=filled, **seen()).pk for _each in range(4)]
    long_ago = move("health", "2026-01-10", known, None, "", 50, "healthy")
    query = f"{DAYS}&then=&now=health:thriving"
    text_of(owner, "moved_customers", filled, query=query)  # the first one signs in
    counts = []
    for count in (1, 3):
        moves = [move("health", "2026-03-20", who, None, "", 90, "thriving") for who in ids[:count]]
        write_lake(filled, {**TABLES, "score_changes": [long_ago, *moves]})
        counts.append(queries_of(owner, reverse("moved_customers", args=[filled.slug]) + query))
        assert text_of(owner, "moved_customers", filled, query=query).count(">90<") == count
    assert counts[0] == counts[1]
    refused = owner.get(reverse("moved_customers", args=[filled.slug]) + f"{DAYS}&then=x&now=y")
    assert refused.status_code == 404


def seen() -> dict[str, datetime]:
    return dict.fromkeys(("first_seen_at", "last_seen_at"), datetime(2026, 1, 1, tzinfo=UTC))


def test_cohorts_with_their_direction(filled: Store, owner: Client) -> None:
    page = text_of(owner, "cohorts", filled, query="?from=2026-01-01&to=2026-03-31")
    assert cells_of(page)[7:14] == ["Jan 2026", "2", "steady", "67.5", "73.5", "66.0", "66.0"]
    assert "1 rising, 0 steady, 1 falling" in page
    exported = text_of(owner, "cohorts_export", filled, query="?from=2026-01-01&to=2026-03-31")
    assert "2026-01,1,2,73.5,1,1,0,0,0" in exported


@pytest.mark.parametrize("name", ["mean", "shares", "life-mean", "life-shares"])
def test_drawings(name: str, filled: Store, owner: Client) -> None:
    page = text_of(owner, "relationship_chart", filled, name, query="?from=2026-01-01&to=2026-03-31")
    assert "<svg" in page
    assert ("67.5" if "mean" in name else "50.0 %") in page
    assert "Nothing is known of before 10 Jan 2026" in page


def test_what_makes_no_sense_is_said(filled: Store, owner: Client) -> None:
    page = text_of(
        owner, "relationships", filled, query="?score=mood&each=year&from=2026-03-01&to=2026-02-01"
    )
    for told in ("no score “mood”", "“year” is no stretch", "lies before the first day"):
        assert told in page
