"""The operator's commands as a terminal runs them: what they print, and how they fail."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click
import psutil
import pytest
from click.testing import CliRunner

from regard.cli.main import main
from regard.core.postgres import running_server
from tests.conftest import ROOT, wait_until
from tests.crash.installation import RunningInstallation, idle_installation, running_installation

ORDERS = (
    "order_id,customer_id,ordered_at,total\nA-1,C-1,2026-01-01T10:00:00Z,10\nA-2,C-2,2026-01-02T10:00:00Z,x\n"
)
REJECT_ONE = """
from regard.cli.installation import attached
with attached():
    from regard.capture.models import RejectedEvent
    from regard.core.domain.stores import store_by_slug
    RejectedEvent.objects.create(
        store=store_by_slug("acme"), sent_as="track", field="event", reason="It is missing.", body="{}"
    )
"""
READ_WRITE_KEYS = """
from regard.cli.installation import attached
with attached():
    from regard.capture.domain.sources import token_of
    from regard.capture.models import WriteKey
    print(*(token_of(key) for key in WriteKey.objects.order_by("id")))
"""
ACCEPT = """
from regard.cli.installation import attached
with attached():
    from regard.core.domain.people import join_by_invitation
    join_by_invitation("{token}", name="Ana", password="battery horse stapled")
"""


@pytest.fixture(scope="module")
def idle() -> Iterator[RunningInstallation]:
    """An installation with the store acme, under no `regard run`: each command starts the database."""
    with idle_installation() as installation:
        installation.regard("store", "create", "acme", "--currency", "EUR", "--name", "Acme")
        yield installation


@pytest.fixture
def warm(idle: RunningInstallation) -> Iterator[RunningInstallation]:
    """The same, its database held open as by another command, which saves starting it each time."""
    with running_server(idle.folder):
        yield idle


@pytest.fixture(scope="module")
def running() -> Iterator[RunningInstallation]:
    with running_installation() as installation:
        yield installation
        installation.stop()
        assert (installation.postgres(), installation.is_quiet()) == ([], True)


def refused(installation: RunningInstallation, *arguments: str) -> str:
    """What a command says when it fails as it should: plainly, and with nothing on standard output."""
    done = installation.run_command(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: ")
    return done.stderr.removeprefix("Error: ").strip()


def commands_below(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands_below(command, *path, name)


@pytest.mark.parametrize("path", [(), *commands_below(main)], ids=" ".join)
def test_every_command_says_what_it_is_for(path: tuple[str, ...]):
    before = [(number, signal.getsignal(number)) for number in (signal.SIGTERM, signal.SIGHUP)]
    done = CliRunner().invoke(main, [*path, "--help"], prog_name="regard")
    for number, handler in before:
        signal.signal(number, handler)
    assert done.exit_code == 0
    assert done.output.startswith(" ".join(("Usage: regard", *path)))
    assert len(done.output.splitlines()[2].strip()) > 10


def test_stores_are_made_and_listed(warm: RunningInstallation):
    assert warm.regard("store", "list") == "acme\tEUR\tUTC\tAcme"
    assert refused(warm, "store", "create", "acme", "--currency", "EUR").startswith("slug: ")
    assert refused(warm, "store", "create", "other", "--currency", "EURO").startswith("currency: ")
    assert refused(warm, "store", "create", "other", "--currency", "EUR", "--time-zone", "Mars/Base") == (
        "time_zone: 'Mars/Base' is no time zone; use a name such as Europe/Berlin."
    )
    assert warm.regard("store", "list") == "acme\tEUR\tUTC\tAcme"


def test_members_come_by_a_link_and_go(warm: RunningInstallation):
    invite = ("member", "invite", "ana@acme.example", "--store", "acme")
    assert refused(warm, *invite, "--role", "boss").startswith("role: 'boss' is no role; use one of owner,")
    link = warm.regard(*invite, "--role", "owner")
    found = re.fullmatch(rf"http://localhost:{warm.port}/invitations/(rinv_[\w-]{{32}})/", link)
    warm.python(ACCEPT.format(token=found[1]))
    assert warm.regard("member", "list", "--store", "acme") == "ana@acme.example\towner"
    remove = ("member", "remove", "--store", "acme")
    assert refused(warm, *remove, "ana@acme.example").startswith("role: A store needs an owner;")
    assert refused(warm, *remove, "bo@acme.example") == "bo@acme.example is no member of acme."


def test_keys_are_printed_alone(warm: RunningInstallation):
    create = ("key", "create", "--store", "acme", "--kind")
    assert re.fullmatch(r"rw_[\w-]{32}", warm.regard(*create, "write"))
    assert re.fullmatch(r"rk_[\w-]{32}", warm.regard(*create, "api"))
    assert "not events.eat" in refused(warm, *create, "api", "--scope", "events.eat")


def test_what_an_import_brings_can_be_seen(warm: RunningInstallation, tmp_path: Path):
    file = tmp_path / "orders.csv"
    file.write_text(ORDERS)
    said = warm.regard("import", "orders", str(file), "--store", "acme").splitlines()
    assert "2 rows read: 1 added, 0 known already, 1 rejected." in said
    count = ("events", "count", "--store", "acme")
    assert warm.regard(*count, "--name", "OrderImported") == "1"
    assert warm.regard(*count, "--type", "track") == "0"
    [line] = warm.regard("events", "tail", "--store", "acme", "--no-follow", "--last", "1").splitlines()
    assert re.fullmatch(r"[\d-]{10} [\d:]{8}  fact      \w+ +\S+", line)
    assert warm.regard("customer", "show", "C-1", "--store", "acme").splitlines()[1:3] == [
        "  seen      2026-01-01 to 2026-01-01",
        "  orders    1  10.00 EUR",
    ]


def test_a_store_is_formed_anew_from_its_log(warm: RunningInstallation, tmp_path: Path):
    file = tmp_path / "orders.csv"
    file.write_text(ORDERS)
    warm.regard("import", "orders", str(file), "--store", "acme")
    warm.regard("events", "replay", "--store", "acme")
    shown = warm.regard("customer", "show", "C-1", "--store", "acme").splitlines()
    assert shown[2] == "  orders    1  10.00 EUR"
    assert warm.regard("events", "parked", "--store", "acme") == ""
    assert warm.regard("events", "parked", "--store", "acme", "--all") == "0 passed, 0 still fail"
    said = refused(warm, "events", "parked", "--store", "acme", "--replay", "7")
    assert said == "No event is parked in acme as 7."


def test_imports_that_cannot_be_done_say_why(warm: RunningInstallation, tmp_path: Path):
    orders, mapping, nothing = tmp_path / "o.csv", tmp_path / "m.toml", tmp_path / "nothing.csv"
    orders.write_text(ORDERS)
    mapping.write_text("columns = [")
    command = ("import", "orders", "--store", "acme")
    said = {
        "no file": refused(warm, *command, str(nothing)),
        "no kind": refused(warm, "import", "carts", str(orders), "--store", "acme"),
        "no toml": refused(warm, *command, str(orders), "--mapping", str(mapping)),
        "no store": refused(warm, "import", "orders", str(orders), "--store", "nowhere"),
    }
    assert "nothing.csv" in said["no file"]
    assert said["no kind"].startswith("kind: carts cannot be imported; there are: ")
    assert "m.toml" in said["no toml"]
    assert said["no store"] == "There is no store 'nowhere'; there are: acme."


def test_nobody_is_found_where_nobody_is(idle: RunningInstallation):
    said = refused(idle, "customer", "show", "C-404", "--store", "acme", "--json")
    assert said == "No customer of acme has the e-mail or id 'C-404'."


def test_rejected_events_are_listed_with_the_reason(warm: RunningInstallation):
    warm.python(REJECT_ONE)
    first, second = warm.regard("events", "rejected", "--store", "acme").splitlines()
    assert first.endswith("  open      event: It is missing.")
    assert second == "    {}"


def test_check_says_of_whose_alerts_nobody_is_told(warm: RunningInstallation):
    warm.regard("store", "create", "lone", "--currency", "EUR")
    done = warm.run_command("check")
    assert (
        "- Nobody is e-mailed of alerts of the store lone: it has no owner, admin or manager;" in done.stdout
    )


def test_check_says_what_is_wrong(warm: RunningInstallation):
    for store in warm.regard("store", "list").splitlines():
        slug = store.split("\t")[0]
        if not warm.regard("member", "list", "--store", slug):
            link = warm.regard("member", "invite", f"bo@{slug}.example", "--role", "owner", "--store", slug)
            warm.python(ACCEPT.format(token=link.rstrip("/").rpartition("/")[2]))
    done = warm.run_command("check")
    assert (done.returncode, done.stderr) == (1, "")
    assert (
        done.stdout
        == "- REGARD_SMTP_URL is empty: e-mails are written to the data folder and reach nobody.\n"
    )
    settled = warm.run_command("check", REGARD_SMTP_URL="smtp://mail.example")
    assert (settled.returncode, settled.stdout) == (0, "Everything is in order.\n")
    wrong = warm.run_command("check", REGARD_PORT="many")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr == "Error: REGARD_PORT is 'many'; use a whole number from 1 to 65534.\n"
    assert "REGARD_SMTP_URL  (default: empty)" in warm.regard("check", "--settings")


def test_a_backup_brings_everything_back(idle: RunningInstallation, tmp_path: Path):
    key = idle.regard("key", "create", "--store", "acme", "--kind", "write", "--source", "kept")
    before = (idle.regard("store", "list"), idle.python(READ_WRITE_KEYS))
    assert key in before[1].split()
    file = tmp_path / "regard.backup"
    assert idle.regard("backup", str(file)).startswith(str(file))
    assert file.stat().st_mode & 0o777 == 0o600
    idle.regard("store", "create", "later", "--currency", "USD")
    (idle.folder / "secret.key").write_text("another")
    assert idle.regard("restore", "--yes", str(file)) == "Restored."
    assert (idle.regard("store", "list"), idle.python(READ_WRITE_KEYS)) == before


def test_a_file_that_is_no_backup_changes_nothing(idle: RunningInstallation, tmp_path: Path):
    file = tmp_path / "holiday.tar"
    file.write_text("photos")
    before = idle.regard("store", "list")
    said = refused(idle, "restore", "--yes", str(file))
    assert said == f"{file} is no backup that `regard backup` wrote, or it is cut off."
    assert idle.regard("store", "list") == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_command_that_is_told_to_stop_leaves_nothing_running(
    idle: RunningInstallation, number: signal.Signals
):
    with tailing(idle) as tail:
        wait_until(lambda: at_work(idle))
        tail.send_signal(number)
        assert tail.wait(120) != 0
    assert idle.postgres() == []


def at_work(installation: RunningInstallation) -> bool:
    """Whether some command is connected to the database."""
    with suppress(psutil.NoSuchProcess):
        return any("[local]" in " ".join(process.cmdline()) for process in installation.postgres())
    return False


@contextmanager
def tailing(installation: RunningInstallation) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "regard", "events", "tail", "--store", "acme"]
    tail = subprocess.Popen(
        command, env=installation.environment, cwd=ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield tail
    finally:
        tail.kill()
        tail.wait()


def test_commands_use_what_runs(running: RunningInstallation):
    server = running.postgres()[0].pid
    assert running.regard("store", "list") == "demo\tEUR\tUTC\tDemo store"
    assert running.regard("events", "count", "--store", "demo").isdigit()
    assert running.postgres()[0].pid == server
    assert running.answers()


def test_a_second_run_is_refused(running: RunningInstallation):
    said = refused(running, "run", "--port", "18000")
    assert said.startswith(f"Regard is already running in {running.folder} (process {running.run.pid}).")
    assert "REGARD_DATA=/another/folder" in said
    assert running.answers()


def test_a_restore_is_refused_while_it_runs(running: RunningInstallation, tmp_path: Path):
    file = tmp_path / "regard.backup"
    running.regard("backup", str(file))
    assert refused(running, "restore", "--yes", str(file)).startswith("Regard is already running in ")
    assert running.answers()


def test_a_port_that_is_taken_is_named(idle: RunningInstallation):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = refused(idle, "run", "--port", str(port))
    assert said.startswith(f"Port {port} of 127.0.0.1 cannot be used (Address already in use).")
    assert idle.postgres() == []


def test_run_stops_when_told_to_before_it_is_ready():
    with idle_installation(from_nothing=True) as installation:
        run = installation.launch()
        wait_until(installation.postgres)
        run.terminate()
        run.wait(120)
        assert (installation.postgres(), installation.is_quiet()) == ([], True)
