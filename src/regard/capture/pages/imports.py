"""Files of the past: uploaded here, brought in by a worker, watched as they go."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from procrastinate.contrib.django import app

from regard.capture.domain.imports.problem import ImportProblem
from regard.capture.domain.imports.runs import import_runs_of, rejects_of
from regard.capture.domain.imports.uploads import discard_draft, keep_upload, start_upload
from regard.capture.models import ImportRun
from regard.core.edges.keyset import CursorInvalid, keyset_page
from regard.core.edges.pages import StoreRequest, notify, store_page
from regard.core.registry import import_kinds

ROWS = 50


def _kinds() -> list[tuple[str, str]]:
    return [(name, name) for name in import_kinds.names()]


class Upload(forms.Form):
    kind = forms.ChoiceField(label=_lazy("What is in it"), choices=_kinds)
    file = forms.FileField(
        label=_lazy("File"), help_text=_lazy("CSV with a line of column names, also packed with gzip.")
    )
    mapping = forms.FileField(
        label=_lazy("Mapping"),
        required=False,
        help_text=_lazy("A TOML file that says which column is what. Without it the names are guessed."),
    )


@store_page("imports.read")
def imports(request: StoreRequest) -> HttpResponse:
    cursor = request.GET.get("cursor", "")
    try:
        page = keyset_page(import_runs_of(request.store), order=["-id"], cursor=cursor, limit=ROWS)
    except CursorInvalid:
        return redirect(request.path)
    is_running = any(run.finished_at is None for run in page.rows)
    context = {"page": page, "cursor": cursor, "is_watched": is_running or "begun" in request.GET}
    return render(request, "capture/imports.html", context)


@store_page("imports.run", post="imports.run")
def new(request: StoreRequest) -> HttpResponse:
    form = Upload(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            _begin(request, **form.cleaned_data)
            notify(request, _("The file is taken. A worker brings it in; you can leave this page."))
            return redirect(reverse("imports", args=[request.store.slug]) + "?begun=1")
        except ImportProblem as problem:
            form.add_error("mapping" if form.cleaned_data["mapping"] else "file", str(problem))
    return render(request, "capture/import_new.html", {"form": form})


@transaction.atomic
def _begin(request: StoreRequest, *, kind: str, file: Any, mapping: Any) -> None:
    run = keep_upload(
        store=request.store,
        kind=kind,
        name=file.name,
        content=file.chunks(),
        mapping=mapping.read() if mapping else None,
        actor=request.user.email,
    )
    try:
        start_upload(run, mapping=None, actor=request.user.email)
    except ImportProblem:
        discard_draft(run)
        raise
    app.configure_task("capture.import_upload").defer(run_id=run.pk)


@store_page("imports.read")
def rejects(request: StoreRequest, run_id: int) -> FileResponse:
    """The rows that could not be used, each with the reason, to be mended and imported again."""
    try:
        path = rejects_of(request.store, run_id)
    except ImportRun.DoesNotExist:
        raise Http404 from None
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
