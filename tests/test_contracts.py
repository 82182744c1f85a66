"""The rooms import each other downwards only, and what checks it would notice otherwise."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

INNER_ROOMS = (
    "capture", "profile", "lake", "listen", "score", "predict", "measure", "act", "message", "offer", "task",
    "journey", "survey", "review", "desk", "grow", "serve",
)  # fmt: skip


def lint_imports(source: Path) -> subprocess.CompletedProcess[str]:
    """What import-linter says of the package in a folder, under the repository's contracts."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--no-logo"]
    return subprocess.run(
        [*command, "--config", str(ROOT / ".importlinter")],
        env=os.environ | {"PYTHONPATH": str(source), "COLUMNS": "200"},
        cwd=source, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


@pytest.fixture
def copied_source(tmp_path: Path) -> Path:
    return Path(
        shutil.copytree(
            ROOT / "src",
            tmp_path / "src",
            ignore=shutil.ignore_patterns("__pycache__", "static", "templates", "locale"),
        )
    )


def test_contracts_hold():
    done = lint_imports(ROOT / "src")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        pytest.param(
            "profile/domain/orders.py", "import regard.act.domain.alerts",
            "Later stages may use earlier ones, never the reverse", id="upwards",
        ),
        pytest.param(
            "score/domain/refresh.py", "import regard.connect.channels",
            "Only act calls the port that reaches people", id="past the outbox",
        ),
        pytest.param(
            "listen/models/review.py", "import regard.listen.domain.reviews",
            "Inside a room: edges use domain, domain uses models", id="models know no domain",
        ),
        pytest.param(
            "core/models/store.py", "import regard.core.domain.stores",
            "Inside core: what pages and API share uses domain, domain uses models", id="the same in core",
        ),
        pytest.param(
            "act/domain/alerts.py", "import regard.profile.pages.customers",
            "Pages, API, reactions, jobs and intake are mounted from above, never called by neighbours",
            id="a neighbour's page",
        ),
        pytest.param(
            "capture/domain/log.py", "import ninja", "Domain code knows no HTTP", id="http in domain"
        ),
        pytest.param(
            "core/clock.py", "if False:\n    import regard.core.edges.pages",
            "No cycles between siblings anywhere", id="round in a circle",
        ),
    ],
)  # fmt: skip
def test_wrong_import_is_named(copied_source: Path, module: str, line: str, broken: str):
    with (copied_source / "regard" / module).open("a") as file:
        file.write(f"\n{line}\n")
    done = lint_imports(copied_source)
    assert done.returncode == 1
    assert f"{broken} BROKEN" in done.stdout


def test_new_room_must_be_placed(copied_source: Path):
    room = copied_source / "regard" / "garden"
    room.mkdir()
    (room / "__init__.py").touch()
    done = lint_imports(copied_source)
    assert done.returncode == 1
    assert "Later stages may use earlier ones, never the reverse BROKEN" in done.stdout


def test_contracts_speak_of_every_room():
    inside = {path.parent.name for path in (ROOT / "src" / "regard").glob("*/models")} - {"core"}
    assert inside == set(INNER_ROOMS)
    assert all(f"    regard.{room}\n" in (ROOT / ".importlinter").read_text() for room in inside)
