"""Root runs the server as another user; all others as themselves."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.core.postgres.folders import DEADLINE, SOURCE, ask, only_root, refusal

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


@only_root
def test_all_this_as_an_ordinary_user(ordinary_run: tuple[subprocess.Popen[str], Path] | None) -> None:
    if not ordinary_run:
        pytest.skip("no setpriv, or an ordinary user can't start this Python")
    process, said = ordinary_run
    assert process.wait() == 0, said.read_text()[-6000:]
