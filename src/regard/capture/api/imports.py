"""Imports of files, over JSON."""

from __future__ import annotations

import gzip
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.db import transaction
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from ninja import Field, File, Form, Query, Schema, Status
from ninja.files import UploadedFile
from procrastinate.contrib.django import app
from pydantic import AwareDatetime, model_validator

from regard.capture.domain.imports.mapping import read_mapping
from regard.capture.domain.imports.problem import ImportProblem
from regard.capture.domain.imports.run import ImportSummary, import_file
from regard.capture.domain.imports.runs import import_runs_of, rejects_of
from regard.capture.domain.imports.undo import begin_undo
from regard.capture.models import ImportRun, ImportState
from regard.core.edges.api import (
    ApiRequest,
    Id,
    Input,
    Page,
    PageQuery,
    Router,
    Text,
    actor_of,
    page_of,
    requires,
    store_of,
)
from regard.core.edges.problems import Problem

router = Router(tags=["Imports"])
LARGEST_FILE = 20 * 1024 * 1024  # read while the caller waits; `regard import` takes files of any size
PIECE = 64 * 1024
GZIP = b"\x1f\x8b"


class NoteItem(Schema):
    """What was left out of some rows, though they count."""

    note: str = Field(description="In words that follow the number.")
    rows: int

    @model_validator(mode="before")
    @classmethod
    def named(cls, pair: Any) -> Any:
        """Runs keep them as pairs."""
        return {"note": pair[0], "rows": pair[1]} if isinstance(pair, list | tuple) else pair


class ImportItem(Schema):
    """One file that was brought in."""

    id: int
    kind: str = Field(examples=["orders"], description="Of several kinds in one file the main one.")
    state: ImportState = Field(
        description="A draft was uploaded on a page and is not started yet. A run whose process was killed stays "
        "running until its file is imported again. Of a finished one all rows are in the log; profiles and scores "
        "follow."
    )
    preset: str = Field(description="The preset that it was read by; empty without one.")
    share: float = Field(description="How much of the file is read, from 0 to 1.")
    file_name: str = Field(examples=["orders-2025.csv"])
    started_at: AwareDatetime
    finished_at: AwareDatetime | None = Field(description="When it ended; null while it runs.")
    broken_off: str = Field(
        description="Why it ended early; empty when it did not. What it had brought stays."
    )
    read: int = Field(description="Rows of the file, rejected ones too.")
    added: int = Field(description="Facts that were new. Rows of some files give several.")
    repeated: int = Field(description="Facts that were there already.")
    again: int = Field(description="Of both: facts that repeat another row of the file exactly.")
    rejected: int = Field(description="Rows that could not be used; get them with their reasons.")
    notes: list[NoteItem] = Field(description="What was left out of rows that count, the most first.")
    handed_over: int = Field(
        description="Facts that an undo left to other imports, whose files hold them too."
    )
    undone: int = Field(description="Facts that were taken back by an undo.")
    undone_at: AwareDatetime | None = Field(description="When the import was taken back.")
    actor: str = Field(description="Who did it.", examples=["key:ERP"])


class ImportResult(Schema):
    """What a file gave."""

    run_id: int | None = Field(description="The import; null for a dry run.")
    read: int = Field(description="Rows of the file, rejected ones too.")
    added: int = Field(description="Facts that were new. Rows of some files give several.")
    repeated: int = Field(description="Facts that were there already.")
    again: int = Field(description="Of both: facts that repeat another row of the file exactly.")
    rejected: int = Field(description="Rows that could not be used.")
    notes: list[NoteItem] = Field(description="What was left out of rows that count, the most first.")
    guessed: dict[str, str] | None = Field(
        description="The column that each field was taken from, when nobody said so."
    )
    preset: str = Field(
        description="The preset that it was read by; empty without one.", examples=["shopify-orders"]
    )
    encoding: str = Field(
        description="How the file was read; empty for one that is no text.", examples=["utf-8"]
    )


class NewImport(Input):
    kind: Text = Field(
        max_length=40,
        description="What the rows are: customers, orders, order_lines, shipments, products, reviews, answers or "
        "tickets.",
        examples=["orders"],
    )
    preset: Text = Field(
        "", max_length=60, description="Name of a preset; empty to find it out.", examples=["shopify-orders"]
    )
    mapping: Text = Field(
        "", max_length=20_000, description="Which column is what, as TOML; see the documentation of imports."
    )
    like: Id | None = Field(
        None, description="The import whose mended rows these are: they are read as its file was."
    )
    dry_run: bool = Field(False, description="Read and check everything, keep nothing.")


@router.get(
    "/imports",
    operation_id="list_imports",
    summary="List imports",
    response=Page[ImportItem],
    auth=requires("imports.read"),
)
def list_imports(request: ApiRequest, query: Query[PageQuery]) -> dict[str, Any]:
    """The imports of the store, the newest first."""
    return page_of(import_runs_of(store_of(request)), query)


@router.get(
    "/imports/{import_id}",
    operation_id="get_import",
    summary="Get an import",
    response=ImportItem,
    auth=requires("imports.read"),
)
def get_import(request: ApiRequest, import_id: Id) -> ImportRun:
    """How an import stands."""
    return import_runs_of(store_of(request)).get(pk=import_id)


@router.post(
    "/imports",
    operation_id="import_file",
    summary="Import a file",
    response=ImportResult,
    auth=requires("imports.run"),
)
def add_import(request: ApiRequest, new: Form[NewImport], file: File[UploadedFile]) -> ImportSummary:
    """Bring a file of up to 20 MB in as history, which never causes a message.

    CSV, TSV, JSON Lines or Parquet, the first three also packed with gzip, then of up to 20 MB unpacked. Exports
    that a preset knows are recognised; else columns are found by their names. What was there already changes
    nothing.
    """
    _check(file)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (Path(file.name or "").name[:60] or "upload.csv")
        path.write_bytes(file.read())
        try:
            return import_file(
                store=store_of(request),
                kind=new.kind,
                path=path,
                mapping=read_mapping(new.mapping, "mapping") if new.mapping else None,
                preset=new.preset,
                like=new.like,
                dry_run=new.dry_run,
                actor=actor_of(request),
            )
        except ImportProblem as problem:
            raise Problem(422, str(problem), errors=[(problem.field, problem.reason)]) from problem


@router.post(
    "/imports/{import_id}/undo",
    operation_id="undo_import",
    summary="Take an import back",
    response={202: ImportItem},
    auth=requires("imports.run"),
)
def undo_import(request: ApiRequest, import_id: Id) -> Status[ImportRun]:
    """Delete what an import added, and form the customers and products concerned anew from what remains.

    A worker does it; see `state` and `undone`. What other imported files hold too is left to them. 422 when it
    cannot be taken back.
    """
    run = import_runs_of(store_of(request)).get(pk=import_id)
    try:
        with transaction.atomic():
            begin_undo(run, actor=actor_of(request))
            app.configure_task("web.undo_import").defer(run_id=run.pk)
    except ImportProblem as problem:
        raise Problem(422, str(problem), errors=[(problem.field, problem.reason)]) from problem
    run.refresh_from_db()
    return Status(202, run)


@router.get(
    "/imports/{import_id}/rejects",
    operation_id="get_import_rejects",
    summary="Get the rejected rows of an import",
    response={200: None},
    auth=requires("imports.read"),
    openapi_extra={"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}},
)
def get_import_rejects(request: ApiRequest, import_id: Id) -> StreamingHttpResponse:
    """The rejected rows with their reasons, to be mended and imported again. 404 when there are none."""
    path = rejects_of(store_of(request), import_id)
    return StreamingHttpResponse(_pieces(path), content_type="text/csv")


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _check(file: UploadedFile) -> None:
    if (file.size or 0) > LARGEST_FILE:
        raise Problem(413, _("The file is larger than 20 MB; import it with “regard import”."))
    if file.read(len(GZIP)) == GZIP:
        _check_unpacked(file)
    file.seek(0)


def _check_unpacked(file: UploadedFile) -> None:
    """A few kilobytes may unpack to more than anybody waits for. What is broken, the import says itself."""
    file.seek(0)
    unpacked, size = gzip.GzipFile(fileobj=file.file), 0
    with suppress(OSError, EOFError, zlib.error):
        while piece := unpacked.read(PIECE):
            size += len(piece)
            if size > LARGEST_FILE:
                raise Problem(
                    413, _("Unpacked, the file is larger than 20 MB; import it with “regard import”.")
                )
