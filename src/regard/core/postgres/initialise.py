"""Make a new cluster, wholly or not at all."""

import os
import re
import secrets
import shutil
import subprocess
from pathlib import Path

from regard.core.postgres.binaries import Binaries, clean_environment
from regard.core.postgres.errors import PostgresError, disk_is_full, os_errors_explained
from regard.core.postgres.layout import Layout, private_folder
from regard.core.postgres.owner import Owner, unreachable_part
from regard.core.postgres.processes import kill_all
from regard.core.postgres.settings import FILE_NAME

ROLE = "regard"
DATABASE = "regard"
_NEW = "cluster.new-"
# Text search splits words by the character classes of the C library's locale, not of the builtin one: under
# plain C every dash and quotation mark beyond ASCII is taken for a letter.
_LOCALES = ("C.UTF-8", "C")


def ensure_cluster(layout: Layout, binaries: Binaries, owner: Owner) -> None:
    """Initialise the cluster unless it is there, and check that these programs can read it.

    The caller holds the start lock. Raises PostgresError.
    """
    _refuse_unreachable(layout.root, owner)
    private_folder(layout.home, owner)
    if not (layout.cluster / "PG_VERSION").is_file():
        _refuse_remains(layout)
        _clear_interrupted(layout.home)
        _initialise(layout, binaries, owner)
    _check_version(layout, binaries)


def ensure_password(layout: Layout, binaries: Binaries, owner: Owner) -> None:
    """Give our role a new password if the file with the old one was lost. The server must not be running."""
    if layout.password.is_file():
        return
    made = secrets.token_hex(24)
    with os_errors_explained("set the database's password", layout.password):
        _run_alone(layout.cluster, f"ALTER ROLE {ROLE} PASSWORD '{made}'", binaries, owner)
        _keep_password(layout, made)


def read_password(layout: Layout) -> str:
    """The password of our role; raises PostgresError when its file is lost."""
    if not layout.password.is_file():
        raise PostgresError(
            f"The file {layout.password}, which holds the database's password, is missing. Stop all that "
            f"uses this data folder and start again: a new password is made."
        )
    with os_errors_explained("read the database's password", layout.password):
        return layout.password.read_text().strip()


def write_as(owner: Owner, path: Path, text: str) -> None:
    """Put a whole file into a folder of the server's user, who could have set a trap there for root.

    The caller holds the start lock. Not forced to disk: such a file is written again at each start.
    """
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    if os.geteuid() == 0:
        os.fchown(descriptor, owner.uid, owner.gid)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    new.replace(path)


def _initialise(layout: Layout, binaries: Binaries, owner: Owner) -> None:
    new = private_folder(layout.home / f"{_NEW}{secrets.token_hex(4)}", owner)
    secret = layout.home / f"{_NEW}password"
    made = secrets.token_hex(24)
    try:
        with os_errors_explained("make the database", new):
            write_as(owner, secret, made + "\n")
            _run_initdb(new, secret, binaries, owner)
            _run_alone(new, f"CREATE DATABASE {DATABASE}", binaries, owner)
            conf = os.open(new / "postgresql.conf", os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW)
            _write_through(conf, f"\ninclude_if_exists = '{FILE_NAME}'\n")
            _keep_password(layout, made)
            new.rename(layout.cluster)
            _sync_folder(layout.home)
    finally:
        secret.unlink(missing_ok=True)
        shutil.rmtree(new, ignore_errors=True)


def _keep_password(layout: Layout, made: str) -> None:
    new = layout.password.with_suffix(".new")
    new.unlink(missing_ok=True)
    _write_through(layout.open_private(new, os.O_WRONLY | os.O_EXCL), made + "\n")
    new.replace(layout.password)
    _sync_folder(layout.root)


def _run_initdb(new: Path, secret: Path, binaries: Binaries, owner: Owner) -> None:
    for locale in _LOCALES:
        done = _run(
            *(binaries.program("initdb"), f"--pgdata={new}", f"--username={ROLE}", f"--pwfile={secret}"),
            *("--auth=scram-sha-256", "--data-checksums", "--encoding=UTF8", f"--locale={locale}"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-messages=C"),
            *("--text-search-config=simple", "--no-instructions"),
            folder=new,
            owner=owner,
        )
        if "invalid locale name" not in done.stderr:
            break
    if done.returncode != 0:
        raise PostgresError(f"The database could not be made in {new.parent}: {_reason(done.stderr, new)}")


def _run_alone(folder: Path, statement: str, binaries: Binaries, owner: Owner) -> None:
    """Run one statement on a cluster without a server, by PostgreSQL's single-user mode."""
    program = (binaries.program("postgres"), "--single", "-j", "-D", str(folder))
    done = _run(*program, "-c", "exit_on_error=on", "postgres", folder=folder, owner=owner, typed=statement)
    if done.returncode != 0:
        raise PostgresError(
            f"The database in {folder.parent} could not be set up: {_reason(done.stderr, folder)}"
        )


def _run(
    *command: str, folder: Path, owner: Owner, typed: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program as `owner` in `folder`, by which a later start can tell one whose parent was killed."""
    return subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        input=typed or "",
        env=clean_environment(),
        start_new_session=True,
        **owner.run_as(),
    )


def _reason(stderr: str, folder: Path) -> str:
    if "No space left" in stderr or disk_is_full(folder):
        return "the disk is full. Free some space and try again."
    if "could not look up effective user" in stderr:
        return "the user it runs as has no entry in /etc/passwd. Add one, or run as a user who has."
    lines = [line for line in stderr.splitlines() if re.search(r"error|FATAL|PANIC", line)]
    return (lines or stderr.splitlines() or ["initdb was ended"])[-1].strip()


def _refuse_unreachable(root: Path, owner: Owner) -> None:
    if barrier := unreachable_part(root, owner):
        raise PostgresError(
            f"PostgreSQL refuses to run as root, so it runs as the user {owner.name}, who can't enter "
            f"{barrier}, on the way to the data folder {root}. Name a folder that every user can reach "
            f"in REGARD_DATA (for root it is /var/lib/regard unless you name another), allow the way with "
            f"`chmod o+x {barrier}`, or run Regard as an ordinary user."
        )


def _refuse_remains(layout: Layout) -> None:
    """A cluster is renamed into place whole, so one without PG_VERSION was damaged; never write over it."""
    if layout.cluster.is_dir() and any(layout.cluster.iterdir()):
        raise PostgresError(
            f"{layout.cluster} is not a whole database: its file PG_VERSION is missing. Restore the data "
            f"folder from a copy, or move that folder away to begin with an empty database."
        )


def _clear_interrupted(home: Path) -> None:
    """Remove what a killed initialisation left, after ending what may still write there."""
    with os_errors_explained("clear an interrupted start", home):
        for left in home.glob(f"{_NEW}*"):
            if left.is_dir() and not left.is_symlink():
                kill_all(left)
                shutil.rmtree(left)
            else:
                left.unlink(missing_ok=True)


def _check_version(layout: Layout, binaries: Binaries) -> None:
    with os_errors_explained("read the database's version", layout.cluster):
        found = (layout.cluster / "PG_VERSION").read_text().strip()
    if found != str(binaries.major):
        raise PostgresError(
            f"The database in {layout.cluster} was made by PostgreSQL {found}; the programs in "
            f"{binaries.folder} are PostgreSQL {binaries.major}. To move: name the bin folder of PostgreSQL "
            f"{found} in REGARD_POSTGRES_BIN, make a backup, and restore it into a new data folder without "
            f"that setting."
        )


def _write_through(descriptor: int, text: str) -> None:
    """Write and close, with the text on disk."""
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
