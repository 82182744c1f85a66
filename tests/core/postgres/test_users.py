"""Root runs the server as another user; all others as themselves."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.core.postgres.folders import DEADLINE, SOURCE, ask, new_folder, only_root, refusal

from regard.core import postgres
from regard.core.postgres import binaries, owner


@only_root
def test_a_folder_out_of_reach(empty: Path) -> None:
    private = empty / "private"
    private.mkdir(mode=0o700)
    message = refusal(private / "data")
    assert f"can't enter {private}" in message
    assert "REGARD_DATA" in message
    private.chmod(0o711)
    with postgres.running_server(private / "data") as server:
        assert ask(server, "SELECT 1") == 1


@only_root
def test_programs_out_of_reach_are_copied_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel, private, runtime = binaries._wheel_package(), folder / "private", folder / "runtime"
    private.mkdir(mode=0o700)
    for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        (private / part.name).symlink_to(part)
    (private / wheel.name).unlink()
    (private / wheel.name).mkdir()
    (private / wheel.name / "pginstall18").symlink_to(wheel / "pginstall18")
    monkeypatch.setattr(binaries, "_wheel_package", lambda: private / wheel.name)
    monkeypatch.setattr(binaries, "_RUNTIME", runtime)
    for _ in range(2):
        with postgres.running_server(folder) as server:
            assert str(runtime) in str(Path(f"/proc/{server.pid}/exe").readlink())
            postgres.dump(server, folder / "backup.dump")
        assert len(list(runtime.iterdir())) == 1
    for initialised in (folder / "postgres", folder / "postgres.password"):
        shutil.rmtree(initialised) if initialised.is_dir() else initialised.unlink()
    with postgres.running_server(folder) as server:  # initdb finds its libraries in the copy
        assert ask(server, "SELECT 1") == 1


@only_root
def test_a_user_folder_stays_the_users(empty: Path) -> None:
    nobody = owner._by_name("nobody")
    os.chown(empty, nobody.uid, nobody.gid)
    with postgres.running_server(empty) as server:
        assert Path(f"/proc/{server.pid}").stat().st_uid == nobody.uid
    assert {path.stat().st_uid for path in empty.rglob("*")} == {nobody.uid}


@only_root
def test_a_named_user_runs_the_server(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGARD_POSTGRES_USER", "no such user")
    assert "useradd" in refusal(empty)
    monkeypatch.setenv("REGARD_POSTGRES_USER", "root")
    assert "refuses to run as root" in refusal(empty)


@only_root
def test_a_full_disk(empty: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from regard.core import postgres\n"
        "try:\n  postgres.running_server(Path(sys.argv[1])).__enter__()\n"
        "except postgres.PostgresError as error:\n  print(error)"
    )
    mount = 'mount -t tmpfs -o size=20m,mode=711 none "$1" || exit 77; shift; exec "$@"'
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", mount, "sh", str(empty), sys.executable, "-c", script, str(empty)],
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        check=False,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
    )
    if done.returncode == 77:
        pytest.skip("no right to mount a small disk")
    assert "he disk is full" in done.stdout, done.stderr


def ordinary_user() -> list[str] | None:
    """What to put before a command to run it as `nobody`, let to read where root's Python lies."""
    nobody = owner._by_name("nobody")
    plain = ["setpriv", f"--reuid={nobody.uid}", f"--regid={nobody.gid}", "--clear-groups"]
    reading = [*plain, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    probe = [sys.executable, "-c", f"import os, psycopg; exit(os.__file__ != {os.__file__!r})"]
    for prefix in (plain, reading) if shutil.which("setpriv") else ():
        if subprocess.run([*prefix, *probe], check=False, capture_output=True).returncode == 0:
            return prefix
    return None


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """One that everybody may write in."""
    folder = new_folder()
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


@only_root
def test_all_this_as_an_ordinary_user(open_folder: Path) -> None:
    prefix = ordinary_user()
    if not prefix:
        pytest.skip("no setpriv, or an ordinary user can't start this Python")
    options = (
        "-q", "-x", "-c", os.devnull, "-p", "no:cacheprovider", "-p", "no:django", f"--rootdir={open_folder}",
        "--import-mode=importlib",
    )  # fmt: skip
    paths = {"PYTHONPATH": f"{SOURCE}{os.pathsep}{SOURCE.parent}", "HOME": str(open_folder)}
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "pytest", str(Path(__file__).parent), *options],
        cwd=open_folder, env=os.environ | paths | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:]
