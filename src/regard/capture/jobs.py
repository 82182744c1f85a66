from __future__ import annotations

from pathlib import Path

from procrastinate.contrib.django import app

from regard.capture.domain.imports.uploads import import_upload
from regard.core.models import Store


@app.task(name="capture.import_upload")
def import_uploaded_file(store_id: int, kind: str, path: str, actor: str) -> None:
    """Bring in what somebody uploaded."""
    import_upload(store=Store.objects.get(pk=store_id), kind=kind, path=Path(path), actor=actor)
