"""Imports of files, over JSON."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from ninja import Field, File, Form, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import AwareDatetime

from regard.capture.domain.imports.problem import ImportProblem
from regard.capture.domain.imports.run import ImportSummary, import_file
from regard.capture.domain.imports.runs import import_runs_of, rejects_of
from regard.core.edges.api import (
    ApiRequest,
    Id,
    Input,
    Page,
    PageQuery,
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


class ImportItem(Schema):
    """One file that was brought in."""

    id: int
    kind: str = Field(examples=["orders"])
    file_name: str = Field(examples=["orders-2025.csv"])
    started_at: AwareDatetime
    finished_at: AwareDatetime | None = Field(description="When it ended; null while it runs.")
    broken_off: str = Field(
        description="Why it ended early; empty when it did not. What it had brought stays."
    )
    read: int = Field(description="Rows of the file, rejected ones too.")
    added: int = Field(description="Rows that were new.")
    repeated: int = Field(description="Rows that were there already.")
    rejected: int = Field(description="Rows that could not be used; get them with their reasons.")
    actor: str = Field(description="Who did it.", examples=["key:ERP"])


class ImportResult(Schema):
    """What a file gave."""

    read: int = Field(description="Rows of the file, rejected ones too.")
    added: int = Field(description="Rows that were new.")
    repeated: int = Field(description="Rows that were there already.")
    rejected: int = Field(description="Rows that could not be used.")
    guessed: dict[str, str] | None = Field(description="The column that each field was taken from.")
    encoding: str = Field(description="How the file was read.", examples=["utf-8"])


class NewImport(Input):
    kind: Text = Field(
        max_length=40, description="What the rows are: orders or reviews.", examples=["orders"]
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


@router.post(
    "/imports",
    operation_id="import_file",
    summary="Import a file",
    response=ImportResult,
    auth=requires("imports.run"),
)
def add_import(request: ApiRequest, new: Form[NewImport], file: File[UploadedFile]) -> ImportSummary:
    """Bring a CSV file of up to 20 MB in as history, which never causes a message.

    Columns are found by their names. Rows that were there already change nothing.
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
                dry_run=new.dry_run,
                actor=actor_of(request),
            )
        except ImportProblem as problem:
            raise Problem(422, str(problem), errors=[(problem.field, problem.reason)]) from problem


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
        said = _("The file is packed; send it unpacked.")
        raise Problem(422, said, errors=[("file", said)])
    file.seek(0)
