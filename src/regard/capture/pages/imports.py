"""Files of the past: uploaded here, looked at, brought in by a worker, watched as they go, taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from regard.capture.domain.imports.checking import ask_for_check, dry_run_of
from regard.capture.domain.imports.forming import forming_runs
from regard.capture.domain.imports.kinds import guess_kind
from regard.capture.domain.imports.preview import preview_of
from regard.capture.domain.imports.problem import ImportProblem
from regard.capture.domain.imports.runs import import_runs_of, interrupted_runs, rejects_of
from regard.capture.domain.imports.sharing import runs_that_hold_too
from regard.capture.domain.imports.undo import begin_undo, can_undo, is_undo_interrupted
from regard.capture.domain.imports.uploads import (
    discard_draft,
    is_given_up,
    keep_mended,
    keep_upload,
    queue_upload,
    read_draft_as,
    resume_upload,
    start_upload,
    upload_of,
)
from regard.capture.models import ImportRun, ImportState
from regard.capture.pages.import_forms import ColumnsForm, Mended, ReadAs, Upload
from regard.capture.pages.import_rows import aftermath_of, pace_of, rejected_rows
from regard.core.edges.keyset import CursorInvalid, keyset_page
from regard.core.edges.pages import StoreRequest, notify, store_page, warn

ROWS = 50
WATCHED = (ImportState.QUEUED, ImportState.RUNNING, ImportState.UNDOING)


@store_page("imports.read")
def imports(request: StoreRequest) -> HttpResponse:
    cursor = request.GET.get("cursor", "")
    try:
        page = keyset_page(import_runs_of(request.store), order=["-id"], cursor=cursor, limit=ROWS)
    except CursorInvalid:
        return redirect(request.path)
    forming = forming_runs(page.rows)
    context = {
        "page": page,
        "headings": _headings(),
        "cursor": cursor,
        "is_watched": bool(forming) or any(run.state in WATCHED for run in page.rows),
        "interrupted": interrupted_runs(page.rows),
        "forming": forming,
    }
    return render(request, "capture/imports.html", context)


def _headings() -> list[dict[str, str]]:
    return [
        {"label": _("File")},
        {"label": _("State")},
        {"label": _("Rows read"), "css": "number wide-only"},
        {"label": _("New facts"), "css": "number wide-only"},
        {"label": _("Rejected"), "css": "number"},
        {"label": _("Begun")},
    ]


@store_page("imports.run", post="imports.run")
def new(request: StoreRequest) -> HttpResponse:
    form = Upload(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            run = keep_upload(
                store=request.store, kind=told["kind"], name=told["file"].name, content=told["file"].chunks(),
                mapping=told["mapping"].read() if told["mapping"] else None, preset=told["preset"],
                actor=request.user.email,
            )  # fmt: skip
        except ImportProblem as problem:
            form.add_error(_field_of(problem, told), problem.reason)
        else:
            return redirect("import_run", request.store.slug, run.pk)
    return render(request, "capture/import_new.html", {"form": form})


@store_page("imports.read")
def import_run(request: StoreRequest, run_id: int) -> HttpResponse:
    """A run as it goes and what came of it; a draft with the columns that its fields would be taken from."""
    run = _run(request, run_id)
    if run.state == ImportState.DRAFT:
        return _show_draft(request, run)
    interrupted, aftermath, given_up = interrupted_runs([run]), aftermath_of(run), is_given_up(run)
    context = {
        "run": run,
        "percent": round(run.share * 100),
        "accepted": run.read - run.rejected,
        "aftermath": aftermath,
        "to_take_back": run.added - run.handed_over,
        "pace": pace_of(run),
        "is_watched": (run.state in WATCHED and not given_up) or not aftermath.is_through,
        "interrupted": interrupted,
        "given_up": given_up,
        "forming": forming_runs([run]),
        "can_undo": can_undo(run),
        "can_go_on": is_undo_interrupted(run),
        "rejected": rejected_rows(run),
        "mended": Mended(),
    }
    return render(request, "capture/import_run.html", context)


@store_page(post="imports.run")
def start(request: StoreRequest, run_id: int) -> HttpResponse:
    """Start a draft with the columns that were chosen, or show or check first what they give."""
    run = _run(request, run_id)
    if run.state != ImportState.DRAFT:
        return redirect("import_run", request.store.slug, run.pk)
    try:
        form = ColumnsForm(upload_of(run), request.POST)
        if not form.is_valid() or "preview" in request.POST:
            return _show_draft(request, run, form)
        if "check" in request.POST:
            if not ask_for_check(run, mapping=form.chosen()):
                warn(request, _("The import was started or discarded meanwhile; there is nothing to check."))
            return redirect("import_run", request.store.slug, run.pk)
        with transaction.atomic():
            start_upload(run, mapping=form.chosen(), actor=request.user.email)
            queue_upload(run)
    except ImportProblem as problem:
        warn(request, str(problem))
        return _show_draft(request, run, form)
    notify(request, _("A worker brings the file in; you can leave this page."))
    return redirect("import_run", request.store.slug, run.pk)


@store_page(post="imports.run")
def resume(request: StoreRequest, run_id: int) -> HttpResponse:
    """Go on with an upload that was given up."""
    run = _run(request, run_id)
    if resume_upload(run, actor=request.user.email):
        notify(request, _("A worker goes on with the file; you can leave this page."))
    return redirect("import_run", request.store.slug, run.pk)


@store_page(post="imports.run")
def read_as(request: StoreRequest, run_id: int) -> HttpResponse:
    """Take a draft for another kind of file, and guess anew which column is what."""
    run, form = _run(request, run_id), ReadAs(request.POST)
    if run.state == ImportState.DRAFT and form.is_valid():
        try:
            read_draft_as(run, kind=form.cleaned_data["kind"])
        except ImportProblem as problem:
            warn(request, str(problem))
    return redirect("import_run", request.store.slug, run.pk)


@store_page(post="imports.run")
def discard(request: StoreRequest, run_id: int) -> HttpResponse:
    discard_draft(_run(request, run_id))
    return redirect("imports", request.store.slug)


@store_page(post="imports.run")
def mend(request: StoreRequest, run_id: int) -> HttpResponse:
    """Import the mended rows of a run in the way in which that was read."""
    run = _run(request, run_id)
    form = Mended(request.POST, request.FILES)
    if not form.is_valid():
        warn(request, _("Choose the file with the mended rows."))
        return redirect("import_run", request.store.slug, run.pk)
    file: Any = form.cleaned_data["file"]
    try:
        draft = keep_mended(run, name=file.name, content=file.chunks(), actor=request.user.email)
        with transaction.atomic():
            start_upload(draft, mapping=None, actor=request.user.email)
            queue_upload(draft)
    except ImportProblem as problem:
        warn(request, str(problem))
        return redirect("import_run", request.store.slug, run.pk)
    return redirect("import_run", request.store.slug, draft.pk)


@store_page("imports.run", post="imports.run")
def undo(request: StoreRequest, run_id: int) -> HttpResponse:
    """Say what an undo takes away, then let a worker do it, or go on with one that nobody is at."""
    run = _run(request, run_id)
    if not can_undo(run) and not (request.method == "POST" and is_undo_interrupted(run)):
        warn(request, _("This import cannot be taken back."))
        return redirect("import_run", request.store.slug, run.pk)
    if request.method != "POST":
        return render(
            request, "capture/import_undo.html", {"run": run, "holding_too": runs_that_hold_too(run)}
        )
    try:
        with transaction.atomic():
            begin_undo(run, actor=request.user.email)
            app.configure_task("web.undo_import").defer(run_id=run.pk)
    except ImportProblem as problem:
        warn(request, str(problem))
    return redirect("import_run", request.store.slug, run.pk)


@store_page("imports.read")
def rejects(request: StoreRequest, run_id: int) -> FileResponse:
    """The rows that could not be used, each with the reason, to be mended and imported again."""
    try:
        path = rejects_of(request.store, run_id)
    except ImportRun.DoesNotExist:
        raise Http404 from None
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


def _run(request: StoreRequest, run_id: int) -> ImportRun:
    return get_object_or_404(import_runs_of(request.store).select_related("store"), pk=run_id)


def _field_of(problem: ImportProblem, told: dict[str, Any]) -> str:
    """The field of the upload form that a problem is said at."""
    if problem.field in {"kind", "preset"}:
        return problem.field
    return "mapping" if told["mapping"] else "file"


def _show_draft(request: StoreRequest, run: ImportRun, form: ColumnsForm | None = None) -> HttpResponse:
    context: dict[str, Any] = {"run": run}
    try:
        source = upload_of(run)
        shown = form or ColumnsForm(source)
        mapping = shown.chosen()
        context |= {
            "source": source,
            "read": replace(source, mapping=mapping),
            "form": shown,
            "read_as": ReadAs(initial={"kind": run.kind}),
            "looks_like": guess_kind(source.table.header),
            "preview": preview_of(source, mapping) if shown.is_complete() else None,
            "dry_run": dry_run_of(run) if mapping == source.mapping else None,
        }
    except ImportProblem as problem:
        context["problem"] = str(problem)
    return render(request, "capture/import_draft.html", context)
