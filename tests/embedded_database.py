"""A pytest plugin: where no DATABASE_URL is given, the tests run on an embedded PostgreSQL of their own.

Loaded with `-p`, so that the database is there before Django reads its settings.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "src"))

from regard.core.postgres import running_server

MEMORY = Path("/dev/shm")  # far quicker than a disk for databases that are made and emptied all the time
in_memory = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 2 << 30
FOLDER = Path(tempfile.mkdtemp(prefix="regard-tests-", dir=MEMORY if in_memory else None))
FOLDER.chmod(0o755)  # as root the server runs as another user, who must get through here
os.environ["REGARD_DATA"] = str(FOLDER)
(FOLDER / "static").mkdir()  # whitenoise wants it to be there
os.environ.setdefault("REGARD_SECRET_KEY", "for tests only")
for name in ("REGARD_SMTP_URL", "REGARD_PUBLIC_URL", "REGARD_INTAKE_URL", "REGARD_PORT", "REGARD_CLOCK"):
    os.environ.pop(name, None)

_stack = ExitStack()
if not os.environ.get("DATABASE_URL"):
    os.environ["DATABASE_URL"] = _stack.enter_context(running_server(FOLDER)).dsn


def _leave() -> None:
    _stack.close()
    shutil.rmtree(FOLDER, ignore_errors=True)


atexit.register(_leave)
