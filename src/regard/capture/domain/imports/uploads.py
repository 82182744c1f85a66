"""Files that people upload for an import: kept in the data folder until a worker has brought them in."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path, PurePath

from regard.capture.domain.imports.problem import ImportProblem
from regard.capture.domain.imports.run import check_import, import_file
from regard.core.config import config
from regard.core.models import Store

MAPPING = ".mapping"  # after the file's own name, so that no upload can pass for one
LONGEST_NAME = 200  # bytes; file systems take 255


def keep_upload(
    *, store: Store, kind: str, name: str, content: Iterable[bytes], mapping: bytes | None
) -> Path:
    """Put an uploaded file where a worker finds it; gives its path.

    name: as its sender called it. Raises ImportProblem for a file or mapping that cannot be used; then
    nothing is kept.
    """
    folder = config().data_folder / "imports" / "uploads" / uuid.uuid4().hex
    folder.mkdir(parents=True, mode=0o700)
    short = PurePath(name).name.encode()[:LONGEST_NAME].decode(errors="ignore")
    path = folder / (short or "upload.csv")
    try:
        with path.open("wb") as file:
            file.writelines(content)
        if mapping is not None:
            _mapping_path(path).write_bytes(mapping)
        check_import(store=store, kind=kind, path=path, mapping=_mapping_of(path))
    except Exception:
        shutil.rmtree(folder)
        raise
    return path


def import_upload(*, store: Store, kind: str, path: Path, actor: str) -> None:
    """Bring a kept upload in and forget it.

    Raises ImportProblem for a file that cannot be used to its end; the run says why, and the file is forgotten
    too. When anything else fails, the file stays, and the same call tries again.
    """
    try:
        import_file(store=store, kind=kind, path=path, actor=actor, mapping=_mapping_of(path))
    except ImportProblem:
        shutil.rmtree(path.parent)
        raise
    shutil.rmtree(path.parent)


def _mapping_of(path: Path) -> Path | None:
    mapping = _mapping_path(path)
    return mapping if mapping.exists() else None


def _mapping_path(path: Path) -> Path:
    return path.with_name(path.name + MAPPING)
