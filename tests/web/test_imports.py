"""Uploading a file, saying what it is, and choosing columns."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from regard.capture.domain.imports.checking import CHECK_JOB, ask_for_check
from regard.capture.domain.imports.rejects import rejects_path
from regard.capture.domain.imports.runs import held, note_taken_up
from regard.capture.domain.imports.undo import begin_undo
from regard.capture.domain.imports.uploads import import_upload, upload_of
from regard.capture.domain.reader import read_next
from regard.capture.jobs import check_uploaded_file
from regard.capture.models import ImportRun, ImportState
from regard.capture.pages.import_rows import Pace, pace_of
from regard.core import clock
from regard.pipeline import READER, STAGES
from regard.score.domain.stale import refresh_stale
from tests.capture.test_imports import HEADER, bring, facts, written

pytestmark = pytest.mark.django_db(transaction=True)  # what is not committed is not read
GERMAN = "Bestellnummer;Kundennummer;Bestelldatum;Summe\nB-1;K7;31.01.2026;1.234,50\n"
NAMELESS = "nr,who,day,sum\nB-1,K7,2026-01-31,5\n"


def upload(owner: Client, store, text: str, **told) -> str:
    """Gives where the upload leads to."""
    file = SimpleUploadedFile("file.csv", text.encode())
    answer = owner.post(
        reverse("import_new", args=[store.slug]), {"file": file, "kind": "", "preset": "", **told}
    )
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def test_what_a_file_holds_is_found_out_shown_and_changed(owner, store):
    draft = upload(owner, store, GERMAN)
    shown = owner.get(draft).content.decode()
    assert re.search(r'<option value="orders" selected>', shown)
    assert "As its columns look." in shown
    assert re.search(r'<option value="%d.%m.%Y" selected>', shown)
    assert re.search(r'<option value="comma" selected>', shown)
    assert "2026-01-31 00:00" in shown
    assert "1,234.50 EUR" in shown

    owner.post(f"{draft}kind/", {"kind": "customers"})

    shown = owner.get(draft).content.decode()
    assert "Its columns look like orders." in shown
    assert ImportRun.objects.get().kind == "customers"
    owner.post(f"{draft}kind/", {"kind": "orders"})
    columns = {"order_id": "Bestellnummer", "customer_id": "Kundennummer", "ordered_at": "Bestelldatum",
               "total": "Summe"}  # fmt: skip
    written = {"days": "%d.%m.%Y", "decimals": "comma"}
    owner.post(f"{draft}start/", {f"orders.{field}": column for field, column in columns.items()} | written)
    run = ImportRun.objects.select_related("store").get()
    assert run.state == ImportState.QUEUED
    import_upload(run)
    assert [fact["total_minor"] for fact in facts(store)] == [123_450]


def test_a_draft_asks_whether_days_or_months_come_first_where_its_rows_do_not_tell(owner, store):
    draft = upload(owner, store, f"{HEADER}\no1,c1,01/02/2026,5\n")
    shown = owner.get(draft).content.decode()
    assert "Choose: day or month first</option>" in shown
    assert "01/02/2026 may be the 1st of February as well as the 2nd of January" in shown
    names = ("order_id", "customer_id", "ordered_at", "total")
    told = {f"orders.{name}": name for name in names} | {"decimals": "point"}
    owner.post(f"{draft}start/", told | {"days": "%d/%m/%Y, %m/%d/%Y"})
    assert ImportRun.objects.get().state == ImportState.DRAFT

    owner.post(f"{draft}start/", told | {"days": "%m/%d/%Y"})

    import_upload(ImportRun.objects.select_related("store").get(state=ImportState.QUEUED))
    [fact] = facts(store)
    assert fact["ordered_at"].startswith("2026-01-0")


def test_a_needed_column_that_is_missing_is_said_at_its_field_and_the_others_stay(owner, store):
    draft = upload(owner, store, NAMELESS, kind="orders")
    shown = owner.get(draft).content.decode()
    assert shown.count("Choose its column: every row needs it.") == 2
    assert shown.count("Choose a column for at least one of these: customer_id, email.") == 2

    chosen = {"orders.order_id": "nr", "orders.customer_id": "who", "days": "%d/%m/%Y", "decimals": "comma"}
    answer = owner.post(f"{draft}start/", chosen)

    shown = answer.content.decode()
    assert ImportRun.objects.get().state == ImportState.DRAFT
    assert shown.count("Choose its column: every row needs it.") == 1
    assert "at least one of these" not in shown
    for value in ("nr", "who", "%d/%m/%Y", "comma"):
        assert f'<option value="{value}" selected>' in shown
    owner.post(f"{draft}start/", chosen | {"orders.ordered_at": "day", "days": "", "decimals": "point"})
    assert ImportRun.objects.get().state == ImportState.QUEUED


def test_a_file_that_looks_like_nothing_known_asks_what_it_is(owner, store):
    file = SimpleUploadedFile("file.csv", b"apples,pears\n1,2\n")
    answer = owner.post(reverse("import_new", args=[store.slug]), {"file": file, "kind": "", "preset": ""})
    assert answer.status_code == 200
    assert "say what is in it." in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_the_page_of_a_run_counts_rows_then_profiles_then_scores(owner, store, tmp_path):
    lines = [*(f"o{n},c{n % 2},2026-01-01,5" for n in range(4)), "o9,c,2226-01-01,5"]
    run_id = bring(store, written(tmp_path / "o.csv", HEADER, *lines)).run_id
    url = reverse("import_run", args=[store.slug, run_id])

    scores = "Customers whose scores are to be computed"

    def counts() -> tuple[int, int, int, dict[str, int], bool]:
        told = owner.get(url).context
        after = told["aftermath"]
        waiting = {label: count for label, count in after.waiting.items() if label == scores}
        return told["accepted"], after.formed, after.facts, waiting, told["is_watched"]

    assert counts() == (4, 0, 4, {scores: 0}, True)
    assert "Rows are in, profiles follow" in owner.get(url).content.decode()
    assert "Rows are in, profiles follow" in owner.get(reverse("imports", args=[store.slug])).content.decode()
    read_next(store, reader=READER, stages=STAGES, live_batch=3, backfill_batch=3)
    assert counts() == (4, 3, 4, {scores: 2}, True)
    while read_next(store, reader=READER, stages=STAGES):
        pass
    assert counts() == (4, 4, 4, {scores: 2}, True)
    refresh_stale(store)
    assert counts() == (4, 4, 4, {scores: 0}, False)
    shown = " ".join(owner.get(url).content.decode().split())
    assert "5 read · 4 accepted · 1 rejected" in shown
    assert "4 of 4 facts" in shown
    assert "profiles follow" not in shown


def test_an_upload_that_was_given_up_says_so_and_is_gone_on_with(owner, store):
    draft = upload(owner, store, f"{HEADER}\no1,c1,2026-01-01,5\n")
    columns = {f"orders.{name}": name for name in ("order_id", "customer_id", "ordered_at", "total")}
    owner.post(f"{draft}start/", columns | {"days": "", "decimals": "point"})
    assert "Given up" not in owner.get(draft).content.decode()
    with connection.cursor() as cursor:  # as the last of many tries leaves it
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
    shown = owner.get(draft)
    assert "Given up" in shown.content.decode()
    assert not shown.context["is_watched"]

    owner.post(f"{draft}resume/")

    assert "Given up" not in owner.get(draft).content.decode()
    jobs = ProcrastinateJob.objects.filter(args__run_id=ImportRun.objects.get().pk).order_by("id")
    assert list(jobs.values_list("status", flat=True)) == ["failed", "todo"]


def test_an_undo_that_nobody_is_at_is_gone_on_with(owner, store, tmp_path):
    run = ImportRun.objects.get(
        pk=bring(store, written(tmp_path / "o.csv", HEADER, "o1,c,2026-01-01,5")).run_id
    )
    jobs = ProcrastinateJob.objects.filter(task_name="web.undo_import", args__run_id=run.pk)
    begin_undo(run, actor="ana")  # and its job ended with an error
    url, page = (reverse(name, args=[store.slug, run.pk]) for name in ("import_undo", "import_run"))
    run.refresh_from_db()
    with held(run):
        assert "Go on taking it back" not in owner.get(page).content.decode()
        owner.post(url)
        assert not jobs.exists()
    assert "Go on taking it back" in owner.get(page).content.decode()

    owner.post(url)

    assert jobs.count() == 1


def run_checks() -> None:
    """What a worker does with the checks that are asked for."""
    for job in ProcrastinateJob.objects.filter(task_name=CHECK_JOB).order_by("id"):
        check_uploaded_file(**job.args)


AS_NAMED = {f"orders.{name}": name for name in ("order_id", "customer_id", "ordered_at", "total")}


def test_all_of_a_file_is_checked_before_it_is_started(owner, store):
    bring_first = [f"o{n},c{n},2026-01-31,5" for n in range(30)]
    rows = "\n".join([HEADER, *bring_first, "o30,c1,2026-01-31,much", "o31,c1,,5"])
    draft = upload(owner, store, rows)

    assert owner.post(f"{draft}start/", AS_NAMED | {"check": "1"})["Location"] == draft
    assert "A worker checks it: 0 %, 0 rows." in owner.get(draft).content.decode()
    run_checks()

    shown = " ".join(owner.get(draft).content.decode().split())
    assert "32 rows read: 30 facts would be added, 0 are known already, 2 rows would be rejected." in shown
    assert "&#x27;much&#x27; is no number; write it like 1234.50." in shown, (
        "the thirtieth row shows in no preview"
    )
    run = ImportRun.objects.get()
    assert (run.state, facts(store), rejects_path(run).exists()) == (ImportState.DRAFT, [], False)
    owner.post(f"{draft}start/", AS_NAMED)
    run.refresh_from_db()
    assert (run.state, run.dry_run) == (ImportState.QUEUED, None)


def test_a_check_says_nothing_about_columns_that_were_chosen_after_it(owner, store):
    draft = upload(owner, store, f"{HEADER}\no1,c1,2026-01-31,5\n")
    owner.post(f"{draft}start/", AS_NAMED | {"check": "1"})
    run_checks()
    changed = AS_NAMED | {"orders.total": "", "preview": "1"}
    assert "rows read" not in owner.post(f"{draft}start/", changed).content.decode()
    assert "rows read" in owner.get(draft).content.decode()
    owner.post(f"{draft}kind/", {"kind": "customers"})
    assert "rows read" not in owner.get(draft).content.decode()


def test_a_check_that_nobody_waits_for_any_more_ends(owner, store):
    draft = upload(owner, store, f"{HEADER}\no1,c1,2026-01-31,5\n")
    owner.post(f"{draft}start/", AS_NAMED | {"check": "1"})
    owner.post(f"{draft}start/", AS_NAMED | {"check": "1"})
    first, second = ProcrastinateJob.objects.filter(task_name=CHECK_JOB).order_by("id")
    check_uploaded_file(**first.args)
    assert "A worker checks it: 0 %" in owner.get(draft).content.decode()
    owner.post(f"{draft}start/", AS_NAMED)
    check_uploaded_file(**second.args)
    run = ImportRun.objects.get()
    assert (run.state, run.dry_run) == (ImportState.QUEUED, None)


def test_what_was_started_meanwhile_is_not_checked(owner, store):
    draft = upload(owner, store, f"{HEADER}\no1,c1,2026-01-31,5\n")
    seen = ImportRun.objects.select_related("store").get()
    owner.post(f"{draft}start/", AS_NAMED)
    started = ImportRun.objects.values().get()

    assert not ask_for_check(seen, mapping=upload_of(seen).mapping)

    assert ImportRun.objects.values().get() == started
    assert not ProcrastinateJob.objects.filter(task_name=CHECK_JOB).exists()


def test_a_check_that_died_has_ended(owner, store):
    draft = upload(owner, store, f"{HEADER}\no1,c1,2026-01-31,5\n")
    owner.post(f"{draft}start/", AS_NAMED | {"check": "1"})
    ProcrastinateJob.objects.filter(task_name=CHECK_JOB).update(status="failed")

    shown = owner.get(draft).content.decode()
    assert "The check broke off" in shown
    assert "A worker checks it" not in shown

    owner.post(f"{draft}start/", AS_NAMED | {"check": "1"})
    assert "A worker checks it: 0 %" in owner.get(draft).content.decode()


def test_what_was_started_is_not_discarded(owner, store):
    draft = upload(owner, store, f"{HEADER}\no1,c1,2026-01-31,5\n")
    owner.post(f"{draft}start/", AS_NAMED)
    owner.post(f"{draft}discard/")
    import_upload(ImportRun.objects.select_related("store").get())
    assert len(facts(store)) == 1


def test_the_pace_is_that_since_somebody_took_the_file_up(owner, store):
    upload(owner, store, f"{HEADER}\no1,c1,2026-01-31,5\n")
    long_ago, now = clock.now() - timedelta(hours=5), clock.now()
    runs = ImportRun.objects.all()
    runs.update(state=ImportState.RUNNING, started_at=long_ago, read=200_000, share=0.2)
    run = runs.get()

    assert pace_of(run) is None, "nobody is at it yet"
    note_taken_up(run)
    assert pace_of(run) is None, "nothing new is read"
    runs.update(taken_up_at=now - timedelta(seconds=100), read=300_000, share=0.3)
    assert pace_of(runs.get()) == Pace(rate=1000, minutes_left=11, seconds_left=40)

    page = reverse("import_run", args=[store.slug, run.pk])
    assert "a second" not in owner.get(page).content.decode(), "interrupted: no process holds it"
    with held(run):
        shown = " ".join(owner.get(page).content.decode().split())
        assert re.search(
            r"30 % · 1,0\d\d rows a second · 11 min \d+ s left|30 % · 9\d\d rows a second", shown
        )
