"""Programmes in a browser: candidates are chosen and invited, and the customer answers; on a phone too."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from tests.browser.visiting import _plain_static_files, chromium, complaints_of, open_page
from tests.grow.boards import ANA, joined, new_programme, new_reader

from regard.core import clock
from regard.core.models import Store
from regard.grow.domain.links import answer_url
from regard.grow.domain.sessions import There, Told, decide, note_attendance, record_session
from regard.grow.models import Programme, ProgrammeMember, ProgrammeSession

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["_plain_static_files", "chromium"]  # fixtures that this module shares


def board(store: Store) -> Programme:
    programme = new_programme(
        store, name="Customer board", purpose="Six of you tell us each month what we should do better.",
        rhythm="An hour online each month, each quarter at our place", thanks="30% off all that you buy",
    )  # fmt: skip
    member = joined(programme, new_reader(store, "grace"))
    joined(programme, new_reader(store, "ada"), "candidate")
    joined(programme, new_reader(store, "bo"), "candidate")
    session = record_session(
        programme,
        Told(kind="online", title="What comes in spring", held_at=clock.now(), notes="Long."),
        actor=ANA,
    )
    note_attendance(session, [There(member_id=member.pk, satisfaction=4, said="The zips break.")], actor=ANA)
    decide(programme, "Zips of metal first.", actor=ANA, verdict="go", session=session)
    ProgrammeMember.objects.filter(state="candidate").update(
        standing=98.2, satisfaction=88, satisfaction_rank=99.1, engagement=71.5, engagement_rank=97.0,
        value_minor=129_900, value_rank=98.5, by_hand=False,
    )  # fmt: skip
    return programme


def test_candidates_are_chosen_and_invited_and_one_says_yes(
    chromium: Browser, live_server: Any, store: Store
) -> None:
    programme = board(store)
    page = open_page(chromium, live_server, store)
    complaints = complaints_of(page)
    here = f"{live_server.url}/s/{store.slug}/programmes/{programme.pk}"
    page.goto(f"{here}/candidates/")
    page.get_by_role("checkbox", name="Choose Ada").check()
    page.get_by_role("button", name="Invite", exact=True).click()
    expect(page.get_by_text("1 customer is invited.")).to_be_visible()
    member = ProgrammeMember.objects.select_related("store").get(state="invited")
    page.goto(f"{live_server.url}/" + answer_url(member).split("/", 3)[3])
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Yes, I take part").click()
    expect(page.get_by_role("heading", name="Thank you, you take part")).to_be_visible()
    assert complaints == []


def test_every_page_fits_a_phone_and_can_be_read_by_all(
    chromium: Browser, live_server: Any, store: Store
) -> None:
    programme = board(store)
    page = open_page(chromium, live_server, store)
    base = f"{live_server.url}/s/{store.slug}/programmes"
    here, session = f"{base}/{programme.pk}", "sessions"
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        for path in (f"{base}/", f"{base}/new/", f"{here}/", f"{here}/candidates/", f"{here}/{session}/",
                     f"{here}/{session}/new/", f"{here}/decisions/"):  # fmt: skip
            page.goto(path)
            found = Axe().run(page).response["violations"]
            assert [node["html"] for each in found for node in each["nodes"]] == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page.goto(f"{here}/{session}/{ProgrammeSession.objects.get().pk}/")
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
