"""Where everything of the embedded database lies inside the data folder, and who may read it."""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from regard.core.postgres.errors import PostgresError, os_errors_explained
from regard.core.postgres.owner import Owner

_SYSTEM_DATA = Path("/var/lib/regard")
_SOCKET_NAME = ".s.PGSQL.5432"
_LONGEST_SOCKET_PATH = 107  # bytes: sun_path of Linux holds 108 with its final zero
_TEMPORARY = Path("/tmp")  # noqa: S108


def default_data_folder() -> Path:
    """REGARD_DATA; else /var/lib/regard for root and the XDG data folder for anyone else.

    Raises PostgresError when neither is named and the user has no home.
    """
    named = os.environ.get("REGARD_DATA")
    if named:
        return Path(named).expanduser().absolute()
    if os.geteuid() == 0:
        return _SYSTEM_DATA
    xdg = os.environ.get("XDG_DATA_HOME")
    return (Path(xdg).absolute() if xdg else _home() / ".local" / "share") / "regard"


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:
        raise PostgresError("This user has no home folder. Name a data folder in REGARD_DATA.") from None


@dataclass(frozen=True)
class Layout:
    """The paths inside one data folder. Only `home` and what it holds belongs to the server's unix user."""

    root: Path

    @classmethod
    def of(cls, data_folder: Path) -> "Layout":
        """The layout of a folder however it is spelt: two commands must name its files alike."""
        return cls(data_folder.expanduser().resolve())

    @property
    def home(self) -> Path:
        """The only folder that the server's unix user owns."""
        return self.root / "postgres"

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.home / "cluster"

    @property
    def password(self) -> Path:
        """The password of the role `regard`."""
        return self.root / "postgres.password"

    @property
    def log(self) -> Path:
        """What the server writes to its standard error."""
        return self.root / "logs" / "postgres.log"

    def lock(self, name: str) -> Path:
        """The file behind one of our locks."""
        return self.root / "locks" / f"{name}.lock"

    def prepare(self) -> None:
        """Make the folders that belong to the operator; root lets the server's user pass, not list."""
        if "\n" in str(self.root):
            raise PostgresError("PostgreSQL can't work in a folder with a line break in its name. Rename it.")
        with os_errors_explained("prepare the data folder", self.root):
            mode = 0o711 if os.geteuid() == 0 else 0o700
            self.root.mkdir(parents=True, exist_ok=True, mode=mode)
            for folder in (self.log.parent, self.lock("any").parent):
                if not folder.is_dir():
                    folder.mkdir(mode=0o700, exist_ok=True)
                    self._give_to_operator(folder)

    def open_private(self, path: Path, flags: int) -> int:
        """Open a file only the operator may read, made when missing; returns the descriptor."""
        descriptor = os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        self._give_to_operator(descriptor)
        return descriptor

    def _give_to_operator(self, file: int | Path) -> None:
        """What root makes in another user's data folder stays that user's, or their next command fails."""
        if os.geteuid() == 0:
            folder = self.root.stat()
            os.chown(file, folder.st_uid, folder.st_gid)


def private_folder(path: Path, owner: Owner) -> Path:
    """Make `path` (its parent must exist) a folder that only `owner` may enter.

    Raises PostgresError when something else stands there: in a public folder such as /tmp anybody could
    have put it there before us.
    """
    with os_errors_explained("make a folder for the database", path):
        try:
            path.mkdir(mode=0o700)
            os.chown(path, owner.uid, owner.gid, follow_symlinks=False)
        except FileExistsError:
            pass
        found = path.lstat()
        if os.geteuid() == 0 and stat.S_ISDIR(found.st_mode) and found.st_uid == 0:
            # We were killed between making the folder and giving it away: nobody but root can have made it.
            os.chown(path, owner.uid, owner.gid, follow_symlinks=False)
            found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner.uid or found.st_mode & 0o077:
        raise PostgresError(
            f"{path} must be a folder that only the user {owner.name} can enter (mode 0700), and is not. "
            f"Run Regard as the user it belongs to, or correct its owner and mode."
        )
    return path


def socket_folder(layout: Layout, owner: Owner) -> Path:
    """A private folder for the server's socket, outside the data folder when its path doesn't suit.

    A socket's path is limited, and clients take a comma in it for the end of one of several hosts.
    """
    inside = layout.home / "run"
    if len(os.fsencode(inside / _SOCKET_NAME)) <= _LONGEST_SOCKET_PATH and "," not in str(inside):
        return private_folder(inside, owner)
    name = f"regard-{hashlib.sha256(os.fsencode(layout.root)).hexdigest()[:16]}"
    candidates = _short_folders()
    for folder in candidates:
        if os.access(folder, os.W_OK | os.X_OK):
            return private_folder(folder / name, owner)
    tried = " or ".join(str(folder) for folder in dict.fromkeys(candidates))
    raise PostgresError(
        f"The path of the data folder {layout.root} is too long for a socket, or has a comma, and {tried} "
        f"can't be written to. Name another data folder in REGARD_DATA, or make that writable."
    )


def _short_folders() -> list[Path]:
    """Where a socket with a short path may lie, the best first.

    /tmp before XDG_RUNTIME_DIR, which is emptied when its user signs out, under a server that lives on;
    PostgreSQL touches its socket every hour, so cleaners of /tmp let it be.
    """
    if os.geteuid() == 0:
        return [Path("/run"), _TEMPORARY]
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return [_TEMPORARY, Path(runtime)] if runtime else [_TEMPORARY]


def socket_path(folder: Path) -> Path:
    """The server's socket inside its folder."""
    return folder / _SOCKET_NAME
