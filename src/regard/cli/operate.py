"""Commands for the operator: check, migrate, back up, restore."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
import tempfile
from pathlib import Path

import click

from regard import __version__
from regard.cli.installation import attached, pending_migrations, read_config
from regard.cli.installation import migrate as migrate_database
from regard.core.config import VARIABLES, Config
from regard.core.postgres import PostgresError, dump, owned_server, running_server
from regard.core.postgres import restore as restore_database
from regard.core.secrets import SECRET_FILE, installation_secret

LEAST_FREE_BYTES = 2 * 1024**3
MANIFEST, DATABASE = "manifest.json", "database.dump"


@click.command()
@click.option("--settings", "list_settings", is_flag=True, help="List the settings with their defaults.")
def check(list_settings: bool) -> None:
    """Say what is wrong with the set-up, in plain words. The exit status is 1 when something is."""
    if list_settings:
        for variable in VARIABLES:
            click.echo(f"{variable.name}  (default: {variable.default or 'empty'})\n    {variable.meaning}")
        return
    settings = read_config()
    wrong = [*_disk_problems(settings), *_mail_problems(settings), *_address_problems(settings)]
    with attached():
        pending = pending_migrations()
        wrong += [] if pending else _alert_problems()
    if pending:
        wrong.append(f"The database is {len(pending)} migrations behind; run `regard migrate`.")
    for problem in wrong:
        click.echo(f"- {problem}")
    if wrong:
        raise click.exceptions.Exit(1)
    click.echo("Everything is in order.")


def _disk_problems(settings: Config) -> list[str]:
    folder = settings.data_folder
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free >= LEAST_FREE_BYTES:
        return []
    return [f"The disk of {folder} has {free // 1024**2} MB left; free some, or move REGARD_DATA."]


def _mail_problems(settings: Config) -> list[str]:
    if settings.smtp_url or settings.mail_provider:
        return []
    return ["REGARD_SMTP_URL is empty: e-mails are written to the data folder and reach nobody."]


def _alert_problems() -> list[str]:
    from regard.act.domain.team import stores_without_leaders  # noqa: PLC0415 - needs Django set up

    advice = (
        "no owner, admin or manager; invite one: regard member invite you@example.com --role owner --store"
    )
    return [
        f"Nobody is e-mailed of alerts of the store {slug}: it has {advice} {slug}"
        for slug in stores_without_leaders()
    ]


def _address_problems(settings: Config) -> list[str]:
    if settings.host in {"127.0.0.1", "localhost", "::1"} or settings.public_url.startswith("https://"):
        return []
    advice = (
        "put a reverse proxy with a certificate before it and set REGARD_PUBLIC_URL to its https:// address."
    )
    return [f"Regard listens beyond this machine without https: {advice}"]


@click.command()
def migrate() -> None:
    """Bring the database to this version of the program."""
    with attached():
        pending = pending_migrations()
        migrate_database()
    click.echo(f"{len(pending)} migrations done." if pending else "Nothing to do.")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write database and secret key into FILE, as they are at this moment. Regard may be running.

    The file lets its holder read everything, so keep it like the data itself.
    """
    settings = _embedded_config("pg_dump")
    try:
        with running_server(settings.data_folder) as server, tempfile.TemporaryDirectory() as folder:
            dumped = Path(folder) / DATABASE
            dump(server, dumped)
            _pack(file, dumped, installation_secret(settings))
    except PostgresError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{file}: {file.stat().st_size / 1024**2:.1f} MB")


def _pack(file: Path, dumped: Path, secret: str) -> None:
    """The file appears under its name when it is whole, readable by its owner only."""
    part = file.with_name(f".{file.name}.part")
    part.touch(mode=0o600)
    with tarfile.open(part, "w") as archive:
        _add_text(archive, MANIFEST, json.dumps({"regard": __version__, "format": 1}))
        _add_text(archive, SECRET_FILE, secret)
        archive.add(dumped, DATABASE)
    part.replace(file)


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(text.encode())
    member.mode = 0o600
    archive.addfile(member, io.BytesIO(text.encode()))


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(file: Path, yes: bool) -> None:
    """Replace everything in the data folder by the backup in FILE. Stop `regard run` first."""
    settings = _embedded_config("pg_restore")
    with tempfile.TemporaryDirectory() as folder:
        _unpack(file, Path(folder))
        if not yes:
            click.confirm(f"Replace the database in {settings.data_folder} by {file}?", abort=True)
        try:
            with owned_server(settings.data_folder) as server:  # refuses while `regard run` is up
                restore_database(server, Path(folder) / DATABASE)
        except PostgresError as error:
            raise click.ClickException(str(error)) from error
        if not settings.secret_key:
            secret_file = settings.data_folder / SECRET_FILE
            secret_file.touch(mode=0o600)
            secret_file.write_text((Path(folder) / SECRET_FILE).read_text())
    with attached():
        migrate_database()
    click.echo("Restored.")


def _unpack(file: Path, folder: Path) -> None:
    try:
        with tarfile.open(file) as archive:
            for name in (MANIFEST, SECRET_FILE, DATABASE):
                _unpack_one(archive, name, folder)
    except (tarfile.TarError, KeyError, EOFError) as error:
        raise click.ClickException(
            f"{file} is no backup that `regard backup` wrote, or it is cut off."
        ) from error


def _unpack_one(archive: tarfile.TarFile, name: str, folder: Path) -> None:
    """Its bytes and nothing else of it: no owner, no mode, no place outside the folder. Raises KeyError."""
    packed = archive.extractfile(name)
    if packed is None:
        raise KeyError(name)
    with packed, (folder / name).open("wb") as unpacked:
        shutil.copyfileobj(packed, unpacked)


def _embedded_config(tool: str) -> Config:
    settings = read_config()
    if settings.database_url:
        raise click.ClickException(
            f"This looks after the embedded database only. DATABASE_URL is set: use {tool} of your own server, "
            "and keep REGARD_SECRET_KEY with the backup."
        )
    return settings
