"""Files that are brought in from the pages: looked at, started, mended, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from regard.capture.domain.imports import import_file
from regard.capture.jobs import import_uploaded_file
from regard.capture.models import Event, ImportRun
from regard.core.config import config
from regard.core.models import AuditEntry, Store


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("REGARD_DATA", str(tmp_path))
    config.cache_clear()
    yield tmp_path / "imports" / "uploads"
    monkeypatch.undo()
    config.cache_clear()


def upload(browser: Client, base: str, content: bytes, **more: Any) -> Any:
    file = SimpleUploadedFile("../../orders.csv", content)
    return browser.post(f"{base}/imports/new/", {"kind": "orders", "file": file, **more})


ORDERS = b"order_id,customer_id,ordered_at,sum\nA-1,C-1,2026-01-01,20.00\nA-2,C-2,never,5\n"


CHOSEN = {f"orders.{name}": name for name in ("order_id", "customer_id", "ordered_at")} | {
    "orders.total": "sum"
}


def test_uploaded_file_is_looked_at_then_brought_in_by_a_worker(
    store: Store, base: str, owner: Client, uploads: Path
) -> None:
    page = upload(owner, base, ORDERS).headers["Location"]
    run = ImportRun.objects.get()
    assert page == f"{base}/imports/{run.pk}/"

    draft = owner.get(page)
    assert draft.context["form"]["orders.order_id"].initial == "order_id"
    assert draft.context["form"]["orders.total"].initial == ""
    shown = owner.post(f"{page}start/", {**CHOSEN, "preview": "1"}).context["preview"].kinds["orders"]
    assert shown.fields == ["order_id", "ordered_at", "customer_id", "total"]
    assert [(row.values, row.problem) for row in shown.rows] == [
        (["A-1", "2026-01-01 00:00", "C-1", "20.00 EUR"], ""),
        ([], "ordered_at: 'never' is no time; write it like 2026-01-31T09:30:00."),
    ]

    assert owner.post(f"{page}start/", CHOSEN).headers["Location"] == page
    [job] = ProcrastinateJob.objects.all()
    assert job.task_name == "capture.import_upload"
    import_uploaded_file(**job.args)
    [run] = owner.get(f"{base}/imports/").context["page"].rows
    assert (run.state, run.file_name, run.read, run.added, run.rejected) == (
        "finished",
        "orders.csv",
        2,
        1,
        1,
    )
    assert Event.objects.get().body["total_minor"] == 2000
    assert list(uploads.iterdir()) == []
    done = owner.get(page)
    assert done.context["rejected"].rows[0][1] == "ordered_at"
    assert done.context["run"].reasons == [
        ["ordered_at", "… is no time; write it like 2026-01-31T09:30:00.", 1]
    ]
    download = owner.get(f"{page}rejected/")
    assert b"A-2" in b"".join(download.streaming_content)

    actions = AuditEntry.objects.filter(actor="owner@acme.example").order_by("id")
    assert list(actions.values_list("action", flat=True)) == ["import.started", "import.finished"]


def test_mended_rows_are_read_as_the_file_was(store: Store, base: str, owner: Client, uploads: Path) -> None:
    page = upload(owner, base, ORDERS).headers["Location"]
    owner.post(f"{page}start/", CHOSEN)
    import_uploaded_file(**ProcrastinateJob.objects.get().args)
    rejects = b"".join(owner.get(f"{page}rejected/").streaming_content)
    mended = SimpleUploadedFile("mended.csv", rejects.replace(b"never", b"2026-01-02"))
    # "never" stands in the reason too, where it does no harm.
    second = owner.post(f"{page}mend/", {"file": mended}).headers["Location"]
    import_uploaded_file(**ProcrastinateJob.objects.latest("id").args)
    run = owner.get(second).context["run"]
    assert (run.state, run.read, run.added, run.rejected) == ("finished", 1, 1, 0)
    assert Event.objects.latest("id").body["total_minor"] == 500


def test_a_draft_that_leaves_out_what_is_needed_is_not_started(
    base: str, owner: Client, uploads: Path
) -> None:
    page = upload(owner, base, b"a,b\n1,2\n").headers["Location"]
    assert "Choose its column: every row needs it." in owner.get(page).content.decode()
    assert owner.post(f"{page}start/", {"orders.order_id": "a"}).status_code == 200
    assert ProcrastinateJob.objects.count() == 0
    owner.post(f"{page}discard/")
    assert ImportRun.objects.count() == 0
    assert list(uploads.iterdir()) == []


def test_file_that_cannot_be_imported_is_refused_with_the_reason(
    base: str, owner: Client, uploads: Path
) -> None:
    no_columns = upload(owner, base, b"PK\x03\x04 a workbook")
    bad_mapping = upload(owner, base, b"a,b\n1,2\n", mapping=SimpleUploadedFile("m.toml", b"= nonsense"))
    assert list(no_columns.context["form"].errors) == ["file"]
    assert list(bad_mapping.context["form"].errors) == ["mapping"]
    assert list(uploads.iterdir()) == []
    assert ProcrastinateJob.objects.count() == 0


def test_taking_an_import_back_says_which_later_files_hold_its_facts_too(
    store: Store, base: str, owner: Client, tmp_path: Path
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("order_id,customer_id,ordered_at\nO-1,c1,2025-01-31\n")
    import_file(store=store, kind="orders", path=path, actor="tests")
    run = ImportRun.objects.get(store=store)
    url = f"{base}/imports/{run.pk}/undo/"
    assert owner.get(url).context["holding_too"] == []

    import_file(store=store, kind="orders", path=path, actor="tests")
    assert [other.repeated for other in owner.get(url).context["holding_too"]] == [1]
    owner.post(url)
    assert ImportRun.objects.get(pk=run.pk).state == "undoing"
